import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { loopbackPortOf } from '../../http/loopback-server';

const runner = join(__dirname, '..', 'run.mjs');

/**
 * Lets this command trust the certificates of `npm start -- --https`, if that is what it calls.
 *
 * Node.js reads NODE_EXTRA_CA_CERTS only when it starts, so the command then runs again, in a child, with that set, and
 * this does not return.
 */
export async function trustLocalServices(serviceUrl: string): Promise<void> {
  if (loopbackPortOf(serviceUrl, 'https') === undefined) {
    return;
  }
  const { authorityFolder, certificateFileIn } = await import('../../local/host/local-authority.js');
  const certificateFile = certificateFileIn(authorityFolder);
  if (process.env.NODE_EXTRA_CA_CERTS === certificateFile) {
    return;
  }
  const child = spawn(process.execPath, [...process.execArgv, runner, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exit(code ?? 1);
}
