import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { programOf } from '../support/command';
import { linkProject } from '../support/project';
import { callsOf, stubTerraform } from '../support/stub-terraform';

const pool = { type: 'aws_cognito_user_pool', name: 'user_pool' };
const address = 'aws_cognito_user_pool.user_pool';
const arn = 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc';
const attributes = { id: 'us-east-1_abc', arn };
const state = { resources: [{ mode: 'managed', ...pool, instances: [{ attributes }] }] };
const deleted = { address, mode: 'managed', ...pool, change: { actions: ['delete'], before: attributes, after: null } };

/** Destroys stacks with the outputs of a deploy, and says what terraform was asked to apply, and whether the outputs remain. */
function destroy(responses: Parameters<typeof stubTerraform>[0]) {
  const project = linkProject();
  const outputs = join(project, 'outputs.json');
  writeFileSync(outputs, JSON.stringify({ CognitoStack: { CognitoUserPoolID: 'us-east-1_abc' } }));
  const stub = stubTerraform(responses);
  const program = [...programOf('src/cli/commands/destroy.ts'), '--auto-approve'];
  const env = { ...process.env, TERRAFORM_BINARY_NAME: stub, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: project, encoding: 'utf8', env });
  const applied = callsOf(stub).filter((call) => call.includes(' apply '));
  return { status, output: stdout + stderr, applied, hasOutputs: existsSync(outputs) };
}

describe('npm run destroy', () => {
  test('stops when AWS does not find what the state has, as in another region or account', () => {
    const configuration = { root_module: { resources: [{ address }] } };
    const { output, ...result } = destroy({
      'CognitoStack state pull': { stdout: state },
      'CognitoStack show': { stdout: { configuration } },
    });
    expect(result).toEqual({ status: 1, applied: [], hasOutputs: true });
    expect(output).toContain('This cannot be destroyed:\n');
    expect(output).toMatch(/AWS does not find the user pool us-east-1_abc of account 123456789012/);
  });

  test('stops when the state is lost', () => {
    const { output, ...result } = destroy({});
    expect(result).toEqual({ status: 1, applied: [], hasOutputs: true });
    expect(output).toMatch(/is not in the state, and outputs\.json names a user pool, us-east-1_abc/);
  });

  test('applies the plan that it has shown, and deletes the outputs', () => {
    const { output, ...result } = destroy({
      'CognitoStack state pull': { stdout: state },
      'CognitoStack plan': { status: 2 },
      'CognitoStack show': { stdout: { resource_changes: [deleted] } },
    });
    expect(result).toEqual({
      status: 0,
      applied: ['CognitoStack apply -input=false -json plan'],
      hasOutputs: false,
    });
    expect(output).toContain('CognitoStack: 1 to delete');
  });
});
