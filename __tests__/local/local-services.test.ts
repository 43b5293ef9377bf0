import { type Changes, LocalServicesProcess } from '../support/local-services-process';

const localServices = new LocalServicesProcess();

afterAll(() => localServices.stop());

const pool = 'aws_cognito_user_pool.user_pool';

describe('nothing is served', () => {
  test.each<[string, Changes, string]>([
    [
      'of a pool with MFA and a Lambda trigger; both are named',
      { [pool]: { mfa_configuration: 'ON', lambda_config: { pre_sign_up: 'arn' } } },
      'These cannot be served, and without them the local services would not keep out whom AWS keeps out:\n' +
        `  ${pool}: mfa_configuration\n  ${pool}: lambda_config`,
    ],
    [
      'of two pools',
      { 'aws_cognito_user_pool.second': { name: 'second' } },
      'exactly one aws_cognito_user_pool can be served, got 2',
    ],
    [
      'of a pool whose users sign in with something else than an e-mail address',
      { [pool]: { username_attributes: null } },
      `${pool}: username_attributes must be ["email"]: other values are not served`,
    ],
    [
      'of a pool whose users do not prove their e-mail address',
      { [pool]: { auto_verified_attributes: null } },
      `${pool}: auto_verified_attributes must be ["email"]: other values are not served`,
    ],
    [
      'of arguments that terraform would refuse',
      { [pool]: { admin_create_user_config: { allow_admin_create_user_only: 'yes' } } },
      `${pool}: admin_create_user_config.allow_admin_create_user_only: Invalid input: expected boolean, received string`,
    ],
    [
      'of a pool without a domain',
      { 'aws_cognito_user_pool_domain.domain': { user_pool_id: 'another' } },
      `${pool}: has no aws_cognito_user_pool_domain, so there is no hosted login to serve`,
    ],
    [
      'for a client without a callback',
      { 'aws_cognito_user_pool_client.awesome-app-client': { callback_urls: [] } },
      'output.CognitoUserPoolAppClientID: is not the ID of an app client with a callback URL',
    ],
  ])('%s', async (_, changes, message) => {
    await expect(localServices.serve(changes)).rejects.toThrow(new Error(message));
  });
});

test('the outputs have the local URLs in the place of AWS’s, and the issuer of the tokens', async () => {
  const { outputs, loginDomainUrl, userPoolId } = await localServices.serve();
  expect(outputs.CognitoStack).toMatchObject({
    HostedDomainUrl: loginDomainUrl,
    Issuer: `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`,
    CallbackUrl: 'http://localhost:3000/dashboard',
  });
  expect(outputs.ApiGatewayStack!.ApiEndpoint).toMatch(/^http:\/\/localhost:\d+\/prod$/);
});
