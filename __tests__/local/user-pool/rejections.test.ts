import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';

import { Browser } from '../../support/browser';
import { TestServices } from '../../support/local-services';
import { OAuthClient, openPage, type Parameters, pkcePair, type TokenResponse } from '../../support/oauth-client';
import { withOtherLastBits } from '../../support/tokens';

const localServices = new TestServices();
const address = 'aws_cognito_user_pool_client.awesome-app-client';
let client: OAuthClient;
/** Another client of the same pool. */
let stranger: Parameters;

beforeAll(async () => {
  const callback = 'http://localhost:3000/dashboard';
  const services = await localServices.serve({
    [address]: { callback_urls: [callback, 'http://localhost:3000/second'] },
    'aws_cognito_user_pool_client.stranger': {
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
      name: 'stranger',
      generate_secret: false,
      allowed_oauth_flows: ['code'],
      allowed_oauth_flows_user_pool_client: true,
      allowed_oauth_scopes: ['openid'],
      supported_identity_providers: ['COGNITO'],
      callback_urls: [callback],
    },
  });
  client = new OAuthClient(services);
  stranger = { client_id: services.clientIds.stranger };
});

/** The response contains only the error. */
function expectRejection(answer: TokenResponse, error: string): void {
  expect(answer).toMatchObject({ status: 400, text: JSON.stringify({ error }) });
  expect(answer.headers.get('Content-Type')).toBe('application/json;charset=UTF-8');
}

