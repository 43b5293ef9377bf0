import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Acceptance, startAcceptance } from '../support/acceptance';
import { type Finished } from '../support/acceptance-project';
import { awsCalls } from '../support/aws-calls';
import { IamPolicy } from '../support/iam-policy';
import { localAwsEnvironment } from '../support/local-aws';
import { readWorkflow } from '../support/workflow';

const workflow = readWorkflow('deploy.yml');
const folder = join('.github', 'workflows');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');
const bucketCommands = readFileSync(join('src', 'settings', 'README.md'), 'utf8')
  .match(/^aws s3api .*/gm)!
  .join('\n');
const [, roleCommands] = /```sh\n(.*?)```/s.exec(readme)!;
const [, cdktfJson] = /```json\n(.*?)```/s.exec(readme)!;
const bucket = 'my-company-terraform-states';

// A job synthesizes, plans and applies.
jest.setTimeout(300_000);

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance();
  cpSync(folder, join(acceptance.project.folder, folder), { recursive: true });
});

afterAll(() => acceptance.end());

/** Runs commands of the README as a person with a region and an administrator's credentials does. */
async function runAsPerson(commands: string): Promise<Finished> {
  const cli = `aws() { ${localAwsEnvironment.python} -m awscli "$@"; }`;
  return acceptance.project.start('env', 'AWS_DEFAULT_REGION=us-east-1', 'bash', '-ec', `${cli}\n${commands}`).finished;
}

/** Asks the AWS CLI, and returns its answer. */
async function ask(command: string): Promise<unknown> {
  return JSON.parse((await runAsPerson(`aws ${command} --output json`)).output);
}

/**
 * Runs the steps of a job that are about stacks, each as GitHub does, until one fails.
 *
 * @param policy what AWS allows to the role of the job
 */
async function runJob(name: string, policy: IamPolicy, environment = ''): Promise<Finished> {
  const { project, proxy } = acceptance;
  const job = workflow.jobs[name]!;
  const steps = job.steps.filter(({ run }) => run !== undefined && !/^npm (?:ci|test)/.test(run));
  proxy.policy = policy;
  let finished: Finished = { status: null, output: '' };
  for (const step of steps) {
    const variables = Object.entries({ ...workflow.env, ...job.env, ...step.env }).map(
      ([variable, value]) => `${variable}=${value.replace('${{ matrix.environment }}', environment)}`,
    );
    finished = await project.start('env', ...variables, 'bash', '-ec', step.run!).finished;
    if (finished.status !== 0) {
      break;
    }
  }
  proxy.policy = undefined;
  return finished;
}

const planPolicy = IamPolicy.read('src/policies/plan-policy.json');
const deployPolicy = IamPolicy.read('src/policies/deploy-policy.json');

/** Runs the job that plans an environment, and returns the comment that it writes. */
async function plan(environment: string): Promise<string> {
  const { status, output } = await runJob('plan', planPolicy, environment);
  if (status !== 0) {
    throw new Error(output);
  }
  return readFileSync(join(acceptance.project.folder, 'plan.md'), 'utf8');
}

describe('the commands of the READMEs', () => {
  test('make a bucket that is private and keeps versions', async () => {
    expect(await runAsPerson(bucketCommands)).toMatchObject({ status: 0 });
    expect(await ask(`s3api get-public-access-block --bucket ${bucket}`)).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(await ask(`s3api get-bucket-versioning --bucket ${bucket}`)).toMatchObject({ Status: 'Enabled' });
  });

  test('make two roles, which only this repository can assume', async () => {
    expect(await runAsPerson(roleCommands!)).toMatchObject({ status: 0 });
    const repository = 'repo:octo-org@123456/octo-repo@456789';
    const subjects = {
      plan: `${repository}:pull_request`,
      deploy: [`${repository}:environment:staging`, `${repository}:environment:production`],
    };
    for (const [role, subject] of Object.entries(subjects)) {
      expect(await ask(`iam get-role --role-name my-login-${role}`)).toMatchObject({
        Role: {
          AssumeRolePolicyDocument: {
            Statement: [
              {
                Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
                Condition: {
                  StringEquals: {
                    'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
                    'token.actions.githubusercontent.com:sub': subject,
                  },
                },
              },
            ],
          },
        },
      });
      const policy = readFileSync(`src/${role}-policy.json`, 'utf8').replaceAll('STATE-BUCKET', bucket);
      expect(await ask(`iam get-role-policy --role-name my-login-${role} --policy-name ${role}`)).toMatchObject({
        PolicyDocument: JSON.parse(policy) as unknown,
      });
    }
  });
});

describe('the jobs of deploy.yml', () => {
  let calls: number;

  beforeAll(() => {
    calls = acceptance.proxy.operations.length;
  });

  test('refuse a state that a runner would lose', async () => {
    const { status, output } = await runJob('test', planPolicy);
    expect(status).not.toBe(0);
    expect(output).toContain('context.environments needs staging and production, with their state in S3');
  });

  test('accept the settings of the README', async () => {
    writeFileSync(join(acceptance.project.folder, 'cdktf.json'), cdktfJson!);
    expect(await runJob('test', planPolicy)).toMatchObject({ status: 0 });
  });

  test('plan the first deploy with the policy for planning', async () => {
    expect(await plan('staging')).toContain('aws_cognito_user_pool.user_pool');
    expect(await acceptance.account.census()).toEqual({});
  });

  test('deploy staging with the policy for deploying', async () => {
    expect(await runJob('staging', deployPolicy)).toMatchObject({ status: 0 });
    const pools = await acceptance.account.userPools();
    expect(pools.map(({ userPool }) => userPool.Name)).toEqual(['awesome-cognito-user-pool-staging']);
  });

  test('plan no change after that', async () => {
    expect(await plan('staging')).toContain('No changes');
  });

  test('refuse a deploy that loses the users', async () => {
    writeFileSync(
      join(acceptance.project.folder, 'cdktf.json'),
      cdktfJson!.replace('"staging": {}', '"staging": { "userPool": { "name": "another-user-pool" } }'),
    );
    const { status, output } = await runJob('staging', deployPolicy);
    expect(status).toBe(1);
    expect(output).toContain('--allow-loss aws_cognito_user_pool.user_pool');
    expect(await acceptance.account.census()).toMatchObject({ aws_cognito_user_pool: 1 });
  });

  test('call only what the policies are tested with', () => {
    const { project, proxy } = acceptance;
    expect([...proxy.strayCalls, ...project.strayLookups()]).toEqual([]);
    expect([...new Set(proxy.operations.slice(calls))].filter((call) => !awsCalls.includes(call))).toEqual([]);
  });
});
