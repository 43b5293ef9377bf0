import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { apiScope } from '../../support/oauth-client';
import { TestServices } from '../../support/local-services';
import { onTestServer } from '../../support/test-server-process';

const localServices = new TestServices();

const email = 'demo@example.com';
const api = { statusCode: 200, message: 'Hello From Protected Resource' };

describe('the flow works, unchanged, with', () => {
  test('openid-client, on the local issuer', async () => {
    const services = await localServices.serve({}, { issuer: 'local' });
    expect(await onTestServer('runClient', 'openid-client', services)).toEqual({
      email,
      api,
      refreshed: 'bearer',
      afterRevocation: 'invalid_grant',
    });
  });

  test('oidc-client-ts', async () => {
    expect(await onTestServer('runClient', 'oidc-client-ts', await localServices.serve())).toEqual({
      email,
      api,
      state: { page: '/dashboard' },
      afterRevocation: 'invalid_grant',
    });
  });

  test('aws-jwt-verify, which checks the tokens as an API of its own would', async () => {
    const { scope, ...others } = (await onTestServer('runClient', 'aws-jwt-verify', await localServices.serve())) as {
      scope: string;
    };
    expect(scope.split(' ')).toContain(apiScope);
    expect(others).toEqual({ email, rejected: ['rejected', 'rejected'] });
  });

  test.each([
    ['without a secret', {}],
    ['with a secret', { generate_secret: true }],
  ])('Auth.js, for an app client %s', async (_, changes) => {
    const services = await localServices.serve(
      {
        'aws_cognito_user_pool_client.awesome-app-client': {
          callback_urls: ['http://localhost:3000/api/auth/callback/cognito'],
          ...changes,
        },
      },
      { issuer: 'local' },
    );
    expect(await onTestServer('runClient', 'auth-js', services)).toEqual({ email, api });
  });
});

describe('Cognito’s API works, unchanged, with', () => {
  const withSrp = () =>
    localServices.serve({
      'aws_cognito_user_pool_client.awesome-app-client': {
        explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      },
    });

  test('amazon-cognito-identity-js, which signs in with SRP', async () => {
    expect(await onTestServer('runClient', 'cognito-identity-js', await withSrp())).toEqual({
      confirmed: 'SUCCESS',
      wrong: 'NotAuthorizedException',
      scope: 'aws.cognito.signin.user.admin',
      email: 'person@example.com',
      isNew: true,
      again: true,
    });
  });

  test('AWS Amplify', async () => {
    expect(await onTestServer('runClient', 'aws-amplify', await withSrp())).toEqual({
      registered: 'CONFIRM_SIGN_UP',
      confirmed: true,
      wrong: 'NotAuthorizedException',
      signedIn: true,
      isNew: true,
      isMe: true,
      email: 'amplify@example.com',
      again: true,
    });
  });

  test('the AWS SDK for JavaScript, with SRP by amazon-user-pool-srp-client', async () => {
    expect(await onTestServer('runClient', 'aws-sdk', await withSrp())).toEqual({
      created: 'FORCE_CHANGE_PASSWORD',
      isRecent: true,
      then: 'CONFIRMED',
      isMe: true,
      emails: [email, 'employee@example.com'],
      rejection: ['NotAuthorizedException', 'Invalid Access Token', 400],
    });
  });
});

test('the chapter names the clients that the tests run, in the versions that they have', () => {
  const support = join('__tests__', 'support');
  const read = (...path: readonly string[]) => readFileSync(join(...path), 'utf8');
  const packageJson = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const ofNode = Object.entries({ ...packageJson.dependencies, ...packageJson.devDependencies }).filter(([name]) =>
    readdirSync(join(support, 'clients')).some(
      (file) => file.endsWith('.ts') && new RegExp(`['\`]${name}['/$]`).test(read(support, 'clients', file)),
    ),
  );
  const ofPython = [
    ...read(support, 'local-aws.requirements.txt').matchAll(/^(Authlib|awscli|boto3|pycognito)==(.*)$/gm),
  ];
  const ofGo = [...read(support, 'clients', 'go', 'go.mod').matchAll(/^\t(\S+) v(\S+)$/gm)];
  const tested = [...ofNode, ...[...ofPython, ...ofGo].map(([, name, version]) => [name, version])];
  const [, chapter] = /^# Clients\n(.*?)^## /ms.exec(read('src', 'local', 'CLIENTS.md'))!;
  const named = [...chapter!.matchAll(/`([^` ]+)` (\d+\.\d+\.\d+)/g)].map(([, name, version]) => [name, version]);
  expect(named.sort()).toEqual(tested.sort());
});
