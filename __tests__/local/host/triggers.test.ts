import { relative } from 'node:path';

import { bundleHandler } from '../../../src/lambda/lambda-bundle';
import { type Services, TestServices } from '../../support/local-services';
import { stacksOf } from '../../support/main-stacks';
import { apiScope, jwtPart, OAuthClient } from '../../support/oauth-client';
import { synthApp } from '../../support/synth';
import { UserPoolApi } from '../../support/user-pool-api';

let services: Services;
let client: OAuthClient;

beforeAll(async () => {
  const { zipFile } = bundleHandler({ handler: '__tests__/support/triggers/token.ts', bundleAwsSdk: true });
  const lambda_arn = '${aws_lambda_function.token.arn}';
  services = await new TestServices(stacksOf(synthApp({}))).serve({
    'aws_cognito_user_pool.user_pool': {
      lambda_config: { pre_token_generation_config: { lambda_arn, lambda_version: 'V3_0' } },
    },
    'aws_lambda_function.token': {
      ...{ function_name: 'token', handler: 'index.handler', runtime: 'nodejs22.x', timeout: 5 },
      filename: relative(process.cwd(), zipFile),
    },
    'aws_lambda_permission.token': {
      ...{ function_name: 'token', action: 'lambda:InvokeFunction', principal: 'cognito-idp.amazonaws.com' },
      source_arn: '${aws_cognito_user_pool.user_pool.arn}',
    },
    // Cannot request the scope that the function adds.
    'aws_cognito_user_pool_client.awesome-app-client': { allowed_oauth_scopes: ['openid'] },
    'aws_cognito_user_pool_client.machine': {
      ...{ name: 'machine', user_pool_id: '${aws_cognito_user_pool.user_pool.id}', generate_secret: true },
      ...{ allowed_oauth_flows: ['client_credentials'], allowed_oauth_flows_user_pool_client: true },
      allowed_oauth_scopes: [apiScope],
    },
  });
  client = new OAuthClient(services);
});

test('a function changes the tokens of the hosted login: its scope opens a route, and what AWS protects stays', async () => {
  const { access_token, id_token, refresh_token } = await client.tokens();
  expect(jwtPart(access_token, 1)).toMatchObject({
    source: 'TokenGeneration_HostedAuth',
    sub: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    'cognito:groups': ['admins'],
    scope: `openid ${apiScope}`,
    credentials: 'none',
  });
  expect(jwtPart(id_token, 1)).toMatchObject({ source: 'TokenGeneration_HostedAuth', email_verified: true });
  expect(jwtPart(id_token, 1)).not.toHaveProperty('email');
  expect((await client.protectedResource(access_token)).status).toBe(200);

  const { body } = await client.refresh({ refresh_token });
  expect(jwtPart(String(body.access_token), 1).source).toBe('TokenGeneration_RefreshTokens');
});

test('a function changes the tokens of the API, which then open a route', async () => {
  const { email, password } = services.demoUser;
  const { AccessToken } = await new UserPoolApi(services).tokens(email, password);
  expect(jwtPart(AccessToken, 1)).toMatchObject({
    source: 'TokenGeneration_Authentication',
    scope: `aws.cognito.signin.user.admin ${apiScope}`,
  });
  expect((await client.protectedResource(AccessToken)).status).toBe(200);
});

test('a function changes the access token of a machine, and gets its client metadata', async () => {
  const machine = { client_id: services.clientIds.machine, client_secret: services.clientSecrets.machine };
  const get = (aws_client_metadata?: string) =>
    client.post('/oauth2/token', { grant_type: 'client_credentials', ...machine, aws_client_metadata });
  const { body } = await get('{"tenant":"acme"}');
  expect(jwtPart(String(body.access_token), 1)).toMatchObject({
    source: 'TokenGeneration_ClientCredentials',
    sub: machine.client_id,
    metadata: '{"tenant":"acme"}',
  });
  for (const wrong of ['{"do":"throw"}', '{"tenant":1}', 'acme']) {
    expect(await get(wrong)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  }
});
