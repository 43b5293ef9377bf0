import { type Acceptance, startAcceptance } from '../support/acceptance';
import { awsCalls } from '../support/aws-calls';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance();
  acceptance.project.set({}, { staging: { userPool: { verificationEmail: { subject: 'Staging' } } } });
});

afterAll(() => acceptance.end());

async function environmentsInAws() {
  const { account } = acceptance;
  const [pools, apis] = await Promise.all([account.userPools(), account.restApis()]);
  return pools.map(({ userPool }) => ({
    pool: userPool.Name,
    domain: userPool.Domain,
    subject: userPool.VerificationMessageTemplate!.EmailSubject,
    api: apis.find(({ authorizers }) => authorizers[0]!.providerARNs!.includes(userPool.Arn!))?.restApi.name,
  }));
}

const byDefault = {
  pool: 'awesome-cognito-user-pool',
  domain: 'buraktas-awesome-domain',
  subject: 'You need to verify your email',
  api: 'awesome-api',
};
const staging = {
  pool: 'awesome-cognito-user-pool-staging',
  domain: 'buraktas-awesome-domain-staging',
  subject: 'Staging',
  api: 'awesome-api-staging',
};

describe('two environments', () => {
  test('are deployed side by side from one folder, each with its outputs', async () => {
    const { project } = acceptance;
    for (const command of [
      'npm run deploy -- --auto-approve',
      'npm run deploy -- --environment staging --auto-approve',
    ]) {
      const { status } = await project.run(command);
      expect(status).toBe(0);
    }
    expect(await environmentsInAws()).toEqual(expect.arrayContaining([byDefault, staging]));
    expect(Object.keys(project.outputs() as object)).toEqual(['CognitoStack', 'ApiGatewayStack']);
    expect(Object.keys(project.outputs('outputs.staging.json') as object)).toEqual([
      'CognitoStack-staging',
      'ApiGatewayStack-staging',
    ]);
  });

  test('survive the loss of cdktf.out', async () => {
    await acceptance.project.run('rm -rf cdktf.out');
    const { status, output } = await acceptance.project.run('npm run plan -- --environment staging');
    expect(output).toContain('Plan for the environment staging:\n  CognitoStack-staging: no changes');
    expect(status).toBe(0);
  });
});

describe('destroy', () => {
  test('rejects a user pool that is protected, before it destroys anything', async () => {
    const { project, account } = acceptance;
    const before = await account.census();
    const main = project.read('main.ts');
    project.write(
      'main.ts',
      main.replace(
        'new ApiGatewayStack',
        `userPool.userPool.addOverride('deletion_protection', 'ACTIVE');\n    new ApiGatewayStack`,
      ),
    );
    const { status, output } = await project.run('npm run destroy -- --environment staging --auto-approve');
    project.write('main.ts', main);
    expect(status).toBe(1);
    expect(output).toContain('Nothing was destroyed in the environment staging: see above what to do for');
    expect(await account.census()).toEqual(before);
  });

  test('lists what it deletes, and leaves the other environment as it is', async () => {
    const { project } = acceptance;
    const { status, output } = await project.run('npm run destroy -- --environment staging --auto-approve');
    expect(output).toContain(
      [
        'Destroy the environment staging:',
        '  CognitoStack-staging: 4 to delete',
        '  ApiGatewayStack-staging: 19 to delete',
      ].join('\n'),
    );
    expect(output).toContain('  aws_cognito_user_pool.user_pool: permanently deletes all users');
    expect(status).toBe(0);
    expect(await environmentsInAws()).toEqual([byDefault]);
  });

  test('has nothing to do after that', async () => {
    const { status, output } = await acceptance.project.run('npm run destroy -- --environment staging --auto-approve');
    expect(output).toContain('Nothing is deployed in the environment staging.');
    expect(status).toBe(0);
  });
});

test('a plan that fails has exit code 1 and the message of terraform', async () => {
  const { project } = acceptance;
  project.write('terraform.CognitoStack.tfstate', '{}');
  const { status, output } = await project.run('npm run plan');
  expect(status).toBe(1);
  expect(output).toContain('Error: ');
  expect(output).not.toMatch(/^\s+at /m);
});

test('no call has left this machine, and each is one that the deploy policy is tested with', () => {
  const { project, proxy } = acceptance;
  expect([...proxy.strayCalls, ...project.strayLookups()]).toEqual([]);
  expect([...new Set(proxy.operations)].filter((operation) => !awsCalls.includes(operation))).toEqual([]);
});
