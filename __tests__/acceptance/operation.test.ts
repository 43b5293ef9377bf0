import { type Acceptance, startAcceptance } from '../support/acceptance';
import { plannedChanges } from '../support/acceptance-project';
import { awsCalls, productionCalls } from '../support/aws-calls';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance();
});

afterAll(() => acceptance.end());

const route = { public: true, response: { body: { message: 'an order' } } };
const routes = { 'GET /orders/{id}': route };
const operation = {
  restApi: {
    accessLogs: { retentionInDays: 365 },
    executionLogs: { level: 'info', retentionInDays: 14 },
    metrics: true,
    tracing: true,
    throttling: { rateLimit: 100.5, burstLimit: 200 },
    manageAccountLogging: true,
  },
  routes: { 'GET /orders/{id}': { ...route, throttling: { rateLimit: 10, burstLimit: 20 } } },
};

async function deploy(settings: object): Promise<Record<string, string>> {
  acceptance.project.set({ ...settings });
  const { status, output } = await acceptance.project.deploy().finished;
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) as string });
  return plannedChanges(output);
}

async function readStage() {
  const [api] = await acceptance.account.restApis();
  return { id: api!.restApi.id!, stage: api!.stages[0]! };
}

const created = [
  'aws_api_gateway_account.account_logging',
  'aws_api_gateway_method_settings.stage',
  'aws_api_gateway_method_settings.stage_orders__id__GET',
  'aws_cloudwatch_log_group.access_logs',
  'aws_cloudwatch_log_group.stage_execution_logs',
  'aws_iam_role.account_logging_role',
  'aws_iam_role_policy_attachment.account_logging_role',
];

test('turning everything on in a deployed API is done in place', async () => {
  await deploy({ routes });
  expect(await deploy(operation)).toEqual({
    ...Object.fromEntries(created.map((address) => [address, 'created'])),
    'aws_api_gateway_stage.stage': 'updated',
  });
});

test('the stage then logs, traces and throttles', async () => {
  const { id, stage } = await readStage();
  expect(stage.tracingEnabled).toBe(true);
  expect(stage.accessLogSettings).toEqual({
    destinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/apigateway/awesome-api/prod',
    format: expect.stringContaining('"requestId":"$context.requestId"') as string,
  });
  const common = { loggingLevel: 'INFO', metricsEnabled: true, dataTraceEnabled: false };
  expect(stage.methodSettings).toEqual({
    '*/*': expect.objectContaining({ ...common, throttlingRateLimit: 100.5, throttlingBurstLimit: 200 }) as object,
    '~1orders~1{id}/GET': expect.objectContaining({
      ...common,
      throttlingRateLimit: 10,
      throttlingBurstLimit: 20,
    }) as object,
  });
  expect(await acceptance.account.logGroups()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ logGroupName: '/aws/apigateway/awesome-api/prod', retentionInDays: 365 }),
      expect.objectContaining({ logGroupName: `API-Gateway-Execution-Logs_${id}/prod`, retentionInDays: 14 }),
    ]),
  );
});

test('a second plan is empty', async () => {
  const { status, output } = await acceptance.project.run('npm run plan');
  expect({ status, changes: plannedChanges(output) }).toEqual({ status: 0, changes: {} });
});

test('turning it off again leaves nothing of it', async () => {
  expect(await deploy({ routes })).toEqual({
    ...Object.fromEntries(created.map((address) => [address, 'destroyed'])),
    'aws_api_gateway_stage.stage': 'updated',
  });
  const { stage } = await readStage();
  expect(stage).toMatchObject({ tracingEnabled: false, methodSettings: {} });
  expect(stage.accessLogSettings ?? undefined).toBeUndefined();
  expect(await acceptance.account.lambdaCensus()).toMatchObject({ roles: 0, logGroups: 0 });
});

test('each call is one of those that are known', () => {
  const known = [...awsCalls, ...productionCalls];
  expect([...new Set(acceptance.proxy.operations)].filter((call) => !known.includes(call))).toEqual([]);
});
