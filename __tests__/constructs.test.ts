import { Testing } from 'cdktf';
import { type Construct } from 'constructs';

import { AwsStack } from '../src/stack/aws-stack';
import { AppClient, type AppClientProps } from '../src/cognito/app-client';
import { HostedDomain } from '../src/cognito/hosted-domain';
import { MachineClient } from '../src/cognito/machine-client';
import { ResourceServer } from '../src/cognito/resource-server';
import { UserPool, type UserPoolProps } from '../src/cognito/user-pool';

// As somebody uses them whose values come from elsewhere than this project's settings.

class Stack extends AwsStack {
  constructor(scope: Construct) {
    super(scope, 'Stack', { region: 'us-east-1', providerVersion: '~> 6.0', tags: {}, state: 'local' });
  }
}

function userPool(stack: Stack, change: Partial<UserPoolProps> = {}): UserPool {
  return new UserPool(stack, 'pool', {
    name: 'pool',
    deletionProtection: false,
    selfSignUpEnabled: true,
    mfa: 'off',
    threatProtection: 'off',
    verificationEmail: { subject: 'Welcome', message: 'Your code is {####}' },
    ...change,
  });
}

function appClient(stack: Stack, change: Partial<AppClientProps>): AppClient {
  return new AppClient(stack, 'client', {
    userPool: userPool(stack),
    grant: 'authorization_code',
    name: 'client',
    scopes: ['openid'],
    resourceServers: [],
    callbackUrls: ['https://app.example.com'],
    logoutUrls: [],
    accessTokenValidity: '1 hour',
    idTokenValidity: '1 hour',
    refreshTokenValidity: '1 day',
    generateSecret: false,
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
    explicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    ...change,
  });
}

describe('a construct without the settings', () => {
  test('takes what AWS takes', () => {
    expect(() => appClient(new Stack(Testing.app()), {})).not.toThrow();
  });

  test.each([
    ['a user pool', (stack: Stack) => userPool(stack, { name: '!' }), '[Stack/pool] name: contains "!"'],
    [
      'a user pool with threat protection in another tier than PLUS',
      (stack: Stack) => userPool(stack, { tier: 'ESSENTIALS', threatProtection: 'audit' }),
      '[Stack/pool] threatProtection: needs the tier PLUS, got "audit"',
    ],
    [
      'a resource server',
      (stack: Stack) =>
        new ResourceServer(stack, 'server', {
          userPool: userPool(stack),
          name: 's',
          identifier: 's',
          scopes: { 'a/b': 'c' },
        }),
      '[Stack/server] scopes.a/b: has a name that contains "/"',
    ],
    [
      'a domain',
      (stack: Stack) =>
        new HostedDomain(stack, 'domain', { userPool: userPool(stack), domainPrefix: 'my-aws', region: 'us-east-1' }),
      '[Stack/domain] domainPrefix: contains the reserved word "aws"',
    ],
    [
      'a client with a wrong URL',
      (stack: Stack) => appClient(stack, { callbackUrls: ['http://a.example'] }),
      '[Stack/client] callbackUrls.0: uses http',
    ],
    [
      'a client with an unknown scope',
      (stack: Stack) => appClient(stack, { scopes: ['a/b'] }),
      '[Stack/client] no resource server of this client has the scope "a/b"',
    ],
    [
      'a client whose token outlives its refresh token',
      (stack: Stack) => appClient(stack, { refreshTokenValidity: '1 hour', idTokenValidity: '2 hours' }),
      '[Stack/client] idTokenValidity: is longer than refreshTokenValidity',
    ],
    [
      'a client without the flow that refreshes tokens',
      (stack: Stack) => appClient(stack, { explicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }),
      '[Stack/client] explicitAuthFlows: does not have ALLOW_REFRESH_TOKEN_AUTH',
    ],
    [
      "a machine's client that asks for a scope about a user",
      (stack: Stack) =>
        new MachineClient(stack, 'client', {
          grant: 'client_credentials',
          userPool: userPool(stack),
          name: 'client',
          resourceServers: [],
          scopes: ['openid'],
          accessTokenValidity: '1 hour',
        }),
      '[Stack/client] scopes.0: is about a user',
    ],
  ])('fails for %s that AWS refuses', (_what, define, message) => {
    expect(() => define(new Stack(Testing.app()))).toThrow(message);
  });
});
