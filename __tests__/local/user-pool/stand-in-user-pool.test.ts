import { readUserPools } from '../../../src/local/user-pool/from-terraform';
import { existingUserPoolArn, standInUserPool } from '../../../src/local/user-pool/stand-in-user-pool';
import { type UserPoolConfiguration } from '../../../src/local/user-pool/model';
import { PredictedState } from '../../../src/local/terraform/predicted-state';
import { combineStates } from '../../../src/local/terraform/terraform-state';
import { mainStacks } from '../../support/main-stacks';
import { byToken, restApiStack } from '../../support/rest-api-stack';

const arn = 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbC123';

/** An API whose authorizer asks user pools that no stack defines. */
function apiOf(...arns: readonly string[]): PredictedState {
  const { name, terraform } = restApiStack('api', {
    authorizer: { provider_arns: arns },
    methods: {
      'GET /a': { method: byToken('orders/write', 'openid') },
      'GET /b': { method: byToken('orders/read') },
      'GET /c': {},
    },
  });
  const resource = Object.fromEntries(
    Object.entries(terraform.resource!).filter(([type]) => type !== 'aws_cognito_user_pool'),
  );
  return new PredictedState([{ name, terraform: { ...terraform, resource } }]);
}

test('a user pool that no stack defines is the only one that the authorizers name', () => {
  expect(existingUserPoolArn(apiOf(arn))).toBe(arn);
  expect(existingUserPoolArn(apiOf(arn, arn.replace('C123', 'C124')))).toBeUndefined();
  expect(existingUserPoolArn(new PredictedState(mainStacks()))).toBeUndefined();
});

describe('the user pool in its place', () => {
  const state = apiOf(arn);
  const served = combineStates([state, standInUserPool(arn, state)]);
  const [{ clients, ...pool }] = readUserPools(served) as [UserPoolConfiguration];

  test('has its ID, its ARN and its issuer', () => {
    expect(pool).toMatchObject({
      id: 'eu-central-1_AbC123',
      arn,
      endpoint: 'cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123',
      selfSignUp: true,
    });
  });

  test('has one app client, which can ask for the scopes of the methods and comes back to this machine', () => {
    expect([...clients.values()]).toEqual([
      expect.objectContaining({
        id: served.output('CognitoUserPoolAppClientID'),
        secret: undefined,
        callbackUrls: ['http://localhost:3000/dashboard'],
        scopes: ['openid', 'orders/read', 'orders/write'],
        codeGrant: true,
      }),
    ]);
  });

  test('has a login URL for that client', () => {
    const { host, pathname, searchParams } = new URL(served.output('HostedLoginUrl')!);
    expect([host, pathname]).toEqual(['eu-central-1-abc123.auth.eu-central-1.amazoncognito.com', '/oauth2/authorize']);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: served.output('CognitoUserPoolAppClientID'),
      response_type: 'code',
      scope: 'openid orders/read orders/write',
      redirect_uri: 'http://localhost:3000/dashboard',
    });
  });
});
