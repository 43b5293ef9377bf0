import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseSettings } from '../../src/settings/environments';
import { addresses, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const root = process.cwd();

beforeAll(() => {
  process.chdir(mkdtempSync(join(tmpdir(), 'routes-')));
  mkdirSync('src');
  writeFileSync('src/orders.ts', "export const handler = () => Promise.resolve({ body: 'one' });\n");
  writeFileSync('src/other.ts', "export const handler = () => Promise.resolve({ body: 'other' });\n");
});

afterAll(() => {
  process.chdir(root);
});

const scopes = ['openid'];

function apiGateway(route: object, name = 'GET /orders/{id}'): string {
  return synthApp({ routes: { [name]: route } }).apiGateway;
}

describe('a Lambda route', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:backend-AbCdEf';
  const json = () =>
    apiGateway({
      scopes,
      lambda: { handler: 'src/orders.ts', timeout: 5, environment: { BACKEND_TOKEN: arn, TABLE: 't' } },
    });

  test('has a function, a role, a log group and a permission', () => {
    expect(addresses(json())).toEqual(
      expect.arrayContaining([
        'aws_lambda_function.orders__id__GET',
        'aws_iam_role.orders__id__GET_role',
        'aws_iam_role_policy.orders__id__GET_role',
        'aws_cloudwatch_log_group.orders__id__GET_logs',
        'aws_lambda_permission.orders__id__GET',
        'aws_api_gateway_method.orders__id__GET',
        'aws_api_gateway_integration.orders__id__GET',
      ]),
    );
  });

  test('runs on arm64 and Node.js 22, with its settings, after its log group and its policy exist', () => {
    expect(resourceAt(json(), 'aws_lambda_function.orders__id__GET')).toMatchObject({
      function_name: 'awesome-api-orders__id__GET',
      filename: expect.stringMatching(/^assets\/orders__id__GET_code\/[0-9a-f]{32}\/function\.zip$/) as string,
      source_code_hash: expect.stringMatching(/^[\w+/]{43}=$/) as string,
      handler: 'index.handler',
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      memory_size: 256,
      timeout: 5,
      environment: { variables: { BACKEND_TOKEN: arn, TABLE: 't' } },
      depends_on: ['aws_cloudwatch_log_group.orders__id__GET_logs', 'aws_iam_role_policy.orders__id__GET_role'],
    });
  });

  test('can write to its own log group and read its own secrets, and nothing else', () => {
    const { policy } = resourceAt(json(), 'aws_iam_role_policy.orders__id__GET_role');
    expect((JSON.parse(policy as string) as { Statement: unknown }).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '${aws_cloudwatch_log_group.orders__id__GET_logs.arn}:*',
      },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: arn },
    ]);
  });

  test('allows calls of this method of this stage only', () => {
    expect(resourceAt(json(), 'aws_lambda_permission.orders__id__GET')).toMatchObject({
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      source_arn: '${aws_api_gateway_rest_api.rest_api.execution_arn}/prod/GET/orders/*',
    });
    expect(resourceAt(json(), 'aws_api_gateway_integration.orders__id__GET').depends_on).toEqual([
      'aws_lambda_permission.orders__id__GET',
    ]);
  });

  test('has API Gateway wait as long as the function can run', () => {
    expect(resourceAt(json(), 'aws_api_gateway_integration.orders__id__GET')).toMatchObject({
      type: 'AWS_PROXY',
      integration_http_method: 'POST',
      uri: '${aws_lambda_function.orders__id__GET.invoke_arn}',
      depends_on: ['aws_lambda_permission.orders__id__GET'],
      timeout_milliseconds: 5000,
    });
  });

  test('is deployed again when its code changes', () => {
    const triggers = (handler: string) =>
      resourceAt(apiGateway({ scopes, lambda: handler }), 'aws_api_gateway_deployment.deployment').triggers;
    expect(triggers('src/other.ts')).not.toEqual(triggers('src/orders.ts'));
    expect(triggers('src/orders.ts')).toEqual(triggers('src/orders.ts'));
  });

  test('has a function name within the limit of Lambda', () => {
    const json = apiGateway({ scopes, lambda: 'src/orders.ts' }, `GET /${'long'.repeat(30)}`);
    const name = resourceAt(json, `aws_lambda_function.${'long'.repeat(30)}_GET`).function_name as string;
    expect(name).toMatch(/^awesome-api-(?:long)+\w*-[0-9a-f]{8}$/);
    expect(name).toHaveLength(64);
  });
});

