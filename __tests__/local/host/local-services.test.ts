import { Browser } from '../../support/browser';
import { freePort } from '../../support/free-port';
import { OAuthClient } from '../../support/oauth-client';
import { type Changes, TestServices } from '../../support/local-services';
import { stacksOf } from '../../support/main-stacks';
import { synthApp } from '../../support/synth';

const localServices = new TestServices();

const pool = 'aws_cognito_user_pool.user_pool';

describe('nothing is served', () => {
  test.each<[string, Changes, string]>([
    [
      'of a pool with threat protection and aliases; both are named',
      {
        [pool]: { user_pool_add_ons: { advanced_security_mode: 'ENFORCED' }, alias_attributes: ['preferred_username'] },
      },
      'The local services do not support these. Without them, they would accept requests that AWS rejects:\n' +
        `  ${pool}: user_pool_add_ons\n  ${pool}: alias_attributes`,
    ],
    [
      'of a pool whose users sign in with something else than an e-mail address',
      { [pool]: { username_attributes: ['phone_number'] } },
      'The local services do not support these. Without them, they would accept requests that AWS rejects:\n' +
        `  ${pool}: username_attributes`,
    ],
    [
      'of a pool that verifies an attribute only before a change',
      {
        [pool]: {
          auto_verified_attributes: null,
          user_attribute_update_settings: { attributes_require_verification_before_update: ['email'] },
        },
      },
      `${pool}: user_attribute_update_settings: all its attributes must be in auto_verified_attributes, as on AWS, got email`,
    ],
    [
      'of arguments that terraform would reject',
      { [pool]: { admin_create_user_config: { allow_admin_create_user_only: 'yes' } } },
      'The local services do not support these. Without them, they would accept requests that AWS rejects:\n' +
        `  ${pool}: admin_create_user_config`,
    ],
    [
      'of a client that has explicit_auth_flows with and without ALLOW_',
      {
        'aws_cognito_user_pool_client.awesome-app-client': {
          explicit_auth_flows: ['ADMIN_NO_SRP_AUTH', 'ALLOW_USER_SRP_AUTH'],
        },
      },
      'aws_cognito_user_pool_client awesome-app-client: explicit_auth_flows: all values must begin with ALLOW_, or none, got ADMIN_NO_SRP_AUTH, ALLOW_USER_SRP_AUTH',
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

test('the outputs have the local URLs instead of AWS’s, and the issuer of the tokens', async () => {
  const { outputs, loginDomainUrl, userPoolId } = await localServices.serve();
  expect(outputs.CognitoStack).toMatchObject({
    HostedDomainUrl: loginDomainUrl,
    Issuer: `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`,
    CallbackUrl: 'http://localhost:3000/dashboard',
  });
  expect(outputs.ApiGatewayStack!.ApiEndpoint).toMatch(/^http:\/\/localhost:\d+\/prod$/);
});

test('stacks with all that an operator can turn on are served, and what is not is named', async () => {
  const stacks = stacksOf(
    synthApp({
      providerVersion: '>= 6.12.0, < 7.0.0',
      login: { style: 'managed' },
      userPool: { tier: 'PLUS', threatProtection: 'audit', deletionProtection: true, mfa: 'optional' },
      restApi: {
        accessLogs: {},
        executionLogs: {},
        manageAccountLogging: true,
        metrics: true,
        tracing: true,
        throttling: { rateLimit: 10, burstLimit: 20 },
      },
    }),
  );
  const { unserved } = await new TestServices(stacks).serve();
  expect(unserved).toEqual([
    'aws_cognito_managed_login_branding.awesome-app-client',
    `${pool}: user_pool_add_ons`,
    'aws_cognito_user_pool_domain.domain: managed_login_version',
    'aws_api_gateway_method_settings.stage: settings',
    'aws_api_gateway_stage.stage: access_log_settings',
    'aws_api_gateway_stage.stage: xray_tracing_enabled',
  ]);
});

describe('an API with a custom domain', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-90ab-cdef-1234-567890abcdef';

  test.each([{}, { basePath: 'v1' }])('has local URLs instead of its own: %j', async (basePath) => {
    const customDomain = { name: 'api.example.com', certificateArn, ...basePath };
    const stacks = stacksOf(synthApp({ restApi: { customDomain, disableExecuteApiEndpoint: true } }));
    const { outputs, apiUrl, unserved, protectedResourceMethod } = await new TestServices(stacks).serve();
    const { ApiEndpoint, ProtectedResourceUrl } = outputs.ApiGatewayStack!;
    expect({ ApiEndpoint, ProtectedResourceUrl }).toEqual({
      ApiEndpoint: `${apiUrl}/prod`,
      ProtectedResourceUrl: `${apiUrl}/prod/awesomeapi`,
    });
    expect(protectedResourceMethod).toBe('GET');
    expect((await fetch(ProtectedResourceUrl!)).status).toBe(401);
    expect(unserved.filter((what) => what.startsWith('aws_api_gateway'))).toEqual([]);
  });

  test('is not served when nobody would reach it on AWS', async () => {
    const restApi = 'aws_api_gateway_rest_api.rest_api';
    await expect(localServices.serve({ [restApi]: { disable_execute_api_endpoint: true } })).rejects.toThrow(
      `${restApi}: disable_execute_api_endpoint: must be false without an aws_api_gateway_base_path_mapping for aws_api_gateway_stage.stage`,
    );
  });
});

describe('a port for the web client', () => {
  const address = 'aws_cognito_user_pool_client.awesome-app-client';

  test.each([
    ['on another port', 'http://localhost:3000'],
    ['on another host', 'https://app.example.com'],
  ])('is also where the login returns to, though the callback URL is %s', async (_, origin) => {
    const web = await freePort();
    const services = await localServices.serve(
      { [address]: { callback_urls: [`${origin}/dashboard`], logout_urls: [`${origin}/`, 'https://example.com/'] } },
      { ports: { login: 0, api: 0, userPoolApi: 0, web } },
    );
    const local = `http://localhost:${web}`;
    expect(services.webUrl).toBe(local);
    expect(await (await fetch(`${local}/config.json`)).json()).toMatchObject({
      redirectUri: `${local}/dashboard`,
      logoutUri: `${local}/`,
    });
    const client = new OAuthClient(services);
    const redirect = { redirect_uri: `${local}/dashboard` };
    const ending = await client.signIn(redirect);
    expect(ending.origin + ending.pathname).toBe(`${local}/dashboard`);
    expect((await client.exchange({ code: ending.searchParams.get('code')!, ...redirect })).status).toBe(200);
    const rejected = await new Browser().open(client.authorizeUrl({ redirect_uri: `${origin}/dashboard` }));
    expect(rejected.url.pathname).toBe('/error');
  });

  test('is in the outputs', async () => {
    const web = await freePort();
    const { outputs } = await localServices.serve({}, { ports: { login: 0, api: 0, userPoolApi: 0, web } });
    const callbackUrl = `http://localhost:${web}/dashboard`;
    expect(outputs.CognitoStack).toMatchObject({
      CallbackUrl: callbackUrl,
      HostedLoginUrl: expect.stringContaining(`redirect_uri=${encodeURIComponent(callbackUrl)}`) as string,
    });
  });

  test('does not change a callback URL that no browser opens', async () => {
    const services = await localServices.serve(
      { [address]: { callback_urls: ['myapp://callback'] } },
      { ports: { login: 0, api: 0, userPoolApi: 0, web: await freePort() } },
    );
    expect(services.client.callbackUrls).toEqual(['myapp://callback']);
  });
});
