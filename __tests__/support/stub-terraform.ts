import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Response {
  readonly stdout?: unknown;
  readonly stderr?: string;
  readonly status?: number;
}

/**
 * Writes a program that stands for terraform, and returns its path.
 *
 * @param responses what it responds to the calls that match, each the name of the folder and the arguments; by default,
 *   nothing is deployed
 */
export function stubTerraform(responses: Readonly<Record<string, Response>> = {}): string {
  const file = join(mkdtempSync(join(tmpdir(), 'terraform-')), 'terraform');
  const program = `#!${process.execPath}
const args = process.argv.slice(2);
const call = [require('node:path').basename(process.cwd()), ...args].join(' ');
require('node:fs').appendFileSync(__filename + '.calls', call + '\\n');
const responses = Object.entries(${JSON.stringify(responses)});
const [, { stdout, stderr = '', status = 0 }] = responses.find(([pattern]) => new RegExp(pattern).test(call)) ?? [
  '',
  { stdout: ['output', 'show'].includes(args[0]) ? {} : '' },
];
console.log(typeof stdout === 'string' ? stdout : JSON.stringify(stdout ?? ''));
console.error(stderr);
process.exitCode = status;
`;
  writeFileSync(file, program, { mode: 0o755 });
  return file;
}

/** Lists the calls of a stub, each the name of the folder in which it ran and the arguments. */
export function callsOf(stub: string): string[] {
  const file = `${stub}.calls`;
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}
