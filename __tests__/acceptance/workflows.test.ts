import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Acceptance, startAcceptance } from '../support/acceptance';
import { type Finished } from '../support/acceptance-project';
import { awsCalls } from '../support/aws-calls';
import { IamPolicy } from '../support/iam-policy';
import { localAwsEnvironment } from '../support/local-aws';
import { readWorkflow } from '../support/workflow';

const jobs = { ...readWorkflow('deploy.yml').jobs, ...readWorkflow('drift.yml').jobs };
const { env } = readWorkflow('deploy.yml');
const folder = join('.github', 'workflows');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');
const [, bucketCommands] = /```\n(aws s3api create-bucket .*?)```/s.exec(
  readFileSync(join('src', 'settings', 'README.md'), 'utf8'),
)!;
const [, roleCommands] = /```sh\n(.*?)```/s.exec(readme)!;
const [, cdktfJson] = /```json\n(.*?)```/s.exec(readme)!;
const bucket = 'my-company-terraform-states';

interface Role {
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: {
    readonly Statement: readonly { readonly Condition: { readonly StringEquals: Readonly<Record<string, unknown>> } }[];
  };
  readonly RolePolicyList: readonly { readonly PolicyName: string; readonly PolicyDocument: unknown }[];
}

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

/** Runs the AWS CLI, and returns its output. */
async function ask(command: string): Promise<unknown> {
  return JSON.parse((await runAsPerson(`aws ${command} --output json`)).output);
}

/**
 * Runs the steps of a job that are about stacks, each as GitHub does, until one fails.
 *
 * The check after a deploy calls the login and the API, which the local AWS API does not serve.
 *
 * @param policy what AWS allows to the role of the job
 */
async function runJob(name: string, policy: IamPolicy, environment = ''): Promise<Finished> {
  const { project, proxy } = acceptance;
  const job = jobs[name]!;
  const steps = job.steps.filter(({ run }) => run !== undefined && !/^npm (?:ci|test|run check)/.test(run));
  proxy.policy = policy;
  let finished: Finished = { status: null, output: '' };
  for (const step of steps) {
    const variables = Object.entries({
      ...env,
      ...job.env,
      ...step.env,
      GITHUB_STEP_SUMMARY: 'summary.md',
      GITHUB_OUTPUT: 'output',
    }).map(([variable, value]) => `${variable}=${value.replace('${{ matrix.environment }}', environment)}`);
    finished = await project.start('env', ...variables, 'bash', '-ec', step.run!).finished;
    if (finished.status !== 0) {
      break;
    }
  }
  proxy.policy = undefined;
  return finished;
}

/** What the role of an environment can do that only has the stacks of the default settings. */
function policyOf(kind: 'plan' | 'deploy', environment: string): IamPolicy {
  return IamPolicy.read([`${kind}-policy`], { PROJECT: `my-login-${environment}` });
}

/** Runs the job that plans an environment, and returns the comment that it writes. */
async function plan(environment: string): Promise<string> {
  const { status, output } = await runJob('plan', policyOf('plan', environment), environment);
  if (status !== 0) {
    throw new Error(output);
  }
  return acceptance.project.read('plan.md');
}

/** Deploys production when the plan is the one with this digest. */
function deployProduction(digest: string): Promise<Finished> {
  return acceptance.project.run(`npm run deploy -- --environment production --auto-approve --approved-plan ${digest}`);
}

describe('the commands of the READMEs', () => {
  test('create a bucket that is private, keeps versions and rejects plain http', async () => {
    expect(await runAsPerson(bucketCommands!)).toMatchObject({ status: 0 });
    expect(await ask(`s3api get-public-access-block --bucket ${bucket}`)).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(await ask(`s3api get-bucket-versioning --bucket ${bucket}`)).toMatchObject({ Status: 'Enabled' });
    const { Policy } = (await ask(`s3api get-bucket-policy --bucket ${bucket}`)) as { Policy: string };
    expect((JSON.parse(Policy) as { Statement: unknown }).Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
    // The local AWS API is plain http, and rejects all calls from now on.
    expect(await runAsPerson(`aws s3api delete-bucket-policy --bucket ${bucket}`)).toMatchObject({ status: 0 });
  });

  test('create two roles for each environment, which only its jobs in this repository can assume', async () => {
    expect(await runAsPerson(roleCommands!)).toMatchObject({ status: 0 });
    const { RoleDetailList } = (await ask('iam get-account-authorization-details --filter Role')) as {
      RoleDetailList: readonly Role[];
    };
    const repository = 'repo:octo-org@123456/octo-repo@456789';
    const roles = RoleDetailList.map(({ RoleName, AssumeRolePolicyDocument, RolePolicyList }) => [
      RoleName,
      AssumeRolePolicyDocument.Statement[0]!.Condition.StringEquals,
      Object.fromEntries(RolePolicyList.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument])),
    ]);
    const expected = ['staging', 'production'].flatMap((environment) =>
      ['plan', 'deploy'].map((kind) => [
        `my-login-${environment}-${kind}`,
        {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub':
            kind === 'plan'
              ? [`${repository}:pull_request`, `${repository}:ref:refs/heads/main`]
              : `${repository}:environment:${environment}`,
        },
        Object.fromEntries(
          [`${kind}-policy`, `${kind}-policy-lambda`, `${kind}-policy-production`].map((name) => [
            name,
            JSON.parse(
              readFileSync(`src/policies/${name}.json`, 'utf8')
                .replaceAll('STATE-BUCKET', bucket)
                .replaceAll('PROJECT', `my-login-${environment}`),
            ) as unknown,
          ]),
        ),
      ]),
    );
    expect(roles).toEqual(expect.arrayContaining(expected));
    expect(roles).toHaveLength(expected.length);
  });

  test('create the boundary of each environment, which cdktf.json names', async () => {
    const { Policies } = (await ask('iam list-policies --scope Local')) as { Policies: readonly { Arn: string }[] };
    const named = [...cdktfJson!.matchAll(/"permissionsBoundary": ".*:(policy\/.*?)"/g)].map(([, policy]) => policy);
    expect(Policies.map(({ Arn }) => Arn.split(':').at(-1)).sort()).toEqual(named.sort());
  });
});