describe('an HTTP route', () => {
  test('passes the variables of the path on', () => {
    const json = apiGateway({ scopes, http: { url: 'https://backend.example.com/{id}', method: 'POST' } });
    expect(resourceAt(json, 'aws_api_gateway_method.orders__id__GET')).toMatchObject({
      authorization: 'COGNITO_USER_POOLS',
      request_parameters: { 'method.request.path.id': true },
    });
    expect(resourceAt(json, 'aws_api_gateway_integration.orders__id__GET')).toMatchObject({
      type: 'HTTP_PROXY',
      integration_http_method: 'POST',
      uri: 'https://backend.example.com/{id}',
      request_parameters: { 'integration.request.path.id': 'method.request.path.id' },
    });
  });

  const warningsOf = (route: object) =>
    synthApp({ domainPrefix: 'my-login', routes: { 'GET /orders': route } }).warnings.join();

  test.each([
    ...['localhost:8080', 'LOCALHOST', 'backend', '[::1]', 'api.corp.internal', 'printer.local', '127.0.0.1'],
    ...['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.0.1', '169.254.169.254'],
  ])('warns of the host %s, which API Gateway cannot call', (host) => {
    const url = `http://${host}/orders`;
    expect(warningsOf({ scopes, http: { url } })).toBe(
      `The host of ${url} is on this machine or in a private network: npm start calls it, but a deploy fails half way ` +
        'with "Invalid HTTP endpoint specified for URI".',
    );
  });

  test('warns of access tokens without TLS', () => {
    expect(warningsOf({ scopes, http: { url: 'http://backend.example.com' } })).toBe(
      'API Gateway calls http://backend.example.com without TLS, and forwards the access tokens of the callers. Use https.',
    );
    expect(warningsOf({ public: true, http: { url: 'http://backend.example.com' } })).toBe('');
  });

  test.each(['https://10.example.com', 'https://172.32.0.1', 'https://11.0.0.1', 'https://localhost.example.com'])(
    'goes to %s without a warning',
    (url) => {
      expect(warningsOf({ scopes, http: { url } })).toBe('');
    },
  );
});

test('a public route requires no token', () => {
  const method = resourceAt(
    apiGateway({ public: true, response: { body: {} } }),
    'aws_api_gateway_method.orders__id__GET',
  );
  expect(method.authorization).toBe('NONE');
  expect(method).not.toHaveProperty('authorizer_id');
});

describe('a timeout above 29 seconds', () => {
  const url = 'https://backend.example.com';
  const routes = {
    'GET /lambda': { scopes, lambda: { handler: 'src/orders.ts', timeout: 60 } },
    'GET /http': { scopes, http: { url, timeout: 300 } },
  };

  test('is passed on, with a warning of the quota', () => {
    const { apiGateway, warnings } = synthApp({ domainPrefix: 'my-login', routes });
    const timeout = (name: string) => resourceAt(apiGateway, `aws_api_gateway_integration.${name}`);
    expect(timeout('lambda_GET')).toMatchObject({ timeout_milliseconds: 60_000 });
    expect(timeout('http_GET')).toMatchObject({ timeout_milliseconds: 300_000 });
    expect(warnings).toEqual(
      [
        ['GET /lambda', 60],
        ['GET /http', 300],
      ].map(
        ([name, seconds]) =>
          `${name!} has a timeout of ${seconds!} seconds. A deploy fails half way unless AWS has raised the quota ` +
          '"Maximum integration timeout in milliseconds" of the account in the region, which is 29000.',
      ),
    );
  });

  test('needs a regional API', () => {
    const short = { 'GET /short': { scopes, http: { url, timeout: 29 } } };
    const settings = { restApi: { endpointType: 'EDGE' }, routes: { ...routes, ...short } };
    expect(() => parseSettings(settings)).toThrow(
      'routes["GET /lambda"].lambda.timeout: must be at most 29 if endpointType is EDGE, got 60',
    );
    expect(() => parseSettings(settings)).toThrow('routes["GET /http"].http.timeout: must be at most 29');
    expect(() => parseSettings(settings)).toThrow(/^2 settings/);
  });
});

