import { awsCalls } from '../support/aws-calls';
import { IamPolicy } from '../support/iam-policy';

const deployPolicy = IamPolicy.read('src/policies/deploy-policy.json');
const planPolicy = IamPolicy.read('src/policies/plan-policy.json');

/** The calls that change nothing. Of the lock file a plan without a lock reads nothing. */
const readCalls = awsCalls.filter((call) => /^(?:Describe|Get|Head|List)/.test(call) && !call.includes('lock file'));

function cognitoActions(policy: IamPolicy): string[] {
  return policy.actions.filter((action) => action.startsWith('cognito-idp:'));
}

describe('the deploy policy', () => {
  test.each(awsCalls)('allows %s', (call) => {
    expect(deployPolicy.allowsCall(call)).toBe(true);
  });

  test('allows no other action of Cognito than a deploy calls', () => {
    // Calls for other scopes and for tags, which the local AWS API lacks.
    const uncalled = ['UpdateResourceServer', 'TagResource', 'UntagResource'];
    const called = [...awsCalls, ...uncalled].map((call) => `cognito-idp:${call}`);
    expect(cognitoActions(deployPolicy).filter((action) => !called.includes(action))).toEqual([]);
  });

  test.each([
    ['cognito-idp:ListUsers', 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_a1b2'],
    ['apigateway:PATCH', 'arn:aws:apigateway:eu-central-1::/account'],
    ['apigateway:GET', 'arn:aws:apigateway:eu-central-1::/apikeys'],
    ['s3:DeleteObject', 'arn:aws:s3:::STATE-BUCKET/prefix/Stack.tfstate'],
    ['s3:GetObject', 'arn:aws:s3:::another-bucket/prefix/Stack.tfstate'],
  ])('does not allow %s on %s', (action, resource) => {
    expect(deployPolicy.allows(action, resource)).toBe(false);
  });
});

describe('the plan policy', () => {
  test.each(readCalls)('allows %s', (call) => {
    expect(planPolicy.allowsCall(call)).toBe(true);
  });

  test.each(awsCalls.filter((call) => !readCalls.includes(call)))('does not allow %s', (call) => {
    expect(planPolicy.allowsCall(call)).toBe(false);
  });

  test('allows no other action of Cognito than a plan calls', () => {
    const called = readCalls.map((call) => `cognito-idp:${call}`);
    expect(cognitoActions(planPolicy).filter((action) => !called.includes(action))).toEqual([]);
  });

  test('has no action that can change anything', () => {
    const reading = /^(?:cognito-idp:(?:Describe|Get)\w+|apigateway:GET|s3:(?:GetObject|ListBucket))$/;
    expect(planPolicy.actions.filter((action) => !reading.test(action))).toEqual([]);
  });
});
