import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { programOf } from '../support/command';
import { linkProject, writeSettings } from '../support/project';
import { stubTerraform } from '../support/stub-terraform';

const env = { ...process.env, TERRAFORM_BINARY_NAME: stubTerraform() };
const project = linkProject();
const initialized = join(project, 'cdktf.out', 'stacks', 'CognitoStack', '.terraform', 'terraform.tfstate');

function run(command: string, ...args: readonly string[]) {
  const program = [...programOf(`src/cli/commands/${command}.ts`), ...args];
  return spawnSync(process.execPath, program, { cwd: project, encoding: 'utf8', env });
}

beforeAll(() => {
  writeSettings(project, { state: { s3: { bucket: 'new-states', keyPrefix: 'login' } } });
  mkdirSync(join(initialized, '..'), { recursive: true });
  const config = { bucket: 'old-states', key: 'login/CognitoStack.tfstate', region: 'eu-central-1' };
  writeFileSync(initialized, JSON.stringify({ backend: { type: 's3', config } }));
});

describe('a state that terraform last used in another bucket', () => {
  test('is reported with the command that moves it', () => {
    const { status, stderr } = run('plan');
    expect(status).toBe(1);
    expect(stderr).toContain('npm run move-state -- --from s3://old-states/login --region eu-central-1\n');
  });

  test('is not forgotten when it is looked for in the wrong place', () => {
    const { status, stderr } = run('move-state', '--from', 's3://old-states/logn');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        's3://old-states/logn/CognitoStack.tfstate does not exist, and terraform last used ' +
        's3://old-states/login/CognitoStack.tfstate: nothing was moved. Correct --from.\n',
    });
    expect(existsSync(initialized)).toBe(true);
  });
});

test('a state that does not exist does not count as moved', () => {
  rmSync(initialized);
  const { status, stderr } = run('move-state', '--from', 's3://old-states/logn');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr:
      'There is no state of the default environment in s3://old-states/logn: nothing was moved. Correct --from.\n',
  });
});