describe('the jobs of the workflows', () => {
  let calls: number;

  beforeAll(() => {
    calls = acceptance.proxy.operations.length;
  });

  test('reject a state that a runner would lose', async () => {
    const { status, output } = await runJob('test', policyOf('plan', 'staging'));
    expect(status).not.toBe(0);
    expect(output).toContain('context.environments needs staging and production, with their state in S3');
  });

  test('accept the settings of the README', async () => {
    writeFileSync(join(acceptance.project.folder, 'cdktf.json'), cdktfJson!);
    expect(await runJob('test', policyOf('plan', 'staging'))).toMatchObject({ status: 0 });
  });

  test('plan the first deploy with the policy for planning', async () => {
    expect(await plan('staging')).toContain('aws_cognito_user_pool.user_pool');
    expect(await acceptance.account.census()).toEqual({});
  });

  test('deploy staging with the policy for deploying', async () => {
    expect(await runJob('staging', policyOf('deploy', 'staging'))).toMatchObject({ status: 0 });
    const pools = await acceptance.account.userPools();
    expect(pools.map(({ userPool }) => userPool.Name)).toEqual(['awesome-cognito-user-pool-staging']);
  });

  test('plan no change after that', async () => {
    expect(await plan('staging')).toContain('No changes');
  });

  test('show the plan of production, which is not deployed, to those who approve it', async () => {
    expect(await runJob('production-plan', policyOf('plan', 'production'))).toMatchObject({ status: 0 });
    expect(acceptance.project.read('summary.md')).toContain('environment production');
    const [, digest] = /^digest=([0-9a-f]{64})$/m.exec(acceptance.project.read('output'))!;
    expect(await deployProduction(digest!.replace(/./g, '0'))).toMatchObject({
      status: 1,
      output: expect.stringContaining('this is not the plan that was approved') as string,
    });
    expect(await acceptance.account.userPools()).toHaveLength(1);
    expect(await deployProduction(digest!)).toMatchObject({ status: 0 });
    expect(await acceptance.account.userPools()).toHaveLength(2);
  });

  test('find no drift after a deploy, and fail when someone has changed the stage by hand', async () => {
    const drift = () => runJob('drift', policyOf('plan', 'staging'), 'staging');
    expect(await drift()).toMatchObject({ status: 0 });
    const api = (await acceptance.account.restApis()).find(({ restApi }) => restApi.name === 'my-login-staging');
    await acceptance.account.describeStage(api!.restApi.id!, 'changed by hand');
    expect(await drift()).toMatchObject({ status: 2 });
    expect(acceptance.project.read('summary.md')).toContain('aws_api_gateway_stage.stage');
  });

  test('cannot change staging with the role of production', async () => {
    expect(await runJob('staging', policyOf('deploy', 'production'))).toMatchObject({ status: 1 });
    expect(acceptance.proxy.rejectedRequests.length).toBeGreaterThan(0);
    acceptance.proxy.rejectedRequests.length = 0;
  });

  test('reject a deploy that loses the users', async () => {
    writeFileSync(
      join(acceptance.project.folder, 'cdktf.json'),
      cdktfJson!.replace('"staging": {', '"staging": { "userPool": { "name": "another-user-pool" },'),
    );
    const { status, output } = await runJob('staging', policyOf('deploy', 'staging'));
    expect(status).toBe(1);
    expect(output).toContain('--allow-loss aws_cognito_user_pool.user_pool');
    expect(await acceptance.account.census()).toMatchObject({ aws_cognito_user_pool: 2 });
  });

  test('call only what the policies allow, and what they are tested with', () => {
    expect(acceptance.proxy.rejectedRequests).toEqual([]);
    const { project, proxy } = acceptance;
    expect([...proxy.strayCalls, ...project.strayLookups()]).toEqual([]);
    expect([...new Set(proxy.operations.slice(calls))].filter((call) => !awsCalls.includes(call))).toEqual([]);
  });
});
