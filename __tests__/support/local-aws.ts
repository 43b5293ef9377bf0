import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { PythonEnvironment } from './python-environment';

/** The environment of moto, which also has the AWS CLI, as the module `awscli`. */
export const localAwsEnvironment = new PythonEnvironment(join(__dirname, 'local-aws.requirements.txt'));

export interface LocalAws {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an AWS API that is empty, on a free port of the loopback interface. */
export async function startLocalAws(): Promise<LocalAws> {
  const server = spawn(localAwsEnvironment.python, [join(__dirname, 'local-aws.py')], {
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
