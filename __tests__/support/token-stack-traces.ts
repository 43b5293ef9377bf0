// CDKTF captures a stack trace for every token. For jest to map them all to TypeScript takes longer than the synth itself.
jest.mock('cdktf/lib/tokens/private/stack-trace', () => ({ captureStackTrace: () => [] }));
