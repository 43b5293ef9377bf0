import TestSequencer from '@jest/test-sequencer';

/**
 * Test files that take longer than their size says. At the end of a run, one of them would keep a core waiting. The provider
 * waits 30 seconds or more for each record of Route 53 in `edge` and `production`.
 */
const slowest = /__tests__\/(acceptance\/(edge|production|signals)|commands\/(your-code|seed|data))\.test\.ts$/;

/** Starts the test files that take longest. Where no run has measured them, jest goes by their sizes. */
export default class extends TestSequencer {
  sort(tests) {
    const rank = ({ path }) => (slowest.test(path.replaceAll('\\', '/')) ? 0 : 1);
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}
