import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const requirements = join(__dirname, 'local-aws.requirements.txt');

/** An environment of its own for moto, one for each list of requirements. */
const environment = resolve(
  'node_modules/.cache',
  `local-aws-${createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)}`,
);

/** The Python of the environment, which also has the AWS CLI, as the module `awscli`. */
export const localAwsPython = join(environment, 'bin/python');

/** Makes the environment of the local AWS API unless it is there. */
export function installLocalAws(): void {
  if (existsSync(environment)) {
    return;
  }
  // Filled under another name, so that one which was interrupted is not taken for a whole one.
  const unfinished = `${environment}.${process.pid}`;
  const run = (command: string, ...args: string[]) => {
    const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) {
      rmSync(unfinished, { recursive: true, force: true });
      throw new Error(
        `the local AWS API needs Python 3.10 or later with venv and pip: ${command} ${error?.message ?? 'failed'}`,
      );
    }
  };
  run('python3', '-m', 'venv', unfinished);
  run(join(unfinished, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--requirement', requirements);
  renameSync(unfinished, environment);
}

export interface LocalAws {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an AWS API that is empty, on a free port of the loopback interface. */
export async function startLocalAws(): Promise<LocalAws> {
  const server = spawn(localAwsPython, [join(__dirname, 'local-aws.py')], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  let log = '';
  const url = await new Promise<string>((found, failed) => {
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(log) ?? [];
      if (address !== undefined) {
        found(address);
      }
    });
    void ended.then(() => {
      failed(new Error(`the local AWS API ended: ${log}`));
    });
  });
  return {
    url,
    close: async () => {
      server.stdin.end();
      await ended;
    },
  };
}
