import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SelectedEnvironment } from '../../src/cli/environment';

const project = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'environments-'));

beforeAll(() => {
  const environments = { staging: {}, 'eu-staging': {} };
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ context: { environments } }));
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(project);
  rmSync(folder, { recursive: true });
});

const stacks = ['CognitoStack', 'CognitoStack-staging', 'CognitoStack-eu-staging', 'Extra', 'Extra-other'].map(
  (name) => ({ name }),
);

describe('the option --environment', () => {
  test.each([
    [undefined, ['CognitoStack', 'Extra', 'Extra-other'], 'outputs.json'],
    ['staging', ['CognitoStack-staging'], 'outputs.staging.json'],
    ['eu-staging', ['CognitoStack-eu-staging'], 'outputs.eu-staging.json'],
  ])('%s selects the stacks %j and the outputs %s', (name, names, outputsFile) => {
    const environment = SelectedEnvironment.read({ environment: name });
    expect(environment.stacksOf(stacks).map((stack) => stack.name)).toEqual(names);
    expect(environment.outputsFile).toBe(outputsFile);
  });

  test('ends with the nearest name for one that cdktf.json does not have', () => {
    jest.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });
    const error = jest.spyOn(console, 'error').mockReturnValue();
    expect(() => SelectedEnvironment.read({ environment: 'stagin' })).toThrow('exit');
    expect(error.mock.calls).toMatchInlineSnapshot(`
     [
       [
         "Unknown environment "stagin" (did you mean "staging"?); allowed: staging, eu-staging. Without --environment, a command uses the default environment.",
       ],
     ]
    `);
  });
});
