import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { copyProject } from '../support/project';
import { usedScripts } from '../support/workflow';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The scripts that run a program of this project, with its arguments of Node.js. */
const programs = Object.entries(scripts)
  .filter(([, script]) => script.startsWith('node '))
  .map(([name, script]) => [name, script.split(' ').slice(1)] as const);

/** Runs a program, and returns what it writes to standard output or, when it fails, to standard error. */
function run(program: string, args: readonly string[], cwd = process.cwd()) {
  return new Promise<{ readonly code: number; readonly text: string }>((resolve) => {
    const child = execFile(program, args, { cwd }, (error, stdout, stderr) => {
      resolve({ code: child.exitCode!, text: error ? stderr : stdout });
    });
  });
}

/** The options of a script that the workflows of GitHub use. */
function usedOptions(script: string): readonly string[] {
  return usedScripts.filter(({ name }) => name === script).flatMap(({ options }) => options);
}

test.each(programs)('npm run %s shows its usage for --help, and does nothing else', async (name, program) => {
  const { code, text } = await run(process.execPath, [...program, '--help']);
  expect(code).toBe(0);
  expect(text).toMatch(name === 'help' ? /^ {2}OAuth 2\.0/ : new RegExp(`^npm (run )?${name}\\b`));
  expect(usedOptions(name).filter((option) => !text.includes(option))).toEqual([]);
  expect(existsSync('--help')).toBe(false);
});

test.each(['plan', 'deploy', 'check'])('the workflows use options of npm run %s', (script) => {
  expect(programs.map(([name]) => name)).toContain(script);
  expect(usedOptions(script)).not.toEqual([]);
});

test.each([
  [['run', '-s', 'deploy', '--environment=staging', '--', '--auto-approve'], 'npm run deploy -- --environment=staging'],
  [['start', '-s', '--web-port', '0'], 'npm start -- --web-port VALUE'],
])('npm %j starts nothing, since npm uses the option itself', async (args, command) => {
  const folder = copyProject();
  const { code, text } = await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, folder);
  expect(code).toBe(1);
  expect(text).toContain(`npm does not pass on options before --. Write them after it: ${command}\n`);
  expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
});
