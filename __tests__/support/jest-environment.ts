import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import vm from 'node:vm';

import { TestEnvironment } from 'jest-environment-node';

const requireOnce = createRequire(__filename);

/** What jest has compiled in this process, by file. */
const compiled = new Map<string, { readonly code: string; readonly script: vm.Script }>();

/** The storages of the test file that runs. */
const storages = new Set<AsyncLocalStorage<unknown>>();

// jest compiles jest itself, the sources and what they import for each test file again. A script keeps its functions compiled.
vm.compileFunction = (code, parameters = [], { filename, parsingContext } = {}) => {
  let known = compiled.get(filename!);
  if (known?.code !== code) {
    const wrapped = `(function (${parameters.join()}) {\n${code}\n})`;
    known = { code, script: new vm.Script(wrapped, { filename: filename!, lineOffset: -1 }) };
    compiled.set(filename!, known);
  }
  return known.script.runInContext(parsingContext!) as ReturnType<typeof vm.compileFunction>;
};

// jest uses one for each test file. In Node.js 20 and 22, every promise then costs time for each that is not disabled.
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with the storage
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args: Parameters<typeof run>) {
  storages.add(this);
  return run.apply(this, args);
};

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
    storages.forEach((storage) => storage.disable());
    storages.clear();
  }
}
