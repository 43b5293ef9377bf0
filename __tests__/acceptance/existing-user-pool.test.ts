import { type Acceptance, startAcceptance } from '../support/acceptance';
import { plannedChanges, terraform } from '../support/acceptance-project';

let acceptance: Acceptance;
let arn: string;

beforeAll(async () => {
  acceptance = await startAcceptance();
  arn = await acceptance.account.createUserPool('company');
});

afterAll(() => acceptance.end());

async function run(line: string) {
  const { status, output } = await acceptance.project.run(line);
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) as string });
  return plannedChanges(output);
}

const routes = { 'GET /orders': { scopes: ['orders/read'], response: { body: 'orders' } } };

const own = {
  domainPrefix: 'my-login',
  resourceServers: { orders: { scopes: { read: 'read orders' } } },
  appClients: { web: { scopes: ['openid', 'orders/read'], callbackUrls: ['http://localhost:3000/dashboard'] } },
  routes,
};

describe('an API with a user pool that exists already', () => {
  test('is deployed alone, with the ARN of that pool in its authorizer', async () => {
    acceptance.project.set({ userPool: { arn }, routes });
    await run('npm run deploy -- --auto-approve');
    const [{ authorizers, methods }] = (await acceptance.account.restApis()) as [
      Awaited<ReturnType<typeof acceptance.account.restApis>>[number],
    ];
    expect(authorizers).toEqual([expect.objectContaining({ type: 'COGNITO_USER_POOLS', providerARNs: [arn] })]);
    expect(methods.get('GET /orders')).toMatchObject({ authorizationScopes: ['orders/read'] });
    expect(await acceptance.account.userPools()).toHaveLength(1);
  });

  test('calls nothing of Cognito', () => {
    expect(acceptance.proxy.operations).toContain('CreateAuthorizer');
    expect(acceptance.proxy.operations.filter((operation) => /UserPool|ResourceServer/.test(operation))).toEqual([]);
  });

  test('has an empty second plan', async () => {
    expect(await run('npm run plan')).toEqual({});
  });

  test('is changed in place to a pool of its own, and back', async () => {
    const [before] = await acceptance.account.restApis();
    acceptance.project.set(own);
    await run('npm run deploy -- --auto-approve');
    expect(await acceptance.account.userPools()).toHaveLength(2);
    acceptance.project.set({ userPool: { arn }, routes });
    await run('npm run deploy -- --auto-approve');
    const [after] = await acceptance.account.restApis();
    expect(after!.restApi.id).toBe(before!.restApi.id);
    expect(after!.authorizers).toEqual([expect.objectContaining({ providerARNs: [arn] })]);
  });

  test('can lose the pool that it had, as the chapter says', async () => {
    acceptance.project.set(own);
    expect(await acceptance.project.run('npm run plan')).toMatchObject({ status: 2 });
    await run(`${terraform} -chdir=cdktf.out/stacks/CognitoStack destroy -auto-approve`);
    expect(await acceptance.account.userPools()).toHaveLength(1);
  });

  test('leaves the user pool when it is destroyed', async () => {
    acceptance.project.set({ userPool: { arn }, routes });
    await run('npm run destroy -- --auto-approve');
    expect(await acceptance.account.census()).toEqual({ aws_cognito_user_pool: 1 });
  });
});
