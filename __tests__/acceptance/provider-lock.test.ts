import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Acceptance, startAcceptance } from '../support/acceptance';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance({ ownProviders: true });
});

afterAll(() => acceptance.end());

const plan = () => acceptance.project.run('npm run plan');
const pinned = () => join(acceptance.project.folder, '.terraform.lock.hcl');
const chosen = (stack: string) => join(acceptance.project.folder, 'cdktf.out/stacks', stack, '.terraform.lock.hcl');

test('a lock file in the folder of the project pins the provider of all stacks', async () => {
  expect(await plan()).toMatchObject({ status: 2 });
  copyFileSync(chosen('CognitoStack'), pinned());
  writeFileSync(chosen('ApiGatewayStack'), '');
  expect(await plan()).toMatchObject({ status: 2 });
  expect(readFileSync(chosen('ApiGatewayStack'), 'utf8')).toBe(readFileSync(pinned(), 'utf8'));
});

test.each([
  ['another version', (lock: string) => lock.replaceAll('5.100.0', '5.99.0')],
  ['a package with another hash', (lock: string) => lock.replace(/"h1:.{8}/, '"h1:AAAAAAAA')],
])('stops a plan with %s, and stays as it is', async (_what, change) => {
  const lock = readFileSync(pinned(), 'utf8');
  const changed = change(lock);
  expect(changed).not.toBe(lock);
  writeFileSync(pinned(), changed);
  const { status, output } = await plan();
  expect(status).toBe(1);
  expect(output).toContain('.terraform.lock.hcl of this project pins the provider');
  expect(readFileSync(pinned(), 'utf8')).toBe(changed);
  writeFileSync(pinned(), lock);
});
