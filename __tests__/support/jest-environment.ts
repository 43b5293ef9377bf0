import { createRequire } from 'node:module';

import { TestEnvironment } from 'jest-environment-node';

const requireOnce = createRequire(__filename);

/**
 * Where a test file runs. CDKTF and zod are loaded once for all test files of a process: to load them takes longer than most
 * of the tests.
 */
export default class extends TestEnvironment {
  private readonly variables = process.env;

  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    // At first, since it replaces functions of `process`, of which the test file gets a copy.
    requireOnce('cdktf');
    // CDKTF captures a stack trace for every token. For jest to map them all to TypeScript takes longer than the synth itself.
    Object.assign(requireOnce('cdktf/lib/tokens/private/stack-trace') as object, { captureStackTrace: () => [] });
    super(...args);
    const { global } = this;
    // The variables that a test sets are CDKTF's, too.
    process.env = global.process.env;
    Object.defineProperty(global, 'requireOnce', { configurable: true, get: () => requireOnce });
    // Testing.setupJest adds the matchers of CDKTF to it.
    Object.defineProperty(globalThis, 'expect', { configurable: true, get: () => global.expect });
  }

  override async teardown(): Promise<void> {
    await super.teardown();
    process.env = this.variables;
  }
}
