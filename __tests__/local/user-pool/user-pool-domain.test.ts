import { randomUUID } from 'node:crypto';

import { Browser } from '../../support/browser';
import { TestServices } from '../../support/local-services';
import { apiScope, jwtPart, OAuthClient, pkcePair } from '../../support/oauth-client';

const localServices = new TestServices();
let client: OAuthClient;

beforeAll(async () => {
  client = new OAuthClient(await localServices.serve());
});

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where /oauth2/authorize sends a browser that nobody has signed in with. */
async function redirectOf(url: string): Promise<string> {
  return (await new Browser().fetch(url)).headers.get('Location')!;
}

describe('GET /oauth2/authorize', () => {
  test("goes to /login with the caller's own query, in its order", async () => {
    const url = client.authorizeUrl({ state: 'x y', identity_provider: 'COGNITO', unknown: '1' });
    expect(await redirectOf(url)).toBe(`/login${new URL(url).search}`);
  });

  test('sends the browser back with a UUID as code, then the state, and nothing else', async () => {
    const url = await client.signIn({ state: 'abc' });
    expect(url.href).toMatch(/^http:\/\/localhost:3000\/dashboard\?code=[0-9a-f-]{36}&state=abc$/);
    expect(url.searchParams.get('code')).toMatch(uuid);
  });

  test('returns no state when none was given', async () => {
    expect([...(await client.signIn()).searchParams.keys()]).toEqual(['code']);
  });

  test('shows no page while there is a session', async () => {
    const browser = new Browser();
    await client.signIn({}, browser);
    const again = await browser.fetch(client.authorizeUrl());
    expect(again.status).toBe(302);
    expect(again.headers.get('Location')).toMatch(/^http:\/\/localhost:3000\/dashboard\?code=/);
  });

  test("grants every scope of the client's when none is asked for", async () => {
    const { access_token } = await client.tokens();
    expect(jwtPart(access_token, 1).scope).toBe(`${apiScope} openid`);
  });

  test.each([
    ['the login', {}],
    ['the client', { scope: 'unknown' }],
    ['the error page', { client_id: 'unknown' }],
  ])('on the way to %s sets an XSRF-TOKEN that no script reads, and empties csrf-state', async (_, parameters) => {
    const { headers } = await new Browser().fetch(client.authorizeUrl(parameters));
    expect(headers.getSetCookie()).toEqual([
      'csrf-state=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
      'csrf-state-legacy=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
      expect.stringMatching(/^XSRF-TOKEN=[0-9a-f-]{36}; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
  });

  test.each([
    ['a scope that is not the client’s', { scope: 'openid email' }],
    ['offline_access, which is no scope of Cognito’s', { scope: 'openid offline_access' }],
    ['a resource, which the classic login does not know', { resource: 'https://api.example.com' }],
  ])('responds to %s with error_description, state and error, in this order', async (_, parameters) => {
    expect(await redirectOf(client.authorizeUrl({ ...parameters, state: 's' }))).toBe(
      `${client.redirectUri}?error_description=invalid_scope&state=s&error=invalid_request`,
    );
  });

  const { challenge } = pkcePair();
  test.each([
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['an unknown response_type', { response_type: 'id_token' }, 'invalid_request'],
    ['a response_type that is not the client’s', { response_type: 'token' }, 'unauthorized_client'],
    ['a challenge without its method', { code_challenge: challenge }, 'invalid_request'],
    ['a plain challenge', { code_challenge: challenge, code_challenge_method: 'plain' }, 'invalid_request'],
    ['a method without a challenge', { code_challenge_method: 'S256' }, 'invalid_request'],
    [
      'a challenge of 42 characters',
      { code_challenge: 'a'.repeat(42), code_challenge_method: 'S256' },
      'invalid_request',
    ],
    [
      'a challenge of 129 characters',
      { code_challenge: 'a'.repeat(129), code_challenge_method: 'S256' },
      'invalid_request',
    ],
  ])('tells the client of %s', async (_, parameters, error) => {
    const url = new URL(await redirectOf(client.authorizeUrl({ ...parameters, state: 's' })));
    expect(url.origin + url.pathname).toBe(client.redirectUri);
    expect(Object.fromEntries(url.searchParams)).toEqual({ error, state: 's' });
  });

  test.each([
    ['an unknown client', { client_id: 'unknown' }, 'error=invalid_request&client_id=unknown'],
    ['no client', { client_id: undefined }, 'error=Required+parameters+missing'],
    ['no redirect URI', { redirect_uri: undefined }, 'error=Required+parameters+missing'],
  ])('responds to %s on its own error page', async (_, parameters, query) => {
    expect(await redirectOf(client.authorizeUrl(parameters))).toBe(`/error?${query}`);
  });

  test('has an error page of status 400 that names the error', async () => {
    const page = await new Browser().open(client.authorizeUrl({ redirect_uri: 'http://localhost:3000/other' }));
    expect(page.url.pathname + page.url.search).toBe(`/error?error=redirect_mismatch&client_id=${client.clientId}`);
    expect(page.status).toBe(400);
    expect(page.html).toContain('An error was encountered with the requested page.');
    expect(page.html).toContain('redirect_mismatch');
  });

  test('is for GET only', async () => {
    expect((await fetch(client.authorizeUrl(), { method: 'POST', redirect: 'manual' })).status).toBe(404);
  });

  test.each(['none', 'login', 'consent'])('ignores prompt=%s, as the classic login does', async (prompt) => {
    expect(await redirectOf(client.authorizeUrl({ prompt }))).toMatch(/^\/login\?/);
  });
});

describe('POST /oauth2/token', () => {
  test('responds to a code with the tokens, in this order, and does not name the scope', async () => {
    const { status, headers, body } = await client.exchange({ code: await client.code() });
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toBe('application/json;charset=UTF-8');
    expect(Object.keys(body)).toEqual(['id_token', 'access_token', 'refresh_token', 'expires_in', 'token_type']);
    expect(body).toMatchObject({ expires_in: 3600, token_type: 'Bearer' });
  });

  test('forbids caching and content sniffing', async () => {
    const { headers } = await client.exchange({ code: await client.code() });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
      pragma: 'no-cache',
      expires: '0',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-amz-cognito-request-id': expect.stringMatching(uuid) as string,
      'access-control-allow-origin': '*',
    });
  });

  test('gives no ID token without the scope openid', async () => {
    const { body } = await client.exchange({ code: await client.code({ scope: apiScope }) });
    expect(Object.keys(body)).toEqual(['access_token', 'refresh_token', 'expires_in', 'token_type']);
  });

  test('responds to a refresh token with new tokens but no new refresh token', async () => {
    const { refresh_token, access_token, id_token } = await client.tokens();
    const { status, body } = await client.refresh({ refresh_token });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['id_token', 'access_token', 'expires_in', 'token_type']);
    for (const [before, after] of [
      [access_token, body.access_token as string],
      [id_token, body.id_token as string],
    ] as const) {
      const [old, renewed] = [jwtPart(before, 1), jwtPart(after, 1)];
      expect(renewed).toMatchObject({ sub: old.sub, origin_jti: old.origin_jti, auth_time: old.auth_time });
      expect(renewed.jti).not.toBe(old.jti);
    }
    expect((await client.refresh({ refresh_token })).status).toBe(200);
  });

  test('takes the verifier of the challenge', async () => {
    const { verifier, challenge } = pkcePair();
    const code = await client.code({ code_challenge: challenge, code_challenge_method: 'S256' });
    expect((await client.exchange({ code, code_verifier: verifier })).status).toBe(200);
  });

  test('responds to a browser’s preflight for any header, such as Amplify’s', async () => {
    const { status, headers } = await fetch(client.url('/oauth2/token'), {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost:3000',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-amz-user-agent',
      },
    });
    expect(status).toBe(204);
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Allow-Headers')).toBe('content-type,x-amz-user-agent');
  });
});

