import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseSettings } from '../../src/settings/environments';
import { boundary, functionNames, loggingNames, project } from '../support/example-calls';
import { IamPolicy } from '../support/iam-policy';
import { parse } from '../support/stack-json';
import { synthApp } from '../support/synth';

const policy = IamPolicy.read(['permissions-boundary']);
const roleArn = (name: string) => `arn:aws:iam::123456789012:role/rest-api/${name}`;
const asFunction = { 'aws:PrincipalArn': roleArn(functionNames.role) };
const asApiGateway = { 'aws:PrincipalArn': roleArn(loggingNames.role) };

const parameter = `arn:aws:ssm:us-east-1:123456789012:parameter/${project}/key`;
const secret = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${project}/db-AbCdEf`;
const settings = {
  routes: {
    'GET /orders': {
      public: true,
      lambda: { handler: 'src/orders.ts', environment: { PARAMETER: parameter, DATABASE: secret } },
    },
  },
  restApi: { manageAccountLogging: true },
};

const root = process.cwd();

beforeAll(() => {
  process.chdir(mkdtempSync(join(tmpdir(), 'boundary-')));
  mkdirSync('src');
  writeFileSync('src/orders.ts', 'export const handler = () => Promise.resolve({ statusCode: 200 });\n');
});

afterAll(() => {
  process.chdir(root);
});

function roles(permissionsBoundary?: string) {
  const { apiGateway } = synthApp({ ...settings, permissionsBoundary });
  return { apiGateway, roles: parse(apiGateway).resource.aws_iam_role! };
}

test('the setting gives every role that the stacks make the boundary', () => {
  const { roles: made } = roles(boundary);
  expect(Object.entries(made).map(([name, { permissions_boundary }]) => [name, permissions_boundary])).toEqual([
    ['account_logging_role', boundary],
    ['orders_GET_role', boundary],
  ]);
});

test('without the setting, the stacks have no trace of a boundary', () => {
  expect(roles().apiGateway).not.toContain('boundary');
});

test.each([
  [boundary, true],
  ['arn:aws:iam::111122223333:policy/path/to/a-policy', true],
  ['arn:aws:iam::aws:policy/PowerUserAccess', true],
  [`arn:aws:iam::111122223333:policy/${'p/'.repeat(255)}a-policy`, true],
  [`arn:aws:iam::111122223333:policy/${'p/'.repeat(256)}a-policy`, false],
  ['awesome-api-boundary', false],
  ['arn:aws:iam::111122223333:role/a-role', false],
  ['arn:aws:iam::111122223333:policy/', false],
  ['arn:aws:iam::1111:policy/a-policy', false],
  ['arn:aws:iam:us-east-1:111122223333:policy/a-policy', false],
])('the setting takes %j: %s', (permissionsBoundary, isRight) => {
  const parsing = expect(() => parseSettings({ permissionsBoundary }));
  if (isRight) {
    parsing.not.toThrow();
  } else {
    parsing.toThrow('permissionsBoundary');
  }
});

describe('the boundary', () => {
  test('allows what the functions of the stacks may do', () => {
    const { apiGateway } = roles(boundary);
    const logGroup = `arn:aws:logs:us-east-1:123456789012:log-group:${functionNames.logGroups[0]!}`;
    const { policy: json } = parse(apiGateway).resource.aws_iam_role_policy!.orders_GET_role!;
    const { Statement } = JSON.parse(
      String(json).replace('${aws_cloudwatch_log_group.orders_GET_logs.arn}', logGroup),
    ) as { Statement: readonly { Action: string | string[]; Resource: string }[] };
    const requests = Statement.flatMap(({ Action, Resource }) =>
      [Action].flat().map((action) => ({ action, resource: Resource, context: asFunction })),
    );
    expect(requests.map(({ action }) => action)).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'ssm:GetParameter',
      'secretsmanager:GetSecretValue',
    ]);
    expect(requests.filter((request) => !policy.allows(request))).toEqual([]);
  });

  // What the policy of AWS allows, which the role of account logging has.
  test.each(
    ['CreateLogGroup', 'CreateLogStream', 'DescribeLogGroups', 'DescribeLogStreams', 'PutLogEvents'].concat(
      'GetLogEvents',
      'FilterLogEvents',
    ),
  )('allows API Gateway logs:%s on its log groups, and no function', (operation) => {
    for (const name of loggingNames.logGroups) {
      const request = {
        action: `logs:${operation}`,
        resource: `arn:aws:logs:us-east-1:123456789012:log-group:${name}:log-stream:1`,
      };
      expect(policy.allows({ ...request, context: asApiGateway })).toBe(true);
      expect(policy.allows({ ...request, context: asFunction })).toBe(false);
    }
  });

  test.each<[string, string]>([
    ['iam:CreateUser', '*'],
    ['sts:AssumeRole', roleArn('admin')],
    ['s3:GetObject', 'arn:aws:s3:::my-company-terraform-states/awesome-api/CognitoStack.tfstate'],
    ['cognito-idp:AdminGetUser', 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a1b2'],
    ['ssm:GetParameter', 'arn:aws:ssm:us-east-1:123456789012:parameter/payments/key'],
    ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:payments-AbCdEf'],
    ...['CreateLogGroup', 'GetLogEvents', 'PutLogEvents'].map((operation): [string, string] => [
      `logs:${operation}`,
      'arn:aws:logs:us-east-1:123456789012:log-group:audit:log-stream:1',
    ]),
  ])('allows nobody %s on %s', (action, resource) => {
    for (const context of [asFunction, asApiGateway]) {
      expect(policy.allows({ action, resource, context })).toBe(false);
    }
  });
});
