import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { refusals } from '../../src/web/flow/words';

const readme = readFileSync(join('src', 'web', 'README.md'), 'utf8');

test('the troubleshooting chapter has each line that the page shows with a refusal, and no others', () => {
  const [, chapter] = readme.split('## When something goes wrong\n\n');
  const lines = Object.values(refusals).map(({ trouble: { see, why, todo } }) => `| ${see} | ${why} | ${todo} |`);
  expect(chapter!.trim().split('\n').slice(2)).toEqual([...new Set(lines)]);
});

test('the table of files names each file of the web client', () => {
  const files = readdirSync(join('src', 'web'), { recursive: true, encoding: 'utf8' });
  const code = files.filter((file) => /\.tsx?$/.test(file)).map((file) => file.replaceAll('\\', '/'));
  const named = [...readme.matchAll(/`([\w/-]+\.tsx?)`/g)].map(([, file]) => file!);
  expect(named.sort()).toEqual(code.sort());
});
