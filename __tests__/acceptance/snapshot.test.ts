import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Acceptance, startAcceptance } from '../support/acceptance';
import { endOfCli } from '../support/acceptance-project';
import { certificateArn } from '../support/every-setting';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance();
  await acceptance.useExistingUserPool();
  const handlers = join(acceptance.project.folder, 'src', 'handlers');
  mkdirSync(handlers);
  writeFileSync(join(handlers, 'orders.ts'), 'export const handler = () => Promise.resolve({ statusCode: 200 });\n');
});

afterAll(() => acceptance.end());

const scopes = ['awesomeapi-resource-server/awesomeapi.read'];
const mock = { scopes, response: { body: { message: 'mock' } } };
const open = { public: true, response: { body: 'open' } };
const lambda = { scopes, lambda: 'src/handlers/orders.ts' };
const http = { scopes, http: { url: 'https://backend.example.com/orders' } };
const status = (statusCode: number) => ({ scopes, response: { statusCode, body: {} } });
const preflights = ['/', '/awesomeapi'];

async function restApiId(): Promise<string> {
  const [api] = await acceptance.account.restApis();
  return api!.restApi.id!;
}

async function served(): Promise<string[]> {
  return acceptance.account.servedMethods(await restApiId());
}

/** The calls that change something, from the first of these on. */
function callsSince(start: number): string[] {
  return acceptance.proxy.operations.slice(start).filter((operation) => !/^(?:Get|List|Describe)/.test(operation));
}

/** What people lose in the deploys of this file: a host name, logs and functions. */
const losses = [
  'aws_api_gateway_domain_name.domain',
  'aws_api_gateway_base_path_mapping.domain',
  'aws_cloudwatch_log_group.access_logs',
  'aws_cloudwatch_log_group.orders__id__GET_logs',
  'aws_lambda_function.orders__id__GET',
];

async function deploy(routes: Readonly<Record<string, unknown>>, others: object = {}) {
  const { project, proxy } = acceptance;
  project.set({ routes, ...others });
  const start = proxy.operations.length;
  const allowed = losses.map((address) => ` --allow-loss ${address}`).join('');
  const { status: exitCode, output } = await project.run(`npm run deploy -- --auto-approve${allowed}`);
  return { exitCode, output, calls: callsSince(start) };
}

async function plan() {
  return acceptance.project.run('npm run plan');
}

function expectBefore(calls: readonly string[], ...order: readonly string[]): void {
  expect([...new Set(calls.filter((call) => order.includes(call)))]).toEqual(order);
}

const before = {
  'GET /awesomeapi': mock,
  'GET /old/{id}': open,
  'GET /orders/{id}': lambda,
  'GET /kind': mock,
  'GET /created': status(200),
  'GET /items/{id}': open,
};
const after = {
  'GET /awesomeapi': mock,
  'GET /orders/{id}': mock,
  'GET /kind': http,
  'GET /created': status(201),
  'GET /items/{name}': open,
};

// One deployed environment goes through all of these.
describe('a deploy that deletes routes, changes what responds to them, their status code and their path variable', () => {
  test('takes the snapshot from the finished configuration, and then deletes what the old one needed', async () => {
    const customDomain = { name: 'api.example.com', certificateArn };
    const first = await deploy(before, { restApi: { accessLogs: { retentionInDays: 30 }, customDomain } });
    expect({ exitCode: first.exitCode, output: first.output }).toEqual({
      exitCode: 0,
      output: expect.any(String) as string,
    });
    expect(await served()).toEqual(expect.arrayContaining(['GET /old/{id}', 'GET /items/{id}']));
    const { exitCode, output, calls } = await deploy(after);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) as string });
    expectBefore(
      calls,
      'DeleteIntegrationResponse',
      'DeleteMethod',
      'DeleteResource',
      'PutIntegration',
      'CreateDeployment',
      'UpdateStage',
      'DeleteDeployment',
    );
    expect(calls.slice(calls.indexOf('CreateDeployment'))).not.toContain('DeleteIntegration');
    const domain = ['DeleteBasePathMapping', 'DeleteDomainName'];
    for (const needed of ['RemovePermission', 'DeleteFunction', 'DeleteRole', 'DeleteLogGroup', ...domain]) {
      expect(calls.indexOf(needed)).toBeGreaterThan(calls.indexOf('UpdateStage'));
    }
    const paths = [...preflights, '/created', '/items', '/items/{name}', '/kind', '/orders', '/orders/{id}'];
    expect(await served()).toEqual([...Object.keys(after), ...paths.map((path) => `OPTIONS ${path}`)].sort());
  });

  test('leaves an empty second plan', async () => {
    const { status: exitCode, output } = await plan();
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.not.stringContaining('Routes that differ') as string,
    });
  });
});

