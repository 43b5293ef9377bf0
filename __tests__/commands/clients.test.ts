// The clients in JavaScript whose packages take longer to load than a test of the local services takes.
import { TestServices } from '../support/local-services';
import { onTestServer } from '../support/test-server-process';

const localServices = new TestServices();

const email = 'demo@example.com';

test.each([
  ['without a secret', {}],
  ['with a secret', { generate_secret: true }],
])('the flow works, unchanged, with Auth.js, for an app client %s', async (_, changes) => {
  const services = await localServices.serve(
    {
      'aws_cognito_user_pool_client.awesome-app-client': {
        callback_urls: ['http://localhost:3000/api/auth/callback/cognito'],
        ...changes,
      },
    },
    { issuer: 'local' },
  );
  expect(await onTestServer('runClient', 'auth-js', services)).toEqual({
    email,
    api: { statusCode: 200, message: 'Hello From Protected Resource' },
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
