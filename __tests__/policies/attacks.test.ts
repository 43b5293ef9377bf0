import {
  boundary,
  certificateArn,
  deployedAccount,
  hostedZoneId,
  logsPolicy,
  project,
  region,
  requestsOf,
  webAclArn,
} from '../support/example-calls';
import { IamPolicy } from '../support/iam-policy';
import { type IamRequest } from '../support/iam-request';

const kinds = ['', '-lambda', '-production', '-identity-providers', '-edge', '-alarms'];
const deploy = IamPolicy.read(kinds.map((kind) => `deploy-policy${kind}`));
const plan = IamPolicy.read(kinds.map((kind) => `plan-policy${kind}`));

const iamArn = (resource: string) => `arn:aws:iam::123456789012:${resource}`;
const functionRole = iamArn(`role/rest-api/${project}-orders_GET-2026`);
const logsRole = iamArn('role/rest-api/api-gateway-logs-2026');
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const withBoundary = { 'iam:PermissionsBoundary': boundary };
const ownFunction = `arn:aws:lambda:${region}:123456789012:function:${project}-orders_GET`;
const otherFunction = `arn:aws:lambda:${region}:123456789012:function:payments`;
const ownPool = `arn:aws:cognito-idp:${region}:123456789012:userpool/${region}_a1b2`;
const otherPool = `arn:aws:cognito-idp:${region}:123456789012:userpool/${region}_other`;
const restApi = (path: string) => `arn:aws:apigateway:${region}::${path}`;
const logGroup = (name: string) => `arn:aws:logs:${region}:123456789012:log-group:${name}`;
const state = (key: string) => `arn:aws:s3:::my-company-terraform-states/${key}`;
const ownTag = { 'aws:ResourceTag/project': project };
const otherTag = { 'aws:ResourceTag/project': 'payments' };
const newTag = { 'aws:RequestTag/project': project, 'aws:TagKeys': ['project'] };

const ordersParameter = `arn:aws:ssm:${region}:123456789012:parameter/${project}/orders`;
const ordersSecret = `arn:aws:secretsmanager:${region}:123456789012:secret:${project}/orders-AbCdEf`;

type Attack = readonly [action: string, resource: string, context?: IamRequest['context']];

function asRequest([action, resource, context]: Attack): IamRequest {
  return { action, resource, ...(context && { context }) };
}