describe('a deploy that stops between its steps', () => {
  const fewer = { 'GET /awesomeapi': mock };

  test('because of a signal leaves the stage as it was, and the next plan and deploy go on', async () => {
    const { project, proxy } = acceptance;
    const methods = await served();
    project.set({ routes: fewer });
    const command = project.deploy();
    proxy.intercept('DeleteMethod', (forward) => {
      process.kill(-command.session, 'SIGINT');
      return forward();
    });
    await command.finished;
    await endOfCli(command.session);
    expect(await served()).toEqual(methods);
    const planned = await plan();
    expect(planned.status).toBe(2);
    expect(planned.output).toMatch(/GET \/kind +- +- +COGNITO_USER_POOLS/);
    expect((await deploy(fewer)).exitCode).toBe(0);
    expect(await served()).toEqual(['GET /awesomeapi', 'OPTIONS /', 'OPTIONS /awesomeapi']);
  });

  test('because somebody has changed something since says what is new', async () => {
    const { proxy, account } = acceptance;
    await deploy({ ...fewer, 'GET /old': open });
    const id = await restApiId();
    proxy.intercept('DeleteMethod', async (forward) => {
      await account.describeStage(id, 'changed by hand');
      return forward();
    });
    const { exitCode, output } = await deploy(fewer);
    expect(exitCode).toBe(1);
    expect(output).toContain('New changes:\nupdated   aws_api_gateway_stage.stage: deployment_id');
    expect(await served()).toContain('GET /old');
    expect((await deploy(fewer)).exitCode).toBe(0);
    expect(await served()).not.toContain('GET /old');
  });
});

describe('a route that terraform does not manage', () => {
  test('stops a deploy, which would publish it, and is named by the plan', async () => {
    const { account } = acceptance;
    const id = await restApiId();
    await account.openMethod(id, 'DELETE');
    const { output } = await plan();
    expect(output).toMatch(/Routes that differ +settings +API +stage\n +DELETE \/ +- +NONE +-/);
    const { exitCode, output: rejected } = await deploy({ 'GET /awesomeapi': open });
    expect(exitCode).toBe(1);
    expect(rejected).toContain('DELETE /: is in the API, but not in the settings and not in the state');
    expect(await served()).not.toContain('DELETE /');
    await account.openMethod(id, 'DELETE', false);
  });
});

test('an authorizer that a method needs until it is opened is deleted after the stage has moved', async () => {
  const { project } = acceptance;
  const file = 'src/api-gateway/api-gateway-stack.ts';
  const code = project.read(file);
  expect(code).toContain(' userPool, signInClients,');
  project.write(file, code.replace(' userPool, signInClients,', ' signInClients,'));
  const { exitCode, output, calls } = await deploy({ 'GET /awesomeapi': open });
  project.write(file, code);
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) as string });
  expectBefore(calls, 'UpdateMethod', 'CreateDeployment', 'UpdateStage', 'DeleteAuthorizer');
});

describe('the CLI of CDKTF', () => {
  test('deploys, which leaves a deleted route in the snapshot, which the plan names and npm run deploy repairs', async () => {
    const { project } = acceptance;
    await deploy({ 'GET /awesomeapi': mock, 'GET /old': open });
    project.set({ routes: { 'GET /awesomeapi': mock } });
    const { status: exitCode, output } = await project.run(
      'npx cdktf deploy ApiGatewayStack --auto-approve --skip-provider-lock',
    );
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) as string });
    expect(await served()).toContain('GET /old');
    const planned = await plan();
    expect(planned.status).toBe(2);
    expect(planned.output).toMatch(/GET \/old +- +- +NONE/);
    expect((await deploy({ 'GET /awesomeapi': mock })).exitCode).toBe(0);
    expect(await served()).not.toContain('GET /old');
    expect((await plan()).status).toBe(0);
  }, 900_000);

  test('has a diff without changes, and a destroy that leaves nothing', async () => {
    const { project, account } = acceptance;
    const diff = await project.run('npx cdktf diff ApiGatewayStack --skip-provider-lock');
    expect(diff).toEqual({ status: 0, output: expect.stringContaining('No changes.') as string });
    const destroy = await project.run('npx cdktf destroy ApiGatewayStack --auto-approve --skip-provider-lock');
    expect(destroy).toEqual({ status: 0, output: expect.any(String) as string });
    expect(await account.restApis()).toEqual([]);
  }, 900_000);
});
