import { readFileSync } from 'node:fs';

import { apiGatewayCalls, awsCalls } from './support/aws-calls';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string;
}

const { Statement: statements } = JSON.parse(readFileSync('src/deploy-policy.json', 'utf8')) as {
  Statement: readonly Statement[];
};

/** Operations without a resource, so that a statement about them must be about all. */
const withoutResource = ['CreateUserPool', 'DescribeUserPoolDomain'];

/** What IAM asks the policy about a call: API Gateway's actions are verbs, and its resources paths. */
function permissionFor(call: string): readonly [action: string, resource: string] {
  const [verb, path] =
    Object.entries(apiGatewayCalls)
      .find(([, name]) => name === call)?.[0]
      .split(' ') ?? [];
  if (verb !== undefined && path !== undefined) {
    return [`apigateway:${verb}`, `arn:aws:apigateway:eu-central-1::${path.replaceAll('*', 'a1b2')}`];
  }
  const userPool = 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_a1b2';
  return [`cognito-idp:${call}`, withoutResource.includes(call) ? '*' : userPool];
}

function allows(action: string, resource: string): boolean {
  return statements.some(
    ({ Action, Resource }) =>
      [Action].flat().includes(action) &&
      new RegExp(`^${Resource.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(resource),
  );
}

describe('the deploy policy', () => {
  // AWS answers GetCallerIdentity without a permission.
  test.each(awsCalls.filter((call) => call !== 'GetCallerIdentity'))('allows %s', (call) => {
    const [action, resource] = permissionFor(call);
    expect(`${action} ${allows(action, resource) ? 'on' : 'is not allowed on'} ${resource}`).toBe(
      `${action} on ${resource}`,
    );
  });

  test('allows no other action of Cognito than a deploy calls', () => {
    const actions = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('cognito-idp:'));
    // Calls for other scopes and for tags, which the local AWS API lacks.
    const uncalled = ['UpdateResourceServer', 'TagResource', 'UntagResource'];
    const called = [...awsCalls, ...uncalled].map((call) => `cognito-idp:${call}`);
    expect(actions.filter((action) => !called.includes(action))).toEqual([]);
  });

  test.each([
    ['cognito-idp:ListUsers', 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_a1b2'],
    ['apigateway:PATCH', 'arn:aws:apigateway:eu-central-1::/account'],
    ['apigateway:GET', 'arn:aws:apigateway:eu-central-1::/apikeys'],
  ])('does not allow %s on %s', (action, resource) => {
    expect(allows(action, resource)).toBe(false);
  });
});