test('everything that is wrong with routes is in one report, and no secret', () => {
  const response = { body: {} };
  const lambda = 'src/orders.ts';
  const withLambda = (change: object) => ({ scopes, lambda: { handler: lambda, ...change } });
  const settings = {
    routes: {
      'GET /forgotten': { response },
      'GET /both': { scopes, public: true, response },
      'GET /nothing': { scopes },
      'GET /two': { scopes, response, lambda },
      'GET /outside': { scopes, lambda: '../orders.ts' },
      'GET /missing': { scopes, lambda: 'src/missing.ts' },
      'GET /late': withLambda({ timeout: 301 }),
      'GET /reserved': withLambda({ environment: { AWS_REGION: 'x' } }),
      'GET /secret': withLambda({ environment: { DB_PASSWORD: 'hunter2' } }),
      'GET /null': withLambda({ environment: { TEXT: 'a\u0000' } }),
      'GET /large': withLambda({ environment: { TEXT: 'x'.repeat(4096) } }),
      'GET /no-url': { scopes, http: {} },
      'GET /variable/{id}': { scopes, http: { url: 'https://a.example/{other}' } },
      'GET /credentials': { scopes, http: { url: 'https://user:hunter2@a.example/' } },
    },
  };
  expect(() => parseSettings(settings)).toThrow(/^14 settings are wrong/);
  expect(() => parseSettings(settings)).not.toThrow('hunter2');
  expect(() => parseSettings(settings)).toThrowErrorMatchingInlineSnapshot(`
   "14 settings are wrong. Nothing was written.

   In cdktf.json, context.settings:
     routes["GET /forgotten"]: requires either scopes or "public": true
     routes["GET /both"].public: requires either scopes or "public": true
     routes["GET /nothing"]: requires exactly one of response, lambda, http
     routes["GET /two"]: requires exactly one of response, lambda, http
     routes["GET /outside"].lambda: must be inside the project, got "../orders.ts"; allowed: the path of a .ts or .js file, such as src/handlers/orders.ts
     routes["GET /missing"].lambda: must be a file that exists, got "src/missing.ts"; allowed: the path of a .ts or .js file, such as src/handlers/orders.ts
     routes["GET /late"].lambda.timeout: must be at most 300, got 301
     routes["GET /reserved"].lambda.environment.AWS_REGION: the name is reserved by Lambda
     routes["GET /secret"].lambda.environment.DB_PASSWORD: must not be a secret in clear text, which everyone who sees the plan, the state or the function can read; allowed: the ARN of a Systems Manager parameter or a Secrets Manager secret, which the function reads
     routes["GET /null"].lambda.environment.TEXT: must not contain a null character or half a surrogate pair
     routes["GET /large"].lambda.environment: must have at most 4096 bytes, names and values together, got 4107
     routes["GET /no-url"].http.url: is required
     routes["GET /credentials"].http.url: must not contain credentials; allowed: an encoded http or https URL with a port of 80, 443 or 1024 to 65535; {name} stands for a variable of the path
     routes["GET /variable/{id}"].http.url: the path of the route does not have the variable {other}; allowed: {id}"
  `);
});
