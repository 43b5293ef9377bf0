import { setTimeout as delay } from 'node:timers/promises';

import { type Acceptance, startAcceptance } from '../support/acceptance';
import { endOfCli, findCli } from '../support/acceptance-project';
import { awsCalls } from '../support/aws-calls';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance({ ownProviders: true });
});

afterAll(() => acceptance.end());

/** Does something after AWS has carried out an operation and before it responds; resolves when that is over. */
function beforeResponse(operation: string, action: () => void): Promise<void> {
  return new Promise((over) => {
    acceptance.proxy.intercept(operation, async (forward) => {
      const answer = await forward();
      action();
      await delay(1000);
      over();
      return answer;
    });
  });
}

async function expectStateToHoldAll(): Promise<void> {
  const { project, account } = acceptance;
  expect(project.census()).toEqual(await account.census());
}

const completeCognitoStack = {
  aws_cognito_user_pool: 1,
  aws_cognito_resource_server: 1,
  aws_cognito_user_pool_client: 1,
  aws_cognito_user_pool_domain: 1,
};
const beforeDeployment = {
  aws_api_gateway_rest_api: 1,
  aws_api_gateway_resource: 1,
  aws_api_gateway_method: 3,
  aws_api_gateway_method_response: 3,
  aws_api_gateway_integration: 3,
  aws_api_gateway_integration_response: 3,
  aws_api_gateway_authorizer: 1,
  aws_api_gateway_gateway_response: 2,
};
const completeApiGatewayStack = { ...beforeDeployment, aws_api_gateway_deployment: 1, aws_api_gateway_stage: 1 };

// One project goes through all of these, each going on where the one before was stopped.
describe('a deploy', () => {
  test('that is killed while AWS makes the user pool does not know it, until it is imported', async () => {
    const { project, account } = acceptance;
    const deploy = project.deploy();
    await beforeResponse('CreateUserPool', () => process.kill(-deploy.session, 'SIGKILL'));
    expect(await account.census()).toEqual({ aws_cognito_user_pool: 1 });
    expect(project.census()).toEqual({});

    const [pool] = await account.userPools();
    const address = 'aws_cognito_user_pool.user_pool';
    const { status } = await project.terraform('CognitoStack', 'import', address, pool!.userPool.Id!).finished;
    expect(status).toBe(0);
    await expectStateToHoldAll();
  });

  test('finishes the current stack on Ctrl-C in a terminal, and starts no other', async () => {
    const { project, account } = acceptance;
    const terminal = project.typeInTerminal('npm run deploy -- --auto-approve --skip-provider-lock');
    await beforeResponse('CreateUserPoolDomain', () => {
      terminal.write('\x03');
    });
    await endOfCli(terminal.pid);
    expect(await account.census()).toEqual(completeCognitoStack);
    await expectStateToHoldAll();
  });

  test('that is killed while AWS makes the deployment does not know that one', async () => {
    const { project, account } = acceptance;
    const deploy = project.deploy();
    await beforeResponse('CreateDeployment', () => process.kill(-deploy.session, 'SIGKILL'));
    expect(await account.census()).toEqual({ ...project.census(), aws_api_gateway_deployment: 1 });
    expect(project.census()).toEqual({ ...completeCognitoStack, ...beforeDeployment });
  });

  test('finishes after that, also on SIGTERM to the process of the CLI', async () => {
    const { project, account } = acceptance;
    const deploy = project.deploy();
    await beforeResponse('CreateStage', () => process.kill(findCli(deploy.session)!, 'SIGTERM'));
    await deploy.finished;
    expect(project.census()).toEqual({ ...completeCognitoStack, ...completeApiGatewayStack });
    expect(await account.census()).toEqual({ ...project.census(), aws_api_gateway_deployment: 2 });
  });
});

describe('destroy', () => {
  test('finishes the current stack on SIGINT, and starts no other', async () => {
    const { project, account } = acceptance;
    const destroy = project.destroy();
    await beforeResponse('DeleteStage', () => process.kill(-destroy.session, 'SIGINT'));
    await destroy.finished;
    await endOfCli(destroy.session);
    expect(await account.census()).toEqual(completeCognitoStack);
    await expectStateToHoldAll();
  });

  test('leaves nothing after that', async () => {
    const { project, account } = acceptance;
    expect((await project.destroy().finished).status).toBe(0);
    expect(await account.census()).toEqual({});
    await expectStateToHoldAll();
  });
});

test('when the terminal closes, the deploy finishes the current stack and starts no other', async () => {
  const { project, account } = acceptance;
  const terminal = project.typeInTerminal('npm run deploy -- --auto-approve');
  await beforeResponse('CreateUserPoolDomain', () => {
    terminal.kill();
  });
  await endOfCli(terminal.pid);
  expect(await account.census()).toEqual(completeCognitoStack);
  await expectStateToHoldAll();
});

test('no call has left this machine, and each is one that the deploy policy is tested with', () => {
  const { project, proxy } = acceptance;
  expect([...proxy.strayCalls, ...project.strayLookups()]).toEqual([]);
  expect([...new Set(proxy.operations)].filter((operation) => !awsCalls.includes(operation))).toEqual([]);
});
