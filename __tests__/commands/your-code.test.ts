import { execFileSync } from 'node:child_process';
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

beforeAll(async () => {
  project = await StartedProject.begin({});
}, 120_000);

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
  cpSync(join('__tests__', 'support'), join(project.folder, '__tests__', 'support'), { recursive: true });
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  expect(() =>
    execFileSync(process.execPath, [jest, '--config', '.config/jest.config.json', '__tests__/handlers'], {
      cwd: project.folder,
      stdio: 'pipe',
    }),
  ).not.toThrow();
}, 120_000);
