import { existsSync, readFileSync } from 'node:fs';

import { TestServices } from '../support/local-services';
import { stacksOf } from '../support/main-stacks';
import { synthApp } from '../support/synth';
import { onTestServer } from '../support/test-server-process';
import { parseEnvironments } from '../../src/settings/environments';
import { type Answer } from './fact';
import { factGroups } from './facts';
import { documentFile, documentWith, factSettings, readMeasured } from './table';

const facts = factGroups.flatMap((group) => group.facts);
let answers: Readonly<Record<string, Answer>>;

beforeAll(async () => {
  const { outputs, userPoolApiUrl } = await new TestServices(stacksOf(synthApp(factSettings()))).serve();
  const props = { outputs: { ...outputs.CognitoStack, ...outputs.ApiGatewayStack }, userPoolApiUrl };
  answers = await onTestServer('askFacts', props);
});

test.each(facts)('$number holds: $words', ({ number }) => {
  expect(answers[number]).toEqual({ result: 'holds' });
});

test.each(facts)('$number is held by a test that exists', ({ test: { file, title } }) => {
  expect(existsSync(file)).toBe(true);
  const code = readFileSync(file, 'utf8');
  expect(["'", '"'].filter((quote) => code.includes(quote + title + quote))).toHaveLength(1);
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
