import { TestServices } from '../../../support/local-services';
import { apiScope, jwtPart, OAuthClient, type TokenResponse } from '../../../support/oauth-client';

const localServices = new TestServices();
const appClient = 'aws_cognito_user_pool_client.awesome-app-client';

function expectRejection({ status, body }: TokenResponse, error: string): void {
  expect([status, body]).toEqual([400, { error }]);
}

describe('client credentials', () => {
  let client: OAuthClient;
  let machine: { readonly client_id: string; readonly client_secret: string };

  const ask = (parameters: Readonly<Record<string, string | undefined>> = {}) =>
    client.post('/oauth2/token', { grant_type: 'client_credentials', ...machine, ...parameters });

  beforeAll(async () => {
    const services = await localServices.serve({
      'aws_cognito_user_pool_client.machine': {
        name: 'machine',
        user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
        generate_secret: true,
        allowed_oauth_flows: ['client_credentials'],
        allowed_oauth_flows_user_pool_client: true,
        allowed_oauth_scopes: [apiScope, 'awesomeapi-resource-server/other'],
        access_token_validity: 2,
      },
    });
    client = new OAuthClient(services);
    machine = { client_id: services.clientIds.machine!, client_secret: services.clientSecrets.machine! };
  });

  test('give an access token alone, whose subject is the client, and which the API accepts', async () => {
    const { status, body } = await ask();
    expect([status, Object.keys(body)]).toEqual([200, ['access_token', 'expires_in', 'token_type']]);
    expect(body.expires_in).toBe(7200);
    const token = body.access_token as string;
    expect(Object.keys(jwtPart(token, 1)).sort()).toEqual(
      ['auth_time', 'client_id', 'exp', 'iat', 'iss', 'jti', 'scope', 'sub', 'token_use', 'version'].sort(),
    );
    expect(jwtPart(token, 1)).toMatchObject({
      sub: machine.client_id,
      client_id: machine.client_id,
      token_use: 'access',
      scope: `${apiScope} awesomeapi-resource-server/other`,
    });
    expect((await client.protectedResource(token)).status).toBe(200);
  });

  test('give the scopes that were asked for, and no access to users', async () => {
    const { body } = await ask({ scope: apiScope });
    expect(jwtPart(body.access_token as string, 1).scope).toBe(apiScope);
    expect((await client.userInfo(body.access_token as string)).status).toBe(401);
  });

  test.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ['without the secret', { client_secret: undefined }, 'invalid_client'],
    ['with a wrong secret', { client_secret: 'x' }, 'invalid_client'],
    ['for a scope that the client does not have', { scope: `${apiScope} other/scope` }, 'invalid_scope'],
    ['for a scope about users', { scope: 'openid' }, 'invalid_scope'],
    ['for a user', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'x' }, 'unauthorized_client'],
    ['with a refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
  ])('are rejected %s', async (_, parameters, error) => {
    expectRejection(await ask(parameters), error);
  });

  test('are rejected to a client of the authorization code flow', async () => {
    expectRejection(
      await client.post('/oauth2/token', { grant_type: 'client_credentials', client_id: client.clientId }),
      'unauthorized_client',
    );
  });

  test('cannot start a sign-in of a user', async () => {
    const { headers } = await fetch(
      client.authorizeUrl({ client_id: machine.client_id, redirect_uri: client.redirectUri }),
      { redirect: 'manual' },
    );
    expect(headers.get('Location')).toBe(`/error?error=redirect_mismatch&client_id=${machine.client_id}`);
  });
});

describe('with refresh token rotation', () => {
  const serve = async (graceSeconds: number) =>
    new OAuthClient(
      await localServices.serve({
        [appClient]: {
          explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH'],
          refresh_token_rotation: [{ feature: 'ENABLED', retry_grace_period_seconds: graceSeconds }],
        },
      }),
    );

  test('each refresh gives another refresh token, and the one before works for the grace period', async () => {
    const client = await serve(10);
    const { refresh_token: first, access_token } = await client.tokens();
    const { body } = await client.refresh({ refresh_token: first });
    expect(Object.keys(body)).toEqual(['id_token', 'access_token', 'refresh_token', 'expires_in', 'token_type']);
    const second = body.refresh_token as string;
    expect(second).not.toBe(first);
    const signIn = (token: unknown) => jwtPart(token as string, 1).origin_jti;
    expect(signIn(body.access_token)).toBe(signIn(access_token));

    await localServices.wait(9);
    expect((await client.refresh({ refresh_token: first })).status).toBe(200);
    await localServices.wait(1);
    expectRejection(await client.refresh({ refresh_token: first }), 'invalid_grant');
    expect((await client.refresh({ refresh_token: second })).status).toBe(200);
  });

  test('without a grace period, a refresh token works once', async () => {
    const client = await serve(0);
    const { refresh_token } = await client.tokens();
    const answers = await Promise.all(Array.from({ length: 3 }, () => client.refresh({ refresh_token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  });

  test('the validity stays that of the first token', async () => {
    const client = await serve(0);
    const { refresh_token } = await client.tokens();
    await localServices.wait(86_000);
    const second = (await client.refresh({ refresh_token })).body.refresh_token as string;
    await localServices.wait(399);
    const third = (await client.refresh({ refresh_token: second })).body.refresh_token as string;
    await localServices.wait(1);
    expectRejection(await client.refresh({ refresh_token: third }), 'invalid_grant');
  });

  test('a revocation ends every token of the sign-in, also of those that were replaced', async () => {
    const client = await serve(60);
    const { refresh_token: first, access_token } = await client.tokens();
    const second = (await client.refresh({ refresh_token: first })).body.refresh_token as string;
    await client.revoke({ token: first });
    for (const refresh_token of [first, second]) {
      expectRejection(await client.refresh({ refresh_token }), 'invalid_grant');
    }
    expect((await client.userInfo(access_token)).status).toBe(401);
  });
});
