import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Acceptance, startAcceptance } from '../support/acceptance';
import { plannedChanges } from '../support/acceptance-project';
import { awsCalls, lambdaAwsCalls } from '../support/aws-calls';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance({ policies: ['deploy-policy', 'deploy-policy-lambda'] });
  await acceptance.useExistingUserPool();
  mkdirSync(join(acceptance.project.folder, 'src', 'handlers'));
  writeHandler('one');
});

afterAll(() => acceptance.end());

const scopes = ['awesomeapi-resource-server/awesomeapi.read'];
const mock = { scopes, response: { body: { message: 'mock' } } };
const lambda = {
  scopes,
  lambda: {
    handler: 'src/handlers/orders.ts',
    environment: { TABLE: 'orders', API_KEY: 'arn:aws:ssm:us-east-1:123456789012:parameter/key' },
  },
};
const withoutLambda = {
  'GET /awesomeapi': mock,
  'ANY /backend/{proxy+}': { scopes, http: { url: 'https://backend.example.com/{proxy}' } },
  'GET /health': { public: true, response: { body: 'ok' } },
};
const routes = { ...withoutLambda, 'GET /orders/{id}': lambda };

function writeHandler(answer: string): void {
  writeFileSync(
    join(acceptance.project.folder, 'src', 'handlers', 'orders.ts'),
    `export const handler = () => Promise.resolve({ statusCode: 200, body: '${answer}' });\n`,
  );
}

async function deploy(...allowed: string[]): Promise<Record<string, string>> {
  const options = allowed.map((address) => ` --allow-loss ${address}`).join('');
  const { status, output } = await acceptance.project.run(`npm run deploy -- --auto-approve${options}`);
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) as string });
  return plannedChanges(output);
}

async function readApi() {
  const [api, ...others] = await acceptance.account.restApis();
  expect(others).toEqual([]);
  return api!;
}

