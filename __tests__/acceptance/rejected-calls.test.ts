import { type Acceptance, startAcceptance } from '../support/acceptance';
import { awsCalls } from '../support/aws-calls';
import { reject } from '../support/aws-proxy';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance();
});

afterAll(() => acceptance.end());

// Each deploy goes on where the one before was rejected, and so shows that it finishes what that one had begun.
describe('a deploy', () => {
  test.each(['CreateUserPoolClient', 'PutIntegrationResponse'])(
    'fails when %s is rejected, and knows all that it has made',
    async (operation) => {
      const { project, proxy, account } = acceptance;
      proxy.intercept(operation, reject);
      const { status, output } = await project.deploy().finished;
      expect(status).toBe(1);
      expect(output).toContain('rejected by the test');
      expect(proxy.awaited).toEqual([]);
      expect(project.census()).toEqual(await account.census());
    },
  );

  test('finishes after that, also with other settings', async () => {
    const { project, account } = acceptance;
    project.set({
      userPool: { verificationEmail: { subject: 'Your code' } },
      appClients: {
        'awesome-app-client': {
          scopes: ['awesomeapi-resource-server/awesomeapi.read', 'openid'],
          callbackUrls: ['http://localhost:3000/dashboard', 'http://localhost:3000/other'],
        },
      },
    });
    const { status } = await project.deploy().finished;
    expect(status).toBe(0);
    expect(await account.census()).toMatchObject({ aws_cognito_user_pool: 1, aws_api_gateway_stage: 1 });
    expect(project.census()).toEqual(await account.census());
  });
});

describe('destroy', () => {
  test('fails when DeleteUserPool is rejected, and the state has what is left', async () => {
    const { project, proxy, account } = acceptance;
    proxy.intercept('DeleteUserPool', reject);
    const { status } = await project.destroy().finished;
    expect(status).toBe(1);
    expect(await account.census()).toEqual({ aws_cognito_user_pool: 1 });
    expect(project.census()).toEqual({ aws_cognito_user_pool: 1 });
  });

  test('leaves nothing after that', async () => {
    const { project, account } = acceptance;
    const { status } = await project.destroy().finished;
    expect(status).toBe(0);
    expect(await account.census()).toEqual({});
    expect(project.census()).toEqual({});
  });
});

test('no call has left this machine, and each is one that the deploy policy is tested with', () => {
  const { project, proxy } = acceptance;
  expect([...proxy.strayCalls, ...project.strayLookups()]).toEqual([]);
  expect([...new Set(proxy.operations)].filter((operation) => !awsCalls.includes(operation))).toEqual([]);
});