describe('a token', () => {
  test('has a header of kid and alg, and no typ', async () => {
    const { access_token, id_token } = await client.tokens();
    for (const token of [access_token, id_token]) {
      expect(Object.keys(jwtPart(token, 0))).toEqual(['kid', 'alg']);
      expect(jwtPart(token, 0).alg).toBe('RS256');
    }
  });

  test('of access has these claims, in this order, and no audience', async () => {
    const claims = jwtPart((await client.tokens()).access_token, 1);
    expect(Object.keys(claims)).toEqual(
      'sub iss version client_id origin_jti event_id token_use scope auth_time exp iat jti username'.split(' '),
    );
    expect(claims).toMatchObject({
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${client.services.userPoolId}`,
      version: 2,
      client_id: client.clientId,
      token_use: 'access',
      username: claims.sub,
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3600);
    for (const claim of ['sub', 'jti', 'origin_jti', 'event_id']) {
      expect(claims[claim]).toMatch(uuid);
    }
  });

  test('of identity has these claims, in this order, and the client as its audience', async () => {
    const claims = jwtPart((await client.tokens()).id_token, 1);
    expect(Object.keys(claims)).toEqual(
      'at_hash sub email_verified iss cognito:username origin_jti aud event_id token_use auth_time exp iat jti email'.split(
        ' ',
      ),
    );
    expect(claims).toMatchObject({
      aud: client.clientId,
      token_use: 'id',
      'cognito:username': claims.sub,
      email_verified: true,
      email: client.services.demoUser.email,
    });
  });

  test('of identity has the nonce, and the one of access has not', async () => {
    const { access_token, id_token } = await client.tokens({ nonce: 'n-1' });
    expect(jwtPart(id_token, 1).nonce).toBe('n-1');
    expect(jwtPart(access_token, 1)).not.toHaveProperty('nonce');
  });

  test('has exactly the scopes that were granted', async () => {
    expect(jwtPart((await client.tokens({ scope: apiScope })).access_token, 1).scope).toBe(apiScope);
  });

  test('never names a user by the email address', async () => {
    const { access_token, id_token } = await client.tokens();
    expect(jwtPart(access_token, 1).username).toMatch(uuid);
    expect(jwtPart(id_token, 1)['cognito:username']).toMatch(uuid);
  });

  test('to refresh with is not a JWT that a client could read', async () => {
    const { refresh_token } = await client.tokens();
    expect(refresh_token).toMatch(/^eyJjdHki[\w-]+(?:\.[\w-]+){4}$/);
  });
});

describe('GET /oauth2/userInfo', () => {
  test('responds with the attributes, where email_verified is a string', async () => {
    const { access_token } = await client.tokens();
    const { status, headers, body } = await client.userInfo(access_token);
    const { sub } = jwtPart(access_token, 1);
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toBe('application/json;charset=UTF-8');
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(body).toEqual({ sub, email: client.services.demoUser.email, email_verified: 'true', username: sub });
  });

  test.each([
    ['no token', undefined],
    ['a string that is not a token', 'abc'],
  ])('rejects %s with 400 and a challenge without a scheme', async (_, token) => {
    const { status, headers } = await client.userInfo(token);
    expect(status).toBe(400);
    expect(headers.get('WWW-Authenticate')).toBe(
      'error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"',
    );
  });

  test('rejects a token that is too old with 401', async () => {
    const { access_token } = await client.tokens();
    await localServices.wait(3600);
    const { status, headers } = await client.userInfo(access_token);
    expect(status).toBe(401);
    expect(headers.get('WWW-Authenticate')).toBe(
      'error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."',
    );
  });
});

describe('POST /oauth2/revoke', () => {
  test('revokes a refresh token and, for Cognito, the access tokens of the same sign-in', async () => {
    const { refresh_token, access_token } = await client.tokens();
    const { status, text, headers } = await client.revoke({ token: refresh_token });
    expect([status, text, headers.get('Access-Control-Allow-Origin')]).toEqual([200, '', '*']);
    expect((await client.refresh({ refresh_token })).body).toEqual({ error: 'invalid_grant' });
    expect((await client.userInfo(access_token)).status).toBe(401);
  });

  test('leaves the API open to those access tokens, since API Gateway only reads them', async () => {
    const { refresh_token, access_token } = await client.tokens();
    await client.revoke({ token: refresh_token });
    expect((await client.protectedResource(access_token)).status).toBe(200);
  });

  test('responds to an unknown token as to a revoked one', async () => {
    const { refresh_token } = await client.tokens();
    await client.revoke({ token: refresh_token });
    for (const token of [refresh_token, 'unknown']) {
      expect((await client.revoke({ token })).status).toBe(200);
    }
  });

  test('rejects a token that is not a refresh token', async () => {
    const { access_token } = await client.tokens();
    const { status, body } = await client.revoke({ token: access_token });
    expect([status, body]).toEqual([400, { error: 'unsupported_token_type' }]);
  });

  test.each([
    ['no token', { token: undefined }, 400, 'invalid_request'],
    ['an unknown client', { token: 'x', client_id: 'unknown' }, 401, 'invalid_client'],
  ])('rejects %s', async (_, form, status, error) => {
    expect(await client.revoke(form)).toMatchObject({ status, body: { error } });
  });
});

describe('GET /logout', () => {
  let withLogoutUrl: OAuthClient;
  const logoutUrl = 'http://localhost:3000/';

  beforeAll(async () => {
    withLogoutUrl = new OAuthClient(
      await localServices.serve({ 'aws_cognito_user_pool_client.awesome-app-client': { logout_urls: [logoutUrl] } }),
    );
  });

  test('ends the session and goes to a registered logout URL, whatever else is asked for', async () => {
    const browser = new Browser();
    await withLogoutUrl.signIn({}, browser);
    const { headers } = await browser.fetch(
      withLogoutUrl.url('/logout', {
        client_id: withLogoutUrl.clientId,
        logout_uri: logoutUrl,
        redirect_uri: withLogoutUrl.redirectUri,
        response_type: 'code',
        post_logout_redirect_uri: 'https://other.example.com',
      }),
    );
    expect(headers.get('Location')).toBe(logoutUrl);
    expect(headers.getSetCookie()).toContainEqual(expect.stringMatching(/^cognito=; Max-Age=0;/));
    expect((await browser.open(withLogoutUrl.authorizeUrl())).url.pathname).toBe('/login');
  });

  test('without a logout URL ends the session and goes to the login, with all scopes of the client', async () => {
    const browser = new Browser();
    await client.signIn({}, browser);
    const parameters = {
      client_id: client.clientId,
      response_type: 'code',
      redirect_uri: client.redirectUri,
      state: 's',
    };
    const page = await browser.open(client.url('/logout', parameters));
    expect(page.url.pathname).toBe('/login');
    expect(Object.fromEntries(page.url.searchParams)).toEqual({ ...parameters, scope: `${apiScope} openid` });
    expect((await browser.open(client.authorizeUrl())).url.pathname).toBe('/login');
  });

  test('revokes no token', async () => {
    const browser = new Browser();
    const { body } = await withLogoutUrl.exchange({ code: await withLogoutUrl.code({}, browser) });
    await browser.fetch(withLogoutUrl.url('/logout', { client_id: withLogoutUrl.clientId, logout_uri: logoutUrl }));
    expect((await withLogoutUrl.refresh({ refresh_token: body.refresh_token as string })).status).toBe(200);
  });

  test.each([
    ['another URL', { logout_uri: 'http://localhost:3000/other' }],
    ['no URL', {}],
    ['OpenID Connect’s parameters', { post_logout_redirect_uri: logoutUrl, id_token_hint: 'x' }],
    ['no client', { client_id: undefined, logout_uri: logoutUrl }],
  ])('rejects %s and keeps the session', async (_, parameters) => {
    const browser = new Browser();
    await withLogoutUrl.signIn({}, browser);
    const page = await browser.open(withLogoutUrl.url('/logout', { client_id: withLogoutUrl.clientId, ...parameters }));
    expect([page.url.pathname, page.status]).toEqual(['/error', 400]);
    expect((await browser.open(withLogoutUrl.authorizeUrl())).url.pathname).toBe('/dashboard');
  });
});

describe('discovery', () => {
  test('describes the pool with these members, in their order, and AWS’s issuer', async () => {
    const response = await fetch(client.url(`/${client.services.userPoolId}/.well-known/openid-configuration`));
    const base = client.services.loginDomainUrl;
    const document = (await response.json()) as Record<string, unknown>;
    expect(document).toEqual({
      authorization_endpoint: `${base}/oauth2/authorize`,
      end_session_endpoint: `${base}/logout`,
      id_token_signing_alg_values_supported: ['RS256'],
      issuer: `https://cognito-idp.us-east-1.amazonaws.com/${client.services.userPoolId}`,
      jwks_uri: `${base}/${client.services.userPoolId}/.well-known/jwks.json`,
      response_types_supported: ['code', 'token'],
      revocation_endpoint: `${base}/oauth2/revoke`,
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
      token_endpoint: `${base}/oauth2/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      userinfo_endpoint: `${base}/oauth2/userInfo`,
    });
    expect(Object.keys(document)).toEqual(Object.keys(document).sort());
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
  });

  test('is the same at the root of the domain', async () => {
    const [root, pool] = await Promise.all(
      ['', `/${client.services.userPoolId}`].map(async (path) =>
        (await fetch(client.url(`${path}/.well-known/openid-configuration`))).text(),
      ),
    );
    expect(root).toBe(pool);
  });

  test('names the local issuer of the tokens, which is at the user pool API', async () => {
    const local = new OAuthClient(await localServices.serve({}, { issuer: 'local' }));
    const issuer = `${local.services.userPoolApiUrl}/${local.services.userPoolId}`;
    const document = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as { issuer: string };
    const { access_token } = await local.tokens();
    expect([document.issuer, jwtPart(access_token, 1).iss]).toEqual([issuer, issuer]);
    expect((await local.protectedResource(access_token)).status).toBe(200);
  });

  test('has a JWKS of two keys: one signs ID tokens, the other access tokens', async () => {
    const { keys } = (await (await fetch(client.url('/.well-known/jwks.json'))).json()) as { keys: { kid: string }[] };
    const { access_token, id_token } = await client.tokens();
    expect(keys.map((key) => Object.keys(key))).toEqual(Array(2).fill(['alg', 'e', 'kid', 'kty', 'n', 'use']));
    expect(keys.map(({ kid }) => kid)).toEqual([jwtPart(id_token, 0).kid, jwtPart(access_token, 0).kid]);
    for (const { kid } of keys) {
      expect(kid).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    }
  });
});

describe('a client with other settings', () => {
  const address = 'aws_cognito_user_pool_client.awesome-app-client';

  test('has its own lifetimes, in whichever units', async () => {
    const other = new OAuthClient(
      await localServices.serve({
        [address]: {
          access_token_validity: 2,
          id_token_validity: 900,
          token_validity_units: [{ access_token: 'hours', id_token: 'seconds', refresh_token: 'days' }],
        },
      }),
    );
    const { access_token, id_token } = await other.tokens();
    const lifetimes = [access_token, id_token]
      .map((token) => jwtPart(token, 1))
      .map(({ exp, iat }) => Number(exp) - Number(iat));
    expect(lifetimes).toEqual([7200, 900]);
  });

  test('gets no jti and no origin_jti when its tokens cannot be revoked, and cannot revoke them', async () => {
    const other = new OAuthClient(await localServices.serve({ [address]: { enable_token_revocation: false } }));
    const { access_token, id_token, refresh_token } = await other.tokens();
    for (const token of [access_token, id_token]) {
      expect(Object.keys(jwtPart(token, 1)).filter((claim) => claim.endsWith('jti'))).toEqual([]);
    }
    expect(await other.revoke({ token: refresh_token })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect((await other.refresh({ refresh_token })).status).toBe(200);
  });

  test.each([
    ['email narrows them to the address', ['openid', 'email'], { email: 'demo@example.com', email_verified: 'true' }],
    ['profile narrows them to nothing here', ['openid', 'profile'], {}],
  ])('sees the attributes of its scopes: %s', async (_, scopes, attributes) => {
    const other = new OAuthClient(await localServices.serve({ [address]: { allowed_oauth_scopes: scopes } }));
    const { access_token, id_token } = await other.tokens();
    const { body } = await other.userInfo(access_token);
    const { sub } = jwtPart(access_token, 1);
    expect(body).toEqual({ sub, username: sub, ...attributes });
    expect(Object.hasOwn(jwtPart(id_token, 1), 'email')).toBe(Object.hasOwn(attributes, 'email'));
  });

  test.each(['email', 'phone', 'profile'])('may ask for %s only together with openid', async (scope) => {
    const other = new OAuthClient(
      await localServices.serve({ [address]: { allowed_oauth_scopes: ['openid', scope] } }),
    );
    const alone = new URL(await redirectOf(other.authorizeUrl({ scope })));
    expect([alone.searchParams.get('error'), alone.searchParams.has('code')]).toEqual(['invalid_request', false]);
    expect(await redirectOf(other.authorizeUrl({ scope: `openid ${scope}` }))).toMatch(/^\/login\?/);
  });

  test('that may not read email_verified gets no token for the scope email', async () => {
    const other = new OAuthClient(
      await localServices.serve({
        [address]: { allowed_oauth_scopes: ['openid', 'email'], read_attributes: ['email'] },
      }),
    );
    const { status, body } = await other.exchange({ code: await other.code() });
    expect([status, body]).toEqual([400, { error: 'invalid_grant' }]);
  });

  test.each([
    ['authorization_code', { allowed_oauth_flows: [] }],
    ['refresh_token', { explicit_auth_flows: ['ALLOW_USER_SRP_AUTH'] }],
  ])('that may not use %s is told so', async (grant_type, changes) => {
    const other = new OAuthClient(await localServices.serve({ [address]: changes }));
    const form = { grant_type, client_id: other.clientId, code: randomUUID(), refresh_token: 'x', redirect_uri: 'x' };
    expect((await other.post('/oauth2/token', form)).body).toEqual({ error: 'unauthorized_client' });
  });

  describe('with a secret', () => {
    let confidential: OAuthClient;
    let secret: string;

    beforeAll(async () => {
      confidential = new OAuthClient(await localServices.serve({ [address]: { generate_secret: true } }));
      secret = confidential.services.clientSecret!;
    });

    const basic = (id: string, password: string) => ({ Authorization: `Basic ${btoa(`${id}:${password}`)}` });

    test('sends it in the form or in the header', async () => {
      const inForm = await confidential.exchange({ code: await confidential.code(), client_secret: secret });
      const inHeader = await confidential.exchange(
        { code: await confidential.code(), client_id: undefined },
        basic(confidential.clientId, secret),
      );
      expect([inForm.status, inHeader.status]).toEqual([200, 200]);
    });

    test.each([
      ['none', () => [{}, {}]],
      ['a wrong one in the form', () => [{ client_secret: 'x' }, {}]],
      ['a wrong one in the header', () => [{ client_id: undefined }, basic(confidential.clientId, 'x')]],
      ['both', () => [{ client_secret: secret }, basic(confidential.clientId, secret)]],
      ['another client in the form', () => [{ client_id: 'other' }, basic(confidential.clientId, secret)]],
      ['a header that is none', () => [{ client_id: undefined }, { Authorization: 'Basic %%%' }]],
    ] as const)('gets no token for %s', async (_, given) => {
      const [form, headers] = given();
      const code = await confidential.code();
      const { status, body } = await confidential.exchange({ code, ...form }, headers);
      expect([status, body]).toEqual([400, { error: 'invalid_client' }]);
    });
  });
});
