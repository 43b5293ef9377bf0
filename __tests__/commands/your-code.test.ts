import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { curl } from '../support/curl';
import { StartedProject } from '../support/started-project';

const chapter = /## Put your code behind it\n(.*?)\n## /s.exec(readFileSync('src/api-gateway/README.md', 'utf8'))![1]!;

/** Returns the code of a step of the chapter. */
function codeOf(language: string, index = 0): string {
  return [...chapter.matchAll(/```(\w+)\n(.*?)```/gs)].filter(([, each]) => each === language)[index]![2]!;
}

let project: StartedProject;

/** Runs tests of the project, and returns the report of jest. Throws when one fails. */
function jest(...paths: readonly string[]): string {
  const program = join('node_modules', 'jest', 'bin', 'jest.js');
  const { status, stderr } = spawnSync(process.execPath, [program, '--config', '.config/jest.config.json', ...paths], {
    cwd: project.folder,
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return stderr;
}

beforeAll(async () => {
  project = await StartedProject.beginCopy({});
}, 300_000);

afterAll(() => project.end());

test('the chapter leads from npm start to a tested handler', async () => {
  const ACCESS_TOKEN = await project.accessToken();
  project.write({ 'src/handlers/orders.ts': codeOf('ts') });
  project.set((JSON.parse(codeOf('json')) as { context: { settings: object } }).context.settings);
  await project.start.seen(/The changed stacks are served\./);

  const commands = [...codeOf('sh', 1).matchAll(/^(curl .*)\n# (.*)$/gm)];
  expect(commands).toHaveLength(2);
  for (const [, command, answer] of commands) {
    const filledIn = command!
      .replace('ACCESS_TOKEN', ACCESS_TOKEN)
      .replace('http://localhost:3002/prod', project.summary.apiUrl);
    const text = await (await curl(filledIn)).text();
    expect(text.replace(/"sub":"[^"]+"/, '"sub":"…"')).toBe(answer);
  }
  await project.start.seen(/ INFO order 7 for [0-9a-f-]{36}\n/);

  project.write({ '__tests__/handlers/orders.test.ts': codeOf('ts', 1) });
  for (const name of ['__tests__', 'README.md', 'CHANGELOG.md', 'LICENSE', 'help', '.github', '.ci']) {
    cpSync(name, join(project.folder, name), { recursive: true });
  }
  // What a user may add: a document, and a script.
  project.write({ 'src/handlers/README.md': '# Handlers\n\n`src/none.ts`, npm run none, [none](none.md)\n' });
  execFileSync('npm', ['pkg', 'set', 'scripts.mine=node --version'], { cwd: project.folder, shell: true });
  expect(jest('__tests__/handlers', '__tests__/docs.test.ts', '__tests__/readme.test.ts')).toContain('3 passed');
}, 300_000);

test('the steps in src/README.md lead to a project of the reader, with its own README.md', () => {
  const steps = /## Start your own project\n(.*?)\n## /s.exec(readFileSync('src/README.md', 'utf8'))![1]!;
  const [commands] = [...steps.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block!);
  execFileSync('sh', ['-ec', commands!], { cwd: project.folder });
  project.write({ 'README.md': '# My project\n' });
  const { name } = JSON.parse(readFileSync(join(project.folder, 'package.json'), 'utf8')) as { name: string };
  expect(name).toBe('my-project');
  expect(jest('__tests__/[^/]*test.ts', '__tests__/handlers', '__tests__/flow')).toMatch(/Test Suites: +\d+ passed/);
}, 300_000);