const attacks: Readonly<Record<string, readonly Attack[]>> = {
  'become administrator': [
    ['iam:CreateRole', functionRole],
    ['iam:CreateRole', functionRole, { 'iam:PermissionsBoundary': administrator }],
    ['iam:CreateRole', iamArn('role/admin'), withBoundary],
    ['iam:CreateRole', logsRole],
    ['iam:PutRolePolicy', functionRole],
    ['iam:PutRolePolicy', iamArn(`role/${project}-deploy`), withBoundary],
    ['iam:PutRolePolicy', logsRole, withBoundary],
    ['iam:AttachRolePolicy', logsRole, { ...withBoundary, 'iam:PolicyARN': administrator }],
    ['iam:AttachRolePolicy', logsRole, { 'iam:PolicyARN': logsPolicy }],
    ['iam:AttachRolePolicy', functionRole, { ...withBoundary, 'iam:PolicyARN': administrator }],
    ...['PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary', 'UpdateAssumeRolePolicy'].flatMap(
      (operation): Attack[] => [
        [`iam:${operation}`, functionRole, withBoundary],
        [`iam:${operation}`, logsRole, withBoundary],
      ],
    ),
    ...['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicy'].map((operation): Attack => [
      `iam:${operation}`,
      boundary,
    ]),
    ['iam:PassRole', iamArn('role/admin'), { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    ['iam:PassRole', iamArn('role/rest-api/other'), { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    ['iam:PassRole', functionRole, { 'iam:PassedToService': 'ec2.amazonaws.com' }],
    ['iam:PassRole', functionRole],
  ],
  'run code as the role of another function, or open a function': [
    ...['AddPermission', 'CreateFunction', 'DeleteFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'].map(
      (operation): Attack => [
        `lambda:${operation}`,
        otherFunction,
        { 'lambda:Principal': 'apigateway.amazonaws.com', ...ownTag, ...newTag },
      ],
    ),
    ['lambda:CreateFunction', ownFunction],
    ['lambda:AddPermission', ownFunction, { ...ownTag, 'lambda:Principal': '444455556666' }],
    ['lambda:AddPermission', ownFunction, { ...ownTag, 'lambda:Principal': '*' }],
    ['lambda:CreateFunctionUrlConfig', ownFunction, ownTag],
    ['lambda:InvokeFunction', ownFunction, ownTag],
  ],
  'read other secrets, or trust another provider': [
    ['ssm:GetParameter', ordersParameter],
    ['secretsmanager:GetSecretValue', ordersSecret],
    ['cognito-idp:CreateIdentityProvider', otherPool, otherTag],
    ['cognito-idp:AdminLinkProviderForUser', ownPool, ownTag],
  ],
  'take the user pool of others, or the users of its own': [
    ['cognito-idp:DeleteUserPool', otherPool],
    ['cognito-idp:DeleteUserPool', otherPool, otherTag],
    ['cognito-idp:UpdateUserPool', otherPool, newTag],
    ['cognito-idp:SetUserPoolMfaConfig', otherPool, otherTag],
    ['cognito-idp:TagResource', otherPool, newTag],
    ['cognito-idp:TagResource', otherPool, { ...otherTag, ...newTag }],
    ['cognito-idp:CreateUserPool', '*'],
    ...['ListUsers', 'AdminGetUser', 'AdminSetUserPassword', 'AdminAddUserToGroup'].map((operation): Attack => [
      `cognito-idp:${operation}`,
      ownPool,
      ownTag,
    ]),
  ],
  'change the APIs of others, or the settings of API Gateway': [
    ['apigateway:DELETE', restApi('/restapis/other')],
    ['apigateway:PATCH', restApi('/restapis/other/stages/prod'), otherTag],
    ['apigateway:PUT', restApi('/restapis/other'), newTag],
    ['apigateway:POST', restApi('/restapis')],
    ['apigateway:PATCH', restApi('/domainnames/pay.example.com')],
    ['apigateway:UpdateRestApiPolicy', restApi('/restapis/a1b2'), ownTag],
    ['apigateway:SetWebACL', restApi('/restapis/other/stages/prod'), otherTag],
    ['wafv2:DeleteWebACL', webAclArn.replace(project, 'payments'), ownTag],
    ['wafv2:UpdateWebACL', webAclArn, otherTag],
    ['wafv2:DisassociateWebACL', otherPool, otherTag],
  ],
  'lead the host names of others elsewhere, or delete their certificates': [
    ...[{ name: 'pay.example.com' }, { name: 'example.com' }, { name: 'login.example.com', type: 'MX' }].map(
      ({ name, type = 'A' }): Attack => [
        'route53:ChangeResourceRecordSets',
        `arn:aws:route53:::hostedzone/${hostedZoneId}`,
        {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['login.example.com', name],
          'route53:ChangeResourceRecordSetsRecordTypes': [type],
        },
      ],
    ),
    ['route53:DeleteHostedZone', `arn:aws:route53:::hostedzone/${hostedZoneId}`],
    ['acm:DeleteCertificate', certificateArn, otherTag],
    ['acm:AddTagsToCertificate', certificateArn, { ...otherTag, ...newTag }],
    ['acm:ExportCertificate', certificateArn, ownTag],
  ],
  'silence the alarms of others, or get their messages': [
    ['cloudwatch:DeleteAlarms', `arn:aws:cloudwatch:${region}:123456789012:alarm:payments-latency`],
    ['cloudwatch:DisableAlarmActions', `arn:aws:cloudwatch:${region}:123456789012:alarm:${project}-latency`],
    ['sns:Subscribe', `arn:aws:sns:${region}:123456789012:payments`],
    ['sns:Subscribe', `arn:aws:sns:${region}:123456789012:${project}-orders`],
  ],
  'delete the logs of others, or read any': [
    ['logs:DeleteLogGroup', logGroup('audit')],
    ['logs:DeleteLogGroup', logGroup('/aws/lambda/payments')],
    ['logs:DeleteLogGroup', logGroup('/aws/apigateway/payments/prod')],
    ['logs:DeleteLogGroup', logGroup('API-Gateway-Execution-Logs_other/prod'), otherTag],
    ['logs:TagResource', logGroup('API-Gateway-Execution-Logs_other/prod'), { ...otherTag, ...newTag }],
    ['logs:FilterLogEvents', logGroup(`/aws/lambda/${project}-orders_GET`), ownTag],
    ['logs:GetLogEvents', logGroup(`/aws/apigateway/${project}/prod`), ownTag],
  ],
  'reach the states of others, or lose its own': [
    ['s3:GetObject', state('payments/Stack.tfstate')],
    ['s3:PutObject', state('payments/Stack.tfstate')],
    ['s3:GetObject', 'arn:aws:s3:::another-bucket/awesome-api/Stack.tfstate'],
    ['s3:GetObject', state(`${project}-staging/Stack.tfstate`)],
    ['s3:DeleteObject', state(`${project}/Stack.tfstate`)],
    ['s3:DeleteObjectVersion', state(`${project}/Stack.tfstate`)],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::my-company-terraform-states'],
    ['s3:PutBucketVersioning', 'arn:aws:s3:::my-company-terraform-states'],
  ],
};

describe.each(Object.entries(attacks))('nobody who can deploy can %s', (_what, requests) => {
  test.each(requests.map(asRequest))('$action on $resource $context', (request) => {
    expect(deploy.allows(request)).toBe(false);
  });
});

describe('beside a project whose name begins with its name and a hyphen', () => {
  const staging = `${project}-staging`;
  const name = `${staging}-orders_GET`;
  const role = iamArn(`role/rest-api/${name}-2026`);
  const code = `arn:aws:lambda:${region}:123456789012:function:${name}`;
  const itsTag = { 'aws:ResourceTag/project': staging };
  const itsBoundary = { 'iam:PermissionsBoundary': boundary.replace(project, staging) };
  const lambda = (operation: string, context = {}): Attack => [
    `lambda:${operation}`,
    code,
    { 'lambda:Principal': 'apigateway.amazonaws.com', ...itsTag, ...context },
  ];
  const logs = (operation: string, group: string): Attack => [`logs:${operation}`, logGroup(group), itsTag];

  test.each(
    [
      ...['AddPermission', 'DeleteFunction', 'GetFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'].map(
        (operation) => lambda(operation),
      ),
      lambda('TagResource', newTag),
      lambda('UntagResource', { 'aws:TagKeys': ['project'] }),
      ...['DeleteRole', 'DeleteRolePolicy', 'PutRolePolicy'].map((operation): Attack => [
        `iam:${operation}`,
        role,
        { ...itsTag, ...itsBoundary },
      ]),
      ['iam:TagRole', role, { ...itsTag, ...newTag }] as const,
      ...['DeleteLogGroup', 'PutRetentionPolicy'].flatMap((operation) => [
        logs(operation, `/aws/lambda/${name}`),
        logs(operation, `/aws/apigateway/${staging}/prod`),
      ]),
      ['logs:TagResource', logGroup(`/aws/lambda/${name}`), { ...itsTag, ...newTag }] as const,
    ].map(asRequest),
  )('nobody who can deploy can do $action on $resource', (request) => {
    expect(deploy.allows(request)).toBe(false);
  });

  test('a holder can pass its roles and read its roles, as the README says', () => {
    const pass = { 'iam:PassedToService': 'lambda.amazonaws.com' };
    expect(deploy.allows({ action: 'iam:PassRole', resource: role, context: pass })).toBe(true);
    expect(deploy.allows({ action: 'iam:GetRolePolicy', resource: role, context: itsTag })).toBe(true);
  });
});

test.each([
  ['PROJECT/', true],
  ['env:/', true],
  ['', false],
  [undefined, false],
  ['payments/', false],
])('keys of states that begin with %j can be listed: %s', (prefix, isAllowed) => {
  const request = {
    action: 's3:ListBucket',
    resource: 'arn:aws:s3:::my-company-terraform-states',
    context: prefix === undefined ? {} : { 's3:prefix': prefix.replace('PROJECT', project) },
  };
  expect([plan, deploy].map((policy) => policy.allows(request))).toEqual([isAllowed, isAllowed]);
});

test('nobody who can deploy can take over the API of others by giving it their own tag', () => {
  const other = restApi('/restapis/other');
  const [tag, patch] = deployedAccount().requestsOf({
    service: 'apigateway',
    region,
    operation: 'TagResource',
    method: 'PUT',
    path: `/tags/${other}`,
    parameters: { tags: { project } },
  });
  // API Gateway asks for both.
  expect([deploy.allows(tag!), deploy.allows(patch!)]).toEqual([true, false]);
  const untag = { action: 'apigateway:DELETE', resource: tag!.resource };
  expect(deploy.allows({ ...untag, context: { 'aws:TagKeys': ['project'] } })).toBe(false);
  expect(deploy.allows({ ...untag, context: { 'aws:TagKeys': ['team'] } })).toBe(true);
});

const readings: readonly Attack[] = [
  ['lambda:GetFunction', otherFunction, ownTag],
  ['lambda:GetFunction', `${ownFunction}-staging`, otherTag],
  ['cognito-idp:DescribeUserPoolClient', otherPool, otherTag],
  ['apigateway:GET', restApi('/restapis/other'), otherTag],
  ['apigateway:GET', restApi('/apikeys')],
  ['iam:GetRole', iamArn('role/admin')],
  ['ssm:GetParameter', ordersParameter],
  ['secretsmanager:GetSecretValue', ordersSecret],
  ['logs:FilterLogEvents', logGroup(`/aws/lambda/${project}-orders_GET`)],
  ['s3:GetObject', state('payments/Stack.tfstate')],
  ['s3:PutObject', state(`${project}/Stack.tfstate`)],
];

test.each(readings.map(asRequest))('nobody who can plan can do $action on $resource', (request) => {
  expect(plan.allows(request)).toBe(false);
});

test('a role of the stacks is created with the boundary and no other', () => {
  const [create] = requestsOf('iam', 'CreateRole');
  expect(create).toMatchObject({ action: 'iam:CreateRole', context: withBoundary });
  expect(deploy.allows(create!)).toBe(true);
});

test.each(['apigateway.amazonaws.com', 'cognito-idp.amazonaws.com'])(
  'a function of the stacks can be opened for %s',
  (principal) => {
    const context = { 'lambda:Principal': principal, ...ownTag };
    expect(deploy.allows({ action: 'lambda:AddPermission', resource: ownFunction, context })).toBe(true);
    expect(deploy.allows({ action: 'lambda:AddPermission', resource: otherFunction, context })).toBe(false);
  },
);
