import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { installLocalCognito } from '../support/local-cognito';
import { mainOutdir, runMain } from '../support/main-stacks';
import { PythonEnvironment } from '../support/python-environment';

const page = readFileSync('src/local/TESTING.md', 'utf8');
const pytest = new PythonEnvironment(join(__dirname, '..', 'support', 'pytest.requirements.txt'));
const folder = installLocalCognito();

beforeAll(async () => {
  await Promise.all([pytest.install(), runMain()]);
  cpSync(mainOutdir(), join(folder, 'cdktf.out'), { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes the files of a chapter, each of which follows its name. */
function writeFiles(chapter: string): void {
  const [text] = new RegExp(`^## ${chapter}\n.*?(?=^## |$(?!\n))`, 'ms').exec(page)!;
  for (const [, name, code] of text.matchAll(/`([\w.]+)`:\n\n```\w+\n(.*?)```/gs)) {
    writeFileSync(join(folder, name!), code!);
  }
}

function run(program: string, ...args: string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Runs tests that pass, and then without stacks, so that the services do not start. */
function runTwice(program: string, ...args: string[]) {
  const first = run(program, ...args);
  rmSync(join(folder, 'cdktf.out', 'manifest.json'));
  const second = run(program, ...args);
  cpSync(mainOutdir(), join(folder, 'cdktf.out'), { recursive: true });
  return { first, second };
}

/** The message of the program, and that of the tests. */
const didNotStart = expect.stringMatching(
  /^(?=[^]*cdktf\.out has no synthesized stacks that can be read)[^]*The local services did not start\./,
) as string;

describe('the tests of another project run against the services as the chapter shows it, and say when these do not start, with', () => {
  test('pytest', () => {
    writeFiles('pytest');
    const { first, second } = runTwice(pytest.python, '-m', 'pytest', '--quiet');
    expect(first).toEqual({ status: 0, output: expect.stringContaining('1 passed') as string });
    expect(second).toEqual({ status: 1, output: didNotStart });
  });

  test('Go', () => {
    writeFiles('Go');
    writeFileSync(join(folder, 'go.mod'), 'module shop\n\ngo 1.26\n');
    const { first, second } = runTwice('go', 'test', '-count=1', '.');
    expect(first).toEqual({ status: 0, output: expect.stringMatching(/^ok\s+shop/) as string });
    expect(second).toEqual({ status: 1, output: didNotStart });
  });
});