const functionName = 'awesome-api-orders__id__GET';
const functionAddresses = [
  'aws_lambda_function.orders__id__GET',
  'aws_lambda_permission.orders__id__GET',
  'aws_iam_role.orders__id__GET_role',
  'aws_iam_role_policy.orders__id__GET_role',
  'aws_cloudwatch_log_group.orders__id__GET_logs',
];
describe('the first deploy', () => {
  test('creates the function with its role, its log group and its permission', async () => {
    acceptance.project.set({ routes });
    expect(Object.entries(await deploy())).toEqual(
      expect.arrayContaining(functionAddresses.map((address) => [address, 'created'])),
    );
    const { configuration, role, logGroup, permission } = await acceptance.account.lambda(functionName);
    expect(configuration).toMatchObject({
      Runtime: 'nodejs22.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 256,
      Timeout: 10,
      Environment: { Variables: lambda.lambda.environment },
    });
    expect(logGroup).toMatchObject({ logGroupName: `/aws/lambda/${functionName}`, retentionInDays: 30 });
    expect(role).toEqual({
      path: '/rest-api/',
      service: 'lambda.amazonaws.com',
      statements: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/${functionName}:*`,
        },
        { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: lambda.lambda.environment.API_KEY },
      ],
    });
    const { restApi } = await readApi();
    expect(permission).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Condition: {
        ArnLike: {
          'AWS:SourceArn': `arn:aws:execute-api:us-east-1:123456789012:${restApi.id!}/prod/GET/orders/*`,
        },
      },
    });
  });

  test('creates the methods of all four kinds', async () => {
    const { methods } = await readApi();
    const { configuration } = await acceptance.account.lambda(functionName);
    expect(methods.get('GET /orders/{id}')).toMatchObject({
      authorizationType: 'COGNITO_USER_POOLS',
      authorizationScopes: scopes,
      methodIntegration: {
        type: 'AWS_PROXY',
        httpMethod: 'POST',
        timeoutInMillis: 10_000,
        uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${String(configuration.FunctionArn)}/invocations`,
      },
    });
    expect(methods.get('ANY /backend/{proxy+}')).toMatchObject({
      authorizationType: 'COGNITO_USER_POOLS',
      requestParameters: { 'method.request.path.proxy': true },
      methodIntegration: {
        type: 'HTTP_PROXY',
        httpMethod: 'ANY',
        uri: 'https://backend.example.com/{proxy}',
        requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
      },
    });
    expect(methods.get('GET /health')).toMatchObject({
      authorizationType: 'NONE',
      methodIntegration: { type: 'MOCK' },
    });
    expect(methods.get('GET /awesomeapi')).toMatchObject({ authorizationType: 'COGNITO_USER_POOLS' });
  });
});

test('a second plan is empty', async () => {
  const { status, output } = await acceptance.project.run('npm run plan');
  expect({ status, changes: plannedChanges(output) }).toEqual({ status: 0, changes: {} });
});

test('changed code changes the function and the deployment only', async () => {
  writeHandler('two');
  expect(await deploy()).toEqual({
    'aws_lambda_function.orders__id__GET': 'updated',
    'aws_api_gateway_deployment.deployment': 'replaced',
    'aws_api_gateway_stage.stage': 'updated',
  });
});

test('a removed route removes its function, role and log group, and nothing of other routes', async () => {
  acceptance.project.set({ routes: withoutLambda });
  const changes = Object.entries(await deploy('aws_lambda_function.orders__id__GET'));
  const isOfRoute = ([address]: readonly [string, string]) => address.includes('.orders');
  expect(changes.filter(isOfRoute)).toEqual(
    expect.arrayContaining(functionAddresses.map((address) => [address, 'deleted'])),
  );
  expect(Object.fromEntries(changes.filter((change) => !isOfRoute(change)))).toEqual({
    'aws_api_gateway_deployment.deployment': 'replaced',
    'aws_api_gateway_stage.stage': 'updated',
  });
  expect(await acceptance.account.lambdaCensus()).toEqual({ functions: 0, roles: 0, logGroups: 0 });
});

describe('a required request', () => {
  const schema = 'src/order.json';
  const writeSchema = (amount: object) => {
    const content = { type: 'object', properties: { amount }, required: ['amount'] };
    writeFileSync(join(acceptance.project.folder, schema), JSON.stringify(content));
  };
  const name = 'POST /awesomeapi';
  const setRequest = (request?: object) =>
    acceptance.project.set({ routes: { ...withoutLambda, [name]: { ...mock, ...(request && { request }) } } });
  const served = {
    'aws_api_gateway_deployment.deployment': 'replaced',
    'aws_api_gateway_stage.stage': 'updated',
  };
  const model = 'aws_api_gateway_model.awesomeapi_POST_body';
  const method = 'aws_api_gateway_method.awesomeapi_POST';
  const validator = (parts: string) => `aws_api_gateway_request_validator.rest_api_${parts}`;

  test('is a model and a validator of the method', async () => {
    writeSchema({ type: 'number' });
    setRequest({ query: ['from'], body: schema });
    expect(await deploy()).toMatchObject({ [model]: 'created', [validator('body_and_parameters')]: 'created' });
    const { methods } = await readApi();
    expect(methods.get(name)).toMatchObject({
      requestParameters: { 'method.request.querystring.from': true },
      requestModels: { $default: expect.stringMatching(/^POSTawesomeapi[0-9a-f]{8}$/) as string },
      requestValidatorId: expect.any(String) as string,
    });
  });

  test('takes a changed schema in place, with a new snapshot', async () => {
    writeSchema({ type: 'number', minimum: 1 });
    expect(await deploy()).toEqual({ ...served, [model]: 'updated' });
  });

  test('loses its schema after the method no longer refers to it', async () => {
    setRequest({ query: ['from'] });
    expect(await deploy()).toEqual({
      ...served,
      [method]: 'updated',
      'aws_api_gateway_integration.awesomeapi_POST': 'updated',
      [model]: 'deleted',
      [validator('parameters')]: 'created',
      [validator('body_and_parameters')]: 'deleted',
    });
  });

  test('is taken away', async () => {
    setRequest();
    expect(await deploy()).toEqual({ ...served, [method]: 'updated', [validator('parameters')]: 'deleted' });
    const { methods } = await readApi();
    expect(methods.get(name)).toMatchObject({ requestModels: {}, requestParameters: {} });
    expect(methods.get(name)!.requestValidatorId ?? '').toBe('');
    const { status, output } = await acceptance.project.run('npm run plan');
    expect({ status, changes: plannedChanges(output) }).toEqual({ status: 0, changes: {} });
  });
});

describe('a trigger of the user pool', () => {
  const handler = 'src/handlers/orders.ts';
  const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders';
  const permissions = [{ actions: ['dynamodb:GetItem'], resources: [table] }];
  const functions = ['preSignUp', 'preTokenGeneration'].map((name) => `aws_lambda_function.user_pool_${name}`);
  // By the name of the user pool, the policies know the functions.
  const name = 'awesome-api';
  const setTriggers = (triggers: object) =>
    acceptance.project.set({ routes: withoutLambda, userPool: { name, triggers } });
  const readPool = async () => {
    const pools = (await acceptance.account.userPools()).map(({ userPool }) => userPool);
    return pools.find(({ Name }) => Name === name)!;
  };

  test('is a function that this pool alone can invoke, and can do what the settings say', async () => {
    setTriggers({ preSignUp: { handler, permissions }, preTokenGeneration: { handler, eventVersion: 'V2_0' } });
    expect(await deploy()).toMatchObject({
      ...Object.fromEntries(functions.map((address) => [address, 'created'])),
      'aws_cognito_user_pool.user_pool': 'created',
    });
    const { configuration, role, permission } = await acceptance.account.lambda('awesome-api-preSignUp');
    const { Arn, LambdaConfig } = await readPool();
    expect(configuration).toMatchObject({ Timeout: 5 });
    expect((role.statements as unknown[]).at(-1)).toEqual({
      Effect: 'Allow',
      Action: ['dynamodb:GetItem'],
      Resource: [table],
    });
    expect(permission).toMatchObject({
      Principal: { Service: 'cognito-idp.amazonaws.com' },
      Condition: { ArnLike: { 'AWS:SourceArn': Arn } },
    });
    expect(LambdaConfig).toMatchObject({
      PreSignUp: configuration.FunctionArn,
      PreTokenGenerationConfig: { LambdaVersion: 'V2_0' },
    });
  });

  test('gets an event of another version in place', async () => {
    setTriggers({ preSignUp: { handler, permissions }, preTokenGeneration: handler });
    expect(await deploy()).toEqual({ 'aws_cognito_user_pool.user_pool': 'updated' });
    expect((await readPool()).LambdaConfig).toMatchObject({ PreTokenGenerationConfig: { LambdaVersion: 'V1_0' } });
  });

  test('of tokens is not taken away alone, which the provider cannot do', async () => {
    setTriggers({ preSignUp: { handler, permissions } });
    const { status, output } = await acceptance.project.run('npm run plan');
    expect(status).toBe(1);
    expect(output).toContain('keeps its pre token generation trigger');
  });

  test('is deleted after the user pool no longer invokes it', async () => {
    setTriggers({});
    const before = acceptance.proxy.operations.length;
    await deploy(...functions);
    const operations = acceptance.proxy.operations.slice(before);
    expect(operations.indexOf('UpdateUserPool')).toBeGreaterThan(-1);
    expect(operations.indexOf('UpdateUserPool')).toBeLessThan(operations.indexOf('DeleteFunction'));
    expect((await readPool()).LambdaConfig ?? {}).toEqual({});
    expect(await acceptance.account.lambdaCensus()).toEqual({ functions: 0, roles: 0, logGroups: 0 });
  });
});

test('each call is one that the deploy policies allow, and are tested with', () => {
  expect(acceptance.proxy.rejectedRequests).toEqual([]);
  const known = [...awsCalls, ...lambdaAwsCalls];
  expect([...new Set(acceptance.proxy.operations)].filter((operation) => !known.includes(operation))).toEqual([]);
});
