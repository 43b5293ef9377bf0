import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

import { generateSharedKeys } from './shared-keys';
import { type Operations } from './test-server';

let server: ChildProcess | undefined;

/** Starts the one process in which everything runs that jest cannot import, with its keys. It ends with this process. */
export async function startTestServer(): Promise<void> {
  await generateSharedKeys();
  server = fork(resolve('src', 'cli', 'run.mjs'), [join(__dirname, 'test-server.ts')], {
    // The AWS SDK warns of what its next versions require.
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  const [url] = (await once(server, 'message')) as [string];
  process.env.TEST_SERVER_URL = url;
}

export async function stopTestServer(): Promise<void> {
  server!.kill();
  await once(server!, 'exit');
}

/** Runs an operation of the test server. */
export async function onTestServer<Name extends keyof Operations>(
  name: Name,
  ...args: Parameters<Operations[Name]>
): Promise<Awaited<ReturnType<Operations[Name]>>> {
  const response = await fetch(`${process.env.TEST_SERVER_URL!}/${name}`, {
    method: 'POST',
    body: JSON.stringify(args),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  return JSON.parse(text) as Awaited<ReturnType<Operations[Name]>>;
}
