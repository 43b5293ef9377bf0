import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseEnvironments } from '../../src/settings/environments';
import { factGroups } from './facts';
import { documentFile, documentWith, factSettings, readMeasured } from './table';

const facts = factGroups.flatMap((group) => group.facts);

const tests = readdirSync(join('__tests__', 'local'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.test.ts'),
);

test.each(facts)('$number is held by a test that exists', ({ test: { file, title } }) => {
  const ofName = tests.filter((path) => path.split(/[\\/]/).at(-1) === `${file}.test.ts`);
  expect(ofName).not.toEqual([]);
  const code = ofName.map((path) => readFileSync(join('__tests__', 'local', path), 'utf8')).join('\n');
  expect(["'", '"'].filter((quote) => code.includes(quote + title + quote))).not.toEqual([]);
});

test('the document shows settings that are allowed', () => {
  expect(() => parseEnvironments({ settings: {}, environments: { facts: factSettings() } })).not.toThrow();
});

test('the document has the facts, and what was measured of each in the same run', () => {
  const measured = readMeasured();
  expect(readFileSync(documentFile, 'utf8')).toBe(documentWith(measured));
  for (const { answers: ofEndpoint } of measured.endpoints) {
    expect(Object.keys(ofEndpoint)).toEqual(facts.map(({ number }) => number));
  }
});

test('the page "Which local Cognito?" has the counts of what was measured, and of the operations served', () => {
  const page = readFileSync(join('src', 'local', 'WHICH-LOCAL-COGNITO.md'), 'utf8');
  const shapes = readFileSync(join('src', 'local', 'user-pool', 'api', 'request-shapes.json'), 'utf8');
  const { operations } = JSON.parse(shapes) as { operations: object };
  expect(page).toContain(`| ${Object.keys(operations).length} operations with SRP`);
  const counts = readMeasured().endpoints.map((endpoint) => Object.values(endpoint.answers));
  const held = counts.map((all) => `${all.filter(({ result }) => result === 'holds').length} of ${all.length} facts`);
  expect(held.filter((text) => !page.includes(text))).toEqual([]);
});