describe('a code gives no token', () => {
  const { verifier, challenge } = pkcePair();
  const challengeOf = (text: string) => ({
    code_challenge: createHash('sha256').update(text).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const withChallenge = challengeOf(verifier);

  test.each<[string, Parameters, Parameters, string]>([
    ['with the verifier of another challenge', withChallenge, { code_verifier: pkcePair().verifier }, 'invalid_grant'],
    ['without its verifier', withChallenge, {}, 'invalid_grant'],
    ['with the challenge as a plain verifier', withChallenge, { code_verifier: challenge }, 'invalid_grant'],
    [
      'with a right verifier of 42 characters',
      challengeOf('a'.repeat(42)),
      { code_verifier: 'a'.repeat(42) },
      'invalid_grant',
    ],
    [
      'with a right verifier of 129 characters',
      challengeOf('a'.repeat(129)),
      { code_verifier: 'a'.repeat(129) },
      'invalid_grant',
    ],
    ['with an empty verifier', withChallenge, { code_verifier: '' }, 'invalid_grant'],
    ['with a verifier that no challenge asks for', {}, { code_verifier: verifier }, 'invalid_grant'],
    [
      'with another redirect URI of the client',
      {},
      { redirect_uri: 'http://localhost:3000/second' },
      'unauthorized_client',
    ],
    ['with an unregistered redirect URI', {}, { redirect_uri: 'https://evil.example.com/' }, 'unauthorized_client'],
    ['without its redirect URI', {}, { redirect_uri: undefined }, 'invalid_request'],
    ['to an unknown client', {}, { client_id: 'unknown' }, 'invalid_client'],
    ['to a client named __proto__', {}, { client_id: '__proto__' }, 'invalid_client'],
    ['to nobody', {}, { client_id: undefined }, 'invalid_request'],
    ['to a client that sends a secret it does not have', {}, { client_secret: 'x' }, 'invalid_client'],
  ])('%s', async (_, authorize, form, error) => {
    const code = await client.code(authorize);
    expectRejection(await client.exchange({ code, ...form }), error);
  });

  test.each([43, 128])('unless all is right, such as a verifier of %i characters', async (length) => {
    const code = await client.code(challengeOf('a'.repeat(length)));
    expect((await client.exchange({ code, code_verifier: 'a'.repeat(length) })).status).toBe(200);
  });

  test('to another client', async () => {
    expectRejection(await client.exchange({ code: await client.code(), ...stranger }), 'invalid_grant');
  });

  test('twice', async () => {
    const code = await client.code();
    expect((await client.exchange({ code })).status).toBe(200);
    expectRejection(await client.exchange({ code }), 'invalid_grant');
  });

  test('twice at the same moment', async () => {
    const code = await client.code();
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.exchange({ code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  test('after a try that was rejected, for whoever guesses at the verifier', async () => {
    const code = await client.code(withChallenge);
    await client.exchange({ code, code_verifier: pkcePair().verifier });
    expectRejection(await client.exchange({ code, code_verifier: verifier }), 'invalid_grant');
  });

  test('after five minutes', async () => {
    const [early, late] = [await client.code(), await client.code()];
    await localServices.wait(290);
    expect((await client.exchange({ code: early })).status).toBe(200);
    await localServices.wait(10);
    expectRejection(await client.exchange({ code: late }), 'invalid_grant');
  });

  test.each(['', 'unknown', '00000000-0000-4000-8000-000000000000'])('when it is unknown: %j', async (code) => {
    expectRejection(await client.exchange({ code }), code === '' ? 'invalid_request' : 'invalid_grant');
  });
});

describe('a request for a token is rejected', () => {
  test.each<[string, string | undefined, string]>([
    ['without a grant type', undefined, 'invalid_request'],
    ['of an unknown grant type', 'password', 'unsupported_grant_type'],
    ['of the grant type __proto__', '__proto__', 'unsupported_grant_type'],
    ['of the grant type constructor', 'constructor', 'unsupported_grant_type'],
    ['of a grant type that is not the client’s', 'client_credentials', 'unauthorized_client'],
  ])('%s', async (_, grantType, error) => {
    expectRejection(await client.exchange({ grant_type: grantType, code: await client.code() }), error);
  });

  test.each(['grant_type', 'client_id', 'code', 'redirect_uri'])('with %s twice', async (name) => {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: client.clientId,
      redirect_uri: client.redirectUri,
      code: await client.code(),
    });
    form.append(name, form.get(name)!);
    expectRejection(await client.post('/oauth2/token', form.toString()), 'invalid_request');
  });

  test.each(['application/json', 'multipart/form-data', 'text/plain'])('as %s', async (type) => {
    const form = { code: await client.code() };
    expectRejection(await client.exchange(form, { 'Content-Type': type }), 'invalid_request');
  });

  test('with more than 64 KiB', async () => {
    const answer = await client.exchange({ code: await client.code(), padding: 'x'.repeat(70_000) });
    expect(answer).toMatchObject({ status: 413, body: { error: 'invalid_request' } });
    expect(Object.keys(answer.body)).toEqual(['error']);
  });

  test('with more header than any client sends', async () => {
    expect((await client.exchange({ code: await client.code() }, { 'X-Padding': 'x'.repeat(20_000) })).status).toBe(
      431,
    );
  });

  test('by GET', async () => {
    const response = await fetch(
      client.url('/oauth2/token', { grant_type: 'authorization_code', code: await client.code() }),
    );
    expect([response.status, await response.text()]).toEqual([405, '{"error":"invalid_request"}']);
  });

  test('with an invalid percent encoding', async () => {
    expectRejection(await client.post('/oauth2/token', 'grant_type=%E0%A4%A&client_id=%'), 'invalid_client');
  });
});

describe('a refresh token gives no token', () => {
  test('after it was revoked', async () => {
    const { refresh_token } = await client.tokens();
    await client.revoke({ token: refresh_token });
    expectRejection(await client.refresh({ refresh_token }), 'invalid_grant');
  });

  test('to another client, who cannot revoke it either', async () => {
    const { refresh_token } = await client.tokens();
    expectRejection(await client.refresh({ refresh_token, ...stranger }), 'invalid_grant');
    expect((await client.revoke({ token: refresh_token, ...stranger })).status).toBe(200);
    expect((await client.refresh({ refresh_token })).status).toBe(200);
  });

  test('when its time is over, however often it was used', async () => {
    const { refresh_token } = await client.tokens();
    await localServices.wait(86_000);
    expect((await client.refresh({ refresh_token })).status).toBe(200);
    await localServices.wait(400);
    expectRejection(await client.refresh({ refresh_token }), 'invalid_grant');
  });

  test.each([
    ['missing', undefined, 'invalid_request'],
    ['made up', 'x', 'invalid_grant'],
  ])('when it is %s', async (_, refreshToken, error) => {
    expectRejection(await client.refresh({ refresh_token: refreshToken }), error);
  });
});

describe('a redirect URI is compared to the letter', () => {
  test.each([
    ['another path', 'http://localhost:3000/other'],
    ['a longer path', 'http://localhost:3000/dashboard/more'],
    ['a suffix', 'http://localhost:3000/dashboardx'],
    ['a slash at its end', 'http://localhost:3000/dashboard/'],
    ['a query', 'http://localhost:3000/dashboard?x=1'],
    ['a fragment', 'http://localhost:3000/dashboard#x'],
    ['another port', 'http://localhost:3001/dashboard'],
    ['no port', 'http://localhost/dashboard'],
    ['another scheme', 'https://localhost:3000/dashboard'],
    ['no scheme', '//localhost:3000/dashboard'],
    ['another name of the host', 'http://127.0.0.1:3000/dashboard'],
    ['the host as a part of another', 'http://localhost.evil.example.com:3000/dashboard'],
    ['a user name before another host', 'http://localhost:3000@evil.example.com/dashboard'],
    ['a user name', 'http://user@localhost:3000/dashboard'],
    ['a backslash', 'http://localhost:3000\\@evil.example.com/dashboard'],
    ['upper case', 'HTTP://LOCALHOST:3000/dashboard'],
    ['an encoded letter', 'http://localhost:3000/%64ashboard'],
    ['dots', 'http://localhost:3000/x/../dashboard'],
    ['a space before it', ' http://localhost:3000/dashboard'],
    ['a line break after it', 'http://localhost:3000/dashboard\r\n'],
    ['a script', 'javascript:alert(1)'],
  ])('%s is rejected, by the page and by the form, and the browser stays here', async (_, redirectUri) => {
    const browser = new Browser();
    await client.signIn({}, browser);
    const page = await browser.open(client.authorizeUrl({ redirect_uri: redirectUri }));
    expect([page.status, page.url.pathname, page.url.searchParams.get('error')]).toEqual([
      400,
      '/error',
      'redirect_mismatch',
    ]);

    const login = await openPage(client, '/login', browser);
    const { email, password } = client.services.demoUser;
    const changed = {
      ...login,
      html: login.html.replaceAll(encodeURIComponent(client.redirectUri), encodeURIComponent(redirectUri)),
    };
    const submitted = await browser.submit(changed, { username: email, password });
    expect([submitted.url.pathname, submitted.status]).toEqual(['/error', 400]);
  });
});

describe('a request to authorize', () => {
  test.each(['client_id', 'redirect_uri'])('with %s twice stays here', async (name) => {
    const url = new URL(client.authorizeUrl());
    url.searchParams.append(name, url.searchParams.get(name)!);
    const page = await new Browser().open(url);
    expect(page.url.pathname + page.url.search).toBe(`/error?error=invalid_request&client_id=${client.clientId}`);
  });

  test.each(['response_type', 'scope', 'state', 'code_challenge'])('with %s twice is rejected', async (name) => {
    const url = new URL(client.authorizeUrl({ scope: 'openid' }));
    url.searchParams.set(name, url.searchParams.get(name) ?? 'x');
    url.searchParams.append(name, 'y');
    const { searchParams } = (await new Browser().open(url)).url;
    expect(searchParams.get('error')).toBe('invalid_request');
    expect(searchParams.has('code')).toBe(false);
  });

  test('cannot put a header or a parameter into the response by its state', async () => {
    const state = 'a\r\nSet-Cookie: x=y&code=forged#';
    const response = await new Browser().fetch(client.authorizeUrl({ state, response_type: undefined }));
    expect(response.headers.getSetCookie().join()).not.toContain('x=y');
    const location = new URL(response.headers.get('Location')!);
    expect(Object.fromEntries(location.searchParams)).toEqual({ error: 'invalid_request', state });
    expect((await client.signIn({ state })).searchParams.get('state')).toBe(state);
  });

  test('cannot put HTML into a page', async () => {
    const text = '"><script>alert(1)</script>';
    const pages = await Promise.all([
      openPage(client, '/login', new Browser(), { login_hint: text, state: text }),
      new Browser().open(client.url('/error', { error: text })),
    ]);
    for (const { html, headers } of pages) {
      expect(html).toContain('&lt;script&gt;');
      expect(html).not.toContain('<script');
      expect(headers.get('Content-Security-Policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/localhost:3000;/,
      );
    }
  });

  test.each([
    ['a name of elsewhere', 'evil.example.com'],
    ['none', ''],
  ])('is rejected for %s in the Host header', async (_, host) => {
    const { status, body } = await raw(`GET /oauth2/authorize HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect([status, body]).toEqual([421, 'Only http://localhost is served here.\n']);
  });

  test('never has the Host header in its response', async () => {
    const path = client.authorizeUrl().replace(client.services.loginDomainUrl, '');
    const { text } = await raw(`GET ${path} HTTP/1.1\r\nHost: LocalHost:1234\r\nConnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1.1 302/);
    expect(text).not.toMatch(/localhost:1234/i);
  });
});

describe('a form of the login', () => {
  test.each<[string, (browser: Browser) => Record<string, string>]>([
    ['no field', () => ({})],
    ['another value', () => ({ _csrf: 'x' })],
    [
      'an empty pair',
      (browser) => {
        browser.cookies.set('XSRF-TOKEN', '');
        return { _csrf: '' };
      },
    ],
    [
      'a value that another server has replaced',
      (browser) => {
        const _csrf = browser.cookies.get('XSRF-TOKEN')!;
        browser.cookies.set('XSRF-TOKEN', 'other');
        return { _csrf };
      },
    ],
    [
      'no cookie',
      (browser) => {
        browser.cookies.clear();
        return { _csrf: 'x' };
      },
    ],
  ])('with %s in the CSRF pair signs nobody in', async (_, tamper) => {
    const browser = new Browser();
    const { url } = await openPage(client, '/login', browser);
    const { email, password } = client.services.demoUser;
    const response = await browser.fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ username: email, password, ...tamper(browser) }),
    });
    expect([response.status, response.headers.get('Location')]).toEqual([400, null]);
    expect(browser.cookies.has('cognito')).toBe(false);
  });

  test('passes with any equal pair, as in Cognito', async () => {
    const browser = new Browser();
    browser.cookies.set('XSRF-TOKEN', 'any');
    const { email, password } = client.services.demoUser;
    const response = await browser.fetch(client.authorizeUrl().replace('/oauth2/authorize', '/login'), {
      method: 'POST',
      body: new URLSearchParams({ username: email, password, _csrf: 'any' }),
    });
    expect(response.headers.get('Location')).toMatch(/\?code=/);
  });
});

describe('a session', () => {
  test('has a new ID at each sign-in, never one that was brought along', async () => {
    const browser = new Browser();
    browser.cookies.set('cognito', 'chosen-by-someone-else');
    await client.signIn({}, browser);
    const first = browser.cookies.get('cognito')!;
    const page = await openPage(client, '/login', browser);
    const { email, password } = client.services.demoUser;
    await browser.submit(page, { username: email, password });
    const second = browser.cookies.get('cognito')!;
    expect(new Set(['chosen-by-someone-else', first, second]).size).toBe(3);

    browser.cookies.set('cognito', first);
    expect((await browser.open(client.authorizeUrl())).url.pathname).toBe('/login');
  });

  test('ends with a sign-out, even if the cookie is kept', async () => {
    const browser = new Browser();
    await client.signIn({}, browser);
    const kept = browser.cookies.get('cognito')!;
    await browser.fetch(client.authorizeUrl().replace('/oauth2/authorize', '/logout'));
    browser.cookies.set('cognito', kept);
    const { url } = await browser.open(client.authorizeUrl());
    expect([url.pathname, url.searchParams.has('code')]).toEqual(['/login', false]);
  });

  test('lasts one hour and is not renewed', async () => {
    const browser = new Browser();
    await client.signIn({}, browser);
    await localServices.wait(3500);
    expect((await browser.open(client.authorizeUrl())).url.pathname).toBe('/dashboard');
    await localServices.wait(100);
    expect((await browser.open(client.authorizeUrl())).url.pathname).toBe('/login');
  });
});

describe('userInfo rejects', () => {
  const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each<[string, (token: string) => Promise<string> | string]>([
    [
      'a tampered token',
      (token) =>
        token.replace(
          /\.[^.]*\./,
          (claims) =>
            `.${b64({ ...JSON.parse(Buffer.from(claims.slice(1, -1), 'base64url').toString()), scope: 'openid x' })}.`,
        ),
    ],
    ['a token with other bits at the end of its signature', withOtherLastBits],
    ['a token with alg none', (token) => `${b64({ alg: 'none' })}.${token.split('.')[1]!}.x`],
    [
      'a token signed with the public key as a secret',
      async (token) => {
        const { keys } = (await (await fetch(client.url('/.well-known/jwks.json'))).json()) as {
          keys: { n: string }[];
        };
        const signed = `${b64({ alg: 'HS256' })}.${token.split('.')[1]!}`;
        return `${signed}.${createHmac('sha256', keys[1]!.n).update(signed).digest('base64url')}`;
      },
    ],
    ['an ID token', async () => (await client.tokens()).id_token],
    [
      'an access token without openid',
      async () => (await client.tokens({ scope: 'awesomeapi-resource-server/awesomeapi.read' })).access_token,
    ],
    [
      'an access token of another pool',
      async () => (await new OAuthClient(await localServices.serve({}, { issuer: 'local' })).tokens()).access_token,
    ],
  ])('to %s', async (_, forge) => {
    const { access_token } = await client.tokens();
    expect((await client.userInfo(access_token)).status).toBe(200);
    const { status, text } = await client.userInfo(await forge(access_token));
    expect(status).toBe(401);
    expect(text).not.toContain(client.services.demoUser.email);
  });
});

/** Sends bytes as they are, which fetch would put right first. */
function raw(request: string): Promise<{ readonly status: number; readonly text: string; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(client.services.loginDomainUrl).port), '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve({
        text,
        status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]),
        body: /\r\n\r\n(?:[0-9a-f]+\r\n)?([^\r]*)/.exec(text)?.[1] ?? '',
      });
    });
    socket.end(request);
  });
}
