import { mkdtempSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';

import { ExecutionEnvironment } from '../../../src/local/lambda/execution-environment';
import { type FunctionConfiguration } from '../../../src/local/lambda/function-configuration';

const environments: ExecutionEnvironment[] = [];
afterEach(() => Promise.all(environments.splice(0).map((environment) => environment.close())));

interface Function {
  readonly logs: string[];
  readonly invoke: () => Promise<unknown>;
}

/** Makes a function of the body of its handler. */
function functionOf(
  handler: string,
  {
    initTimeout,
    profile,
    module = '',
    ...changes
  }: Partial<FunctionConfiguration> & { initTimeout?: number; profile?: string; module?: string } = {},
): Function {
  const logs: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'f-'));
  writeFileSync(join(folder, 'index.js'), `${module}\nexports.handler = async (event) => { ${handler} };`);
  const environment = new ExecutionEnvironment(
    {
      address: 'aws_lambda_function.f',
      functionName: 'f',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
      region: 'us-east-1',
      timeout: 5,
      memorySize: 128,
      runtime: 'nodejs22.x',
      variables: {},
      package: { zipFile: 'f.zip', digest: '', module: 'index.js', isModule: false, exportName: 'handler' },
      ...changes,
    },
    folder,
    (message) => logs.push(message),
    { initTimeout, profile },
  );
  environments.push(environment);
  return {
    logs,
    invoke: async () => JSON.parse(await environment.invoke({ requestId: 'id', event: '{}' })) as unknown,
  };
}

test('a function cannot reach the port of its thread, which a function at Lambda does not have', async () => {
  const { invoke } = functionOf(
    `const { parentPort, workerData, isMainThread } = require('node:worker_threads');
     return { parentPort, workerData, isMainThread, esm: (await import('node:worker_threads')).parentPort };`,
  );

  expect(await invoke()).toEqual({ parentPort: null, workerData: null, isMainThread: true, esm: null });
});

test('a function has the credentials of this machine only with a profile', async () => {
  const replaced = jest.replaceProperty(process, 'env', { ...process.env, AWS_CONFIG_FILE: '/mine/config' });
  const handler = 'return [process.env.AWS_PROFILE, process.env.AWS_CONFIG_FILE];';
  const results = [await functionOf(handler).invoke(), await functionOf(handler, { profile: 'mine' }).invoke()];
  replaced.restore();
  expect(results).toEqual([
    [null, devNull],
    ['mine', '/mine/config'],
  ]);
});

test('a function that ends its process does not end this one', async () => {
  const { invoke } = functionOf("process.kill(process.pid, 'SIGWINCH');");

  await expect(invoke()).rejects.toThrow('Runtime exited with exit status 128');
});

test('a module that does not end loading is ended, and its call fails', async () => {
  const { invoke, logs } = functionOf('', { module: 'for (;;);', initTimeout: 300 });

  await expect(invoke()).rejects.toThrow('Init timed out');
  expect(logs).toEqual(['f Init timed out after 0.30 seconds']);
});

test('an error while a module loads is in the log, with only the lines of its stack that are of the function', async () => {
  const { invoke, logs } = functionOf('', { module: 'undefined.orders;' });

  await expect(invoke()).rejects.toThrow('Cannot read properties of undefined');
  expect(logs).toEqual([
    expect.stringMatching(/^TypeError: Cannot read .*\n {4}at [^\n]*\/f-\w+\/index\.js:1:\d+\)?$/),
  ]);
});

test('the log of a function has what it writes to its standard streams, and each write calls back', async () => {
  const { invoke, logs } = functionOf(
    `const written = await new Promise((resolve) => process.stdout.write('one', () => resolve('called')));
     await new Promise((resolve) => process.stderr.write('6f', 'hex', resolve));
     await require('node:stream/promises').pipeline(['three'], process.stdout, { end: false });
     return written;`,
  );

  expect(await invoke()).toBe('called');
  expect(logs).toEqual(['id one', 'id o', 'id three']);
});

test('a function that logs without end waits for the log, so that other work goes on', async () => {
  const { invoke, logs } = functionOf(`for (;;) console.log('again');`, { timeout: 0.2 });
  const other = functionOf('return 1;');
  await other.invoke();
  const endless = expect(invoke()).rejects.toThrow('Task timed out');
  while (logs.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const printed = logs.length;
  // Nothing is printed in this time.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  await new Promise(setImmediate);

  expect(logs.length - printed).toBeLessThanOrEqual(100);
  expect(await other.invoke()).toBe(1);
  await endless;
  expect(logs.at(-1)).toMatch(/Task timed out after 0\.20 seconds|again/);
});

test.each([
  ['in a loop', 'const all = []; for (;;) all.push(Buffer.alloc(10_000_000));'],
  ['at once', 'Buffer.alloc(1_200_000_000);'],
  ['as typed arrays', 'globalThis.all = new Uint8Array(200_000_000);'],
])('a function that uses more memory than it has is ended: buffers %s', async (_, handler) => {
  const { invoke, logs } = functionOf(handler);

  await expect(invoke()).rejects.toThrow('Runtime exited with exit status 137');
  expect(logs).toEqual(['id ERROR Runtime.OutOfMemory: the function uses more than its 128 MB']);
});

test('memory that a function no longer uses does not count', async () => {
  const { invoke } = functionOf('const use = () => Buffer.alloc(80_000_000).length; use(); use(); return 1;');

  expect(await invoke()).toBe(1);
});
