import { lambdaSettings } from '../../src/lambda/lambda-settings';
import { check } from '../../src/rules/check';
import { permissionsRule } from '../../src/lambda/permissions';
import { parse } from '../support/stack-json';
import { synthApp } from '../support/synth';

const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/orders';

function problems(actions: readonly string[], resources: readonly string[]): string[] {
  return check(permissionsRule, [{ actions, resources }]).problems.map(
    ({ path, sentence }) => `${path.join('.')}: ${sentence}`,
  );
}

test.each([
  [
    ['dynamodb:GetItem', 'dynamodb:Query'],
    [table, `${table}/index/*`],
  ],
  [['dynamodb:*'], [table]],
  [['s3:Get*'], ['arn:aws:s3:::my-bucket/ä/*']],
  [['ses:SendEmail'], ['*']],
  [['cognito-idp:AdminGetUser'], ['arn:aws:cognito-idp:us-east-1:111122223333:userpool/*']],
])('%j on %j can be allowed', (actions, resources) => {
  expect(problems(actions, resources)).toEqual([]);
});

test.each([
  [['*'], ['*'], '0.actions.0: must not be all actions together with all resources, got "*"'],
  [['s3:*'], [table, '*'], '0.actions.0: must not be all actions together with all resources, got "s3:*"'],
  [['iam:?*'], ['*'], '0.actions.0: must not be all actions together with all resources, got "iam:?*"'],
  [['GetItem'], [table], '0.actions.0: must be an IAM action, got "GetItem"'],
  [['dynamodb:Get Item'], [table], '0.actions.0: must be an IAM action'],
  [['dynamodb:GetItem'], ['orders'], '0.resources.0: must be an ARN or *, got "orders"'],
  [['dynamodb:GetItem'], ['arn:aws:dynamodb:us-east-1:1:table/orders'], '0.resources.0: must be an ARN or *'],
  [['s3:GetObject'], ['arn:aws:s3:::bucket/日本'], '0.resources.0: must be an ARN or *'],
  [['s3:GetObject'], ['arn:aws:s3:::bucket/\u0000'], '0.resources.0: must be an ARN or *'],
  [['dynamodb:GetItem'], [], '0.resources: must have at least 1 entry'],
  [[], [table], '0.actions: must have at least 1 entry'],
])('%j on %j are rejected', (actions, resources, problem) => {
  expect(problems(actions, resources)).toEqual([expect.stringContaining(problem)]);
});

test('permissions that are too long for the policy of a role are rejected', () => {
  const resources = Array.from({ length: 200 }, (_, index) => `${table}-${index}`);
  expect(problems(['dynamodb:GetItem'], resources)).toEqual([expect.stringContaining('at most 5700 characters')]);
});

test('the most permissions and the most parameters and secrets fit into the policy of a role together', () => {
  const mostOf = <Value>(member: 'environment' | 'permissions', valueOf: (count: number) => Value): Value => {
    const isAllowed = (count: number) => lambdaSettings.shape[member].safeParse(valueOf(count)).success;
    let [most, tooMany] = [1, 2];
    while (isAllowed(tooMany)) {
      [most, tooMany] = [tooMany, tooMany * 2];
    }
    while (tooMany - most > 1) {
      const middle = Math.floor((most + tooMany) / 2);
      [most, tooMany] = isAllowed(middle) ? [middle, tooMany] : [most, middle];
    }
    return valueOf(most);
  };
  const arns = ['ssm:us-east-1:111122223333:parameter/', 'secretsmanager:us-east-1:111122223333:secret:'];
  const environment = mostOf('environment', (count) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`A${index}`, `arn:aws:${arns[index % 2]!}${index}`]),
    ),
  );
  const permissions = mostOf('permissions', (count) =>
    Array.from({ length: count }, () => ({ actions: ['a:b'], resources: ['*'] })),
  );
  const lambda = { handler: '__tests__/support/every-setting/orders.ts', environment, permissions };
  const { apiGateway } = synthApp({ routes: { 'GET /a': { public: true, lambda } } });
  const [{ policy }] = Object.values(parse(apiGateway).resource.aws_iam_role_policy!) as [{ policy: string }];
  const logs = `arn:aws:logs:ap-southeast-1:111122223333:log-group:/aws/lambda/${'a'.repeat(64)}`;
  expect(policy.replace(/\$\{[^}]+\}/, logs).length).toBeLessThanOrEqual(10_240);
});
