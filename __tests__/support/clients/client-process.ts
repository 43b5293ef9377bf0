import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Services } from '../local-services-process';

/** Runs one of the scripts beside this file, since jest cannot import what they import, and returns its report. */
export async function runClient(script: string, services: Services): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    join(__dirname, `${script}.ts`),
    JSON.stringify(services),
  ]);
  return JSON.parse(stdout) as unknown;
}

/** In a script: the services that it is to use. */
export function readServices(): Services {
  return JSON.parse(process.argv[2]!) as Services;
}

/** In a script: tells the test what has come out. */
export function report(result: unknown): void {
  console.log(JSON.stringify(result));
}
