import { productionCallsByService } from '../support/aws-calls';
import { IamPolicy } from '../support/iam-policy';

const deployPolicy = IamPolicy.read('src/policies/deploy-policy-production.json');
const planPolicy = IamPolicy.read('src/policies/plan-policy-production.json');

const logGroup = (name: string) => `arn:aws:logs:eu-central-1:111122223333:log-group:${name}`;
const account = 'arn:aws:apigateway:eu-central-1::/account';
const role = 'arn:aws:iam::111122223333:role/rest-api/api-gateway-logs-2026';

/** What IAM asks about each call: an action, and a resource as the stacks name it. */
const permissions: readonly (readonly [action: string, resource: string])[] = [
  ...productionCallsByService['cognito-idp'].map(
    (call) =>
      [`cognito-idp:${call}`, 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_a1b2'] as const,
  ),
  ['apigateway:GET', account],
  ['apigateway:PATCH', account],
  ...productionCallsByService.iam.map((call) => [`iam:${call}`, role] as const),
  ['iam:PassRole', role],
  ...['/aws/apigateway/awesome-api/prod', 'API-Gateway-Execution-Logs_a1b2/prod'].flatMap((name) =>
    productionCallsByService.logs.map((call) => [`logs:${call}`, logGroup(name)] as const),
  ),
];

describe('the deploy policy for production', () => {
  test.each(permissions)('allows %s on %s', (action, resource) => {
    expect(deployPolicy.allows(action, resource)).toBe(true);
  });

  test('allows no other action than a deploy calls', () => {
    // Calls for tags and for other settings, which the acceptance tests do not make.
    const uncalled = [
      'cognito-idp:UpdateGroup',
      ...['logs:DeleteRetentionPolicy', 'logs:TagResource', 'logs:UntagResource'],
      ...['iam:TagRole', 'iam:UntagRole', 'iam:UpdateAssumeRolePolicy'],
    ];
    const known = [...permissions.map(([action]) => action), ...uncalled];
    expect(deployPolicy.actions.filter((action) => !known.includes(action))).toEqual([]);
  });

  test.each([
    ['logs:DeleteLogGroup', logGroup('audit')],
    ['logs:GetLogEvents', logGroup('/aws/apigateway/awesome-api/prod')],
    ['iam:AttachRolePolicy', 'arn:aws:iam::111122223333:role/admin'],
    ['apigateway:PATCH', 'arn:aws:apigateway:eu-central-1::/domainnames/api.example.com'],
  ])('does not allow %s on %s', (action, resource) => {
    expect(deployPolicy.allows(action, resource)).toBe(false);
  });
});

describe('the plan policy for production', () => {
  const isRead = (action: string) => /:(?:Describe|Get|GET|List)/.test(action);

  test.each(permissions.filter(([action]) => isRead(action) && action !== 'iam:ListInstanceProfilesForRole'))(
    'allows %s on %s',
    (action, resource) => {
      expect(planPolicy.allows(action, resource)).toBe(true);
    },
  );

  test('has no action that can change anything', () => {
    expect(planPolicy.actions.filter((action) => !isRead(action))).toEqual([]);
  });
});
