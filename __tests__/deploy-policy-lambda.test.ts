import { readFileSync } from 'node:fs';

import { lambdaCallsByService } from './support/aws-calls';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: unknown;
}

const { Statement: statements } = JSON.parse(readFileSync('src/deploy-policy-lambda.json', 'utf8')) as {
  Statement: readonly Statement[];
};

/** A function, a role and a log group as the stacks name them. */
const resources: Readonly<Record<string, string>> = {
  lambda: 'arn:aws:lambda:eu-central-1:111122223333:function:awesome-api-orders_GET',
  iam: 'arn:aws:iam::111122223333:role/rest-api/awesome-api-orders_GET-2026',
  logs: 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/awesome-api-orders_GET',
};

function allows(action: string, resource: string): boolean {
  return statements.some(
    ({ Action, Resource }) =>
      [Action].flat().includes(action) &&
      new RegExp(`^${Resource.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(resource),
  );
}

const calls = Object.entries(lambdaCallsByService).flatMap(([service, names]) =>
  names.map((name): [string, string] => [`${service}:${name}`, resources[service]!]),
);

describe('the deploy policy for functions', () => {
  test.each(calls)('allows %s', (action, resource) => {
    expect(allows(action, resource)).toBe(true);
  });

  test('allows no other action than a deploy calls', () => {
    // Calls for other settings and for tags, which the acceptance tests do not make, and a right that is no call.
    const uncalled = ['UpdateFunctionConfiguration', 'TagResource', 'UntagResource', 'TagRole', 'UntagRole'].concat(
      'UpdateAssumeRolePolicy',
      'DeleteRetentionPolicy',
      'PassRole',
    );
    const allowed = statements.flatMap(({ Action }) => Action);
    const called = calls.map(([action]) => action);
    expect(allowed.filter((action) => !called.includes(action) && !uncalled.includes(action.split(':')[1]!))).toEqual(
      [],
    );
  });

  test('passes roles to Lambda only', () => {
    expect(statements.filter(({ Action }) => Action === 'iam:PassRole')).toEqual([
      expect.objectContaining({ Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } }),
    ]);
  });

  test.each([
    ['lambda:InvokeFunction', resources.lambda!],
    ['iam:CreateRole', 'arn:aws:iam::111122223333:role/admin'],
    ['logs:DeleteLogGroup', 'arn:aws:logs:eu-central-1:111122223333:log-group:audit'],
  ])('does not allow %s on %s', (action, resource) => {
    expect(allows(action, resource)).toBe(false);
  });
});
