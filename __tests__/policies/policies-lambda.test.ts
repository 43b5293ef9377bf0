import { lambdaCallsByService } from '../support/aws-calls';
import { IamPolicy } from '../support/iam-policy';

const deployPolicy = IamPolicy.read('src/policies/deploy-policy-lambda.json');
const planPolicy = IamPolicy.read('src/policies/plan-policy-lambda.json');

/** A function, a role and a log group as the stacks name them. */
const resources: Readonly<Record<string, string>> = {
  lambda: 'arn:aws:lambda:eu-central-1:111122223333:function:awesome-api-orders_GET',
  iam: 'arn:aws:iam::111122223333:role/rest-api/awesome-api-orders_GET-2026',
  logs: 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/awesome-api-orders_GET',
};

const calls = Object.entries(lambdaCallsByService).flatMap(([service, names]) =>
  names.map((name): [string, string] => [`${service}:${name}`, resources[service]!]),
);

describe('the deploy policy for functions', () => {
  test.each(calls)('allows %s', (action, resource) => {
    expect(deployPolicy.allows(action, resource)).toBe(true);
  });

  test('allows no other action than a deploy calls', () => {
    // Calls for other settings and for tags, which the acceptance tests do not make, and a right that is no call.
    const uncalled = ['UpdateFunctionConfiguration', 'TagResource', 'UntagResource', 'TagRole', 'UntagRole'].concat(
      'UpdateAssumeRolePolicy',
      'DeleteRetentionPolicy',
      'PassRole',
    );
    const called = calls.map(([action]) => action);
    expect(
      deployPolicy.actions.filter((action) => !called.includes(action) && !uncalled.includes(action.split(':')[1]!)),
    ).toEqual([]);
  });

  test('passes roles to Lambda only', () => {
    const passRole = deployPolicy.statementsOf('iam:PassRole');
    expect(passRole).toEqual([
      expect.objectContaining({ Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } }),
    ]);
  });

  test.each([
    ['lambda:InvokeFunction', resources.lambda!],
    ['iam:CreateRole', 'arn:aws:iam::111122223333:role/admin'],
    ['logs:DeleteLogGroup', 'arn:aws:logs:eu-central-1:111122223333:log-group:audit'],
  ])('does not allow %s on %s', (action, resource) => {
    expect(deployPolicy.allows(action, resource)).toBe(false);
  });
});

describe('the plan policy for functions', () => {
  const isRead = (action: string) => /:(?:Describe|Get|List)/.test(action);
  const readCalls = calls.filter(([action]) => isRead(action));

  test.each(readCalls)('allows %s', (action, resource) => {
    expect(planPolicy.allows(action, resource)).toBe(true);
  });

  test('allows no other action, and none that can change anything', () => {
    expect(planPolicy.actions.sort()).toEqual(readCalls.map(([action]) => action).sort());
  });

  test('does not allow to read other roles and log groups than those of functions', () => {
    expect(planPolicy.allows('iam:GetRole', 'arn:aws:iam::111122223333:role/admin')).toBe(false);
    expect(planPolicy.allows('iam:GetRole', resources.iam!)).toBe(true);
  });
});
