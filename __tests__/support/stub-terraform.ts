import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Response {
  readonly stdout?: unknown;
  readonly stderr?: string;
  readonly status?: number;
}

/**
 * Writes a program that stands for terraform, and returns its path.
 *
 * @param responses what it responds to the calls that match, each the name of the folder and the arguments; with a list, to
 *   one after the other; by default, nothing is deployed
 */
export function stubTerraform(responses: Readonly<Record<string, Response | readonly Response[]>> = {}): string {
  const file = join(mkdtempSync(join(tmpdir(), 'terraform-')), 'terraform');
  const program = `#!${process.execPath}
const args = process.argv.slice(2);
const call = [require('node:path').basename(process.cwd()), ...args].join(' ');
const { appendFileSync, readFileSync } = require('node:fs');
appendFileSync(__filename + '.calls', call + '\\n');
const responses = Object.entries(${JSON.stringify(responses)});
const [matching, found] = responses.find(([pattern]) => new RegExp(pattern).test(call)) ?? [
  '',
  { stdout: ['output', 'show'].includes(args[0]) ? {} : '' },
];
const calls = readFileSync(__filename + '.calls', 'utf8').trimEnd().split('\\n');
const earlier = calls.filter((each) => new RegExp(matching).test(each)).length - 1;
const { stdout, stderr = '', status = 0 } = [found].flat()[Math.min(earlier, [found].flat().length - 1)];
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
