import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type ResourceChange } from '../../src/terraform/plan-json';
import { digestOf } from '../../src/terraform/plan-digest';
import { Command } from '../support/command';
import { resourceChange } from '../support/plans';
import { linkProject } from '../support/project';
import { callsOf, type Response, stubTerraform } from '../support/stub-terraform';

const existingUserPool = {
  userPool: { arn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc' },
  routes: { 'GET /orders': { public: true, response: { body: 'orders' } } },
};

/** A plan with these changes, as terraform shows it. */
const planOf = (...resource_changes: readonly ResourceChange[]): Response => ({ stdout: { resource_changes } });
const changed: Response = { status: 2 };

/** Deploys with a stub of terraform, and returns the calls that plan and apply. */
async function deploy(
  responses: Parameters<typeof stubTerraform>[0],
  { settings, args = [] }: { readonly settings?: object; readonly args?: readonly string[] } = {},
) {
  const cwd = linkProject(settings);
  // terraform init would write it.
  writeFileSync(join(cwd, '.terraform.lock.hcl'), '');
  mkdirSync(join(cwd, 'folder'));
  const stub = stubTerraform(responses);
  const env = { TERRAFORM_BINARY_NAME: stub, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const command = new Command('deploy', ['--auto-approve', ...args], { cwd, outdir: 'cdktf.out', env });
  const status = await command.end();
  const calls = callsOf(stub).filter((call) => / (?:plan|apply) /.test(call));
  return { status, output: command.stdout + command.stderr, calls };
}

describe('npm run deploy', () => {
  test('starts nothing when it could not write the outputs at its end', async () => {
    const { output, ...result } = await deploy({}, { args: ['--outputs-file', 'folder'] });
    expect(result).toEqual({ status: 1, calls: [] });
    expect(output).toBe('folder cannot be written: illegal operation on a directory.\n');
  });

  test('rejects a number of stacks at a time that is not one', async () => {
    const { output, ...result } = await deploy({}, { args: ['--parallelism', '0'] });
    expect(result).toEqual({ status: 1, calls: [] });
    expect(output).toBe('--parallelism must be a number of stacks, got "0"; allowed: 1 or more, or -1 for all.\n');
  });

  const method = resourceChange('aws_api_gateway_method.old_GET', 'delete', { id: 'old' });
  const integration = resourceChange('aws_api_gateway_integration.orders_GET', 'update', { uri: 'a' }, { uri: 'b' });
  const foreign = resourceChange('aws_api_gateway_method.orders_GET', 'delete', { id: 'orders' });
  const deletions = String.raw`^ApiGatewayStack\.deletions`;
  const plan = 'ApiGatewayStack plan -input=false -detailed-exitcode -out=plan -no-color';
  const deletion =
    'ApiGatewayStack.deletions plan -input=false -detailed-exitcode -out=plan -no-color -target=aws_api_gateway_method.old_GET';

  test('does not apply a step that changes what the plan did not have: someone else has deployed', async () => {
    const { output, ...result } = await deploy(
      {
        [`${deletions} plan`]: changed,
        [`${deletions} show`]: planOf(method, foreign),
        ' plan ': changed,
        ' show ': planOf(method, integration),
      },
      { settings: existingUserPool },
    );
    expect(result).toEqual({ status: 1, calls: [plan, deletion] });
    expect(output).toContain('has changed since the plan. New changes:\ndeleted   aws_api_gateway_method.orders_GET\n');
    expect(output).toContain('ApiGatewayStack is not deployed completely: npm run deploy plans the rest.');
  });

  test('stops between two steps when the second would change more', async () => {
    const { output, ...result } = await deploy(
      {
        [`${deletions} plan`]: changed,
        [`${deletions} show`]: planOf(method),
        ' plan ': changed,
        ' show ': [planOf(method, integration), planOf(integration, foreign)],
      },
      { settings: existingUserPool, args: ['--terraform-parallelism', '3'] },
    );
    const parallel = (call: string) => call.replace(' -no-color', ' -parallelism=3 -no-color');
    expect(result).toEqual({
      status: 1,
      calls: [
        parallel(plan),
        parallel(deletion),
        'ApiGatewayStack.deletions apply -input=false -json -parallelism=3 plan',
        parallel(plan),
      ],
    });
    expect(output).toContain('step 1 of 2: delete what conflicts with the new configuration of the API');
    expect(output).toContain('New changes:\ndeleted   aws_api_gateway_method.orders_GET\n');
  });

  const userPoolArn = 'cross-stack-output-aws_cognito_user_pool_user_pool_arn';
  const userPool = resourceChange('aws_cognito_user_pool.user_pool', 'update', { mfa: 'OFF' }, { mfa: 'ON' });

  test.each([
    ['applies the plan that was approved, made again at its turn', integration, 0],
    [
      'stops when the plan of a stack at its turn is not the one that was approved',
      resourceChange('aws_api_gateway_integration.orders_GET', 'update', { uri: 'a' }, { uri: 'another' }),
      1,
    ],
  ])('%s', async (_what, atItsTurn, expected) => {
    const digest = digestOf([
      { stack: { name: 'CognitoStack' }, after: undefined, resourceChanges: [userPool] },
      { stack: { name: 'ApiGatewayStack' }, after: 'CognitoStack', resourceChanges: [integration] },
    ]);
    const { status, output, calls } = await deploy(
      {
        'CognitoStack output': { stdout: { [userPoolArn]: { sensitive: true, value: 'arn' } } },
        'CognitoStack show': {
          stdout: { resource_changes: [userPool], output_changes: { [userPoolArn]: { actions: ['update'] } } },
        },
        'ApiGatewayStack show': [planOf(integration), planOf(atItsTurn)],
        ' plan ': changed,
      },
      { args: ['--approved-plan', digest] },
    );
    const applied = calls.filter((call) => call.includes(' apply ')).map((call) => call.split(' ')[0]);
    expect({ status, applied }).toEqual({
      status: expected,
      applied: ['CognitoStack', ...(expected === 0 ? ['ApiGatewayStack'] : [])],
    });
    expect(output.includes('ApiGatewayStack was not changed: its plan is not the one that was approved.')).toBe(
      expected === 1,
    );
  });
});
