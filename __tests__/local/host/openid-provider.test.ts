import { type ServerResponse } from 'node:http';

import { Browser, type Page } from '../../support/browser';
import { type Changes, TestServices } from '../../support/local-services';
import { jwtPart, OAuthClient } from '../../support/oauth-client';
import { type Misbehavior, TestOpenIdProvider } from '../../support/openid-provider';
import { UserPoolApi } from '../../support/user-pool-api';

const scopes = ['awesomeapi-resource-server/awesomeapi.read', 'openid', 'email', 'profile'];
const ofPool = { user_pool_id: '${aws_cognito_user_pool.user_pool.id}' };
const corp = {
  ...{ ...ofPool, provider_name: 'Corp', provider_type: 'OIDC' },
  provider_details: {
    ...{ client_id: 'at-corp', client_secret: 'at-idp.example.com', oidc_issuer: 'https://idp.example.com' },
    ...{ attributes_request_method: 'GET', authorize_scopes: 'openid email' },
  },
  attribute_mapping: { username: 'sub', email: 'email', email_verified: 'email_verified', name: 'display_name' },
};
const changes: Changes = {
  'aws_cognito_identity_provider.Corp': corp,
  'aws_cognito_identity_provider.Slow': { ...corp, provider_name: 'Slow' },
  'aws_cognito_identity_provider.Facebook': {
    ...{ ...ofPool, provider_name: 'Facebook', provider_type: 'Facebook' },
    // Its own scopes do not have openid.
    provider_details: { client_id: 'at-other', client_secret: 'other', authorize_scopes: 'public_profile,email' },
    attribute_mapping: { username: 'id', email: 'email' },
  },
  'aws_cognito_user_pool_client.awesome-app-client': {
    allowed_oauth_scopes: scopes,
    supported_identity_providers: ['COGNITO', 'Corp', 'Slow', 'Facebook'],
  },
};

const localServices = new TestServices();
let provider: TestOpenIdProvider;
let client: OAuthClient;
let api: UserPoolApi;

beforeAll(async () => {
  provider = await TestOpenIdProvider.start();
  provider.clientSecret = 'only ours/+';
  const local = { url: provider.url, clientSecret: provider.clientSecret, timeout: 2000 };
  const providers = { Corp: local, Facebook: local, Slow: { ...local, timeout: 500 } };
  client = new OAuthClient(await localServices.serve(changes, { providers }));
  api = new UserPoolApi(client.services);
});

afterAll(() => {
  provider.stop();
});

beforeEach(() => {
  provider.person = {
    idToken: { sub: 'ada', email: 'ada@example.com', email_verified: true },
    userInfo: { display_name: 'Ada Lovelace' },
  };
  provider.misbehavior = {};
  provider.requests.length = 0;
});

/** Where the login sends a browser that selects a provider. */
async function toProvider(browser: Browser, identity_provider = 'Corp'): Promise<URL> {
  const url = client.authorizeUrl({ identity_provider, state: 's', scope: scopes.join(' ') });
  return new URL((await browser.fetch(url)).headers.get('Location')!);
}

/** Signs the person in, and returns where the browser ends. */
async function signIn(browser = new Browser(), identity_provider = 'Corp'): Promise<Pick<Page, 'url'>> {
  const url = await toProvider(browser, identity_provider);
  return url.origin === provider.url ? browser.open(await provider.authorize(url)) : { url };
}

/** The parameters with which the app gets an error, in their order. */
function errorOf({ url }: Pick<Page, 'url'>): [string, string][] {
  expect(`${url.origin}${url.pathname}`).toBe(client.redirectUri);
  return [...url.searchParams];
}

test('the request to the provider has a state and a nonce, and no PKCE', async () => {
  const url = await toProvider(new Browser());
  expect(`${url.origin}${url.pathname}`).toBe(`${provider.url}/authorize`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'at-corp',
    redirect_uri: `${client.services.loginDomainUrl}/oauth2/idpresponse`,
    response_type: 'code',
    scope: 'openid email',
    state: expect.stringMatching(/^[\w-]{43}$/) as unknown,
    nonce: expect.stringMatching(/^[\w-]{36}$/) as unknown,
  });
  const other = await toProvider(new Browser(), 'Facebook');
  expect(other.searchParams.get('scope')).toBe('public_profile email openid');
});

test('a sign-in gives tokens with the attributes and the identities', async () => {
  const { url } = await signIn();
  expect(url.searchParams.get('state')).toBe('s');
  const { form } = provider.requests.find(({ path }) => path === 'POST /token')!;
  expect(form).toEqual({
    grant_type: 'authorization_code',
    code: expect.any(String) as unknown,
    redirect_uri: `${client.services.loginDomainUrl}/oauth2/idpresponse`,
    client_id: 'at-corp',
    client_secret: 'only ours/+',
  });
  const { body } = await client.exchange({ code: url.searchParams.get('code')! });
  const claims = jwtPart(body.id_token as string, 1);
  const group = `${client.services.userPoolId}_Corp`;
  expect(claims).toMatchObject({
    'cognito:username': 'Corp_ada',
    'cognito:groups': [group],
    email: 'ada@example.com',
    email_verified: true,
    name: 'Ada Lovelace',
    identities: [
      {
        userId: 'ada',
        providerName: 'Corp',
        providerType: 'OIDC',
        issuer: null,
        primary: 'true',
        dateCreated: expect.stringMatching(/^\d{13}$/) as unknown,
      },
    ],
  });
  expect(jwtPart(body.access_token as string, 1)).toMatchObject({ username: 'Corp_ada', 'cognito:groups': [group] });
  const userInfo = (await client.userInfo(body.access_token as string)).body;
  expect(JSON.parse(userInfo.identities as string)).toMatchObject([{ userId: 'ada', primary: true }]);
  expect((await client.protectedResource(body.access_token as string)).status).toBe(200);
  expect((await api.admin('GetGroup', { GroupName: group })).body.Group).toMatchObject({
    Description: 'Autogenerated group for users who sign in using Corp',
  });
});

test('does not ask the userInfo endpoint when the ID token has every claim', async () => {
  provider.person = { idToken: { ...provider.person.idToken, display_name: 'Ada' }, userInfo: {} };
  await signIn();
  expect(provider.requests.map(({ path }) => path)).not.toContain('GET /userinfo');
});

test('a browser with a session gets a code without the provider', async () => {
  const browser = new Browser();
  await signIn(browser);
  provider.requests.length = 0;
  const { url } = await browser.open(client.authorizeUrl({ identity_provider: 'Corp' }));
  expect([url.searchParams.has('code'), provider.requests]).toEqual([true, []]);
});

describe('the app gets an error of', () => {
  const without = (name: string) => (json: object) =>
    Object.fromEntries(Object.entries(json).filter(([member]) => member !== name));
  const changed = (change: object) => (json: object) => ({ ...json, ...change });

  test.each<[string, Misbehavior, string | RegExp, string?]>([
    [
      'another issuer',
      { claims: changed({ iss: 'https://evil.example' }) },
      'Bad id_token issuer https://evil.example',
    ],
    ['another audience', { claims: changed({ aud: 'at-other' }) }, 'Bad id_token aud'],
    ['a token for several clients', { claims: changed({ aud: ['at-corp', 'x'], azp: 'x' }) }, /azp/],
    ['a token for several clients that names none', { claims: changed({ aud: ['at-corp', 'x'] }) }, /azp/],
    ['another nonce', { claims: changed({ nonce: 'of-another-sign-in' }) }, /nonce/],
    ['no nonce', { claims: without('nonce') }, /nonce/],
    ['an ID token that has expired', { claims: changed({ exp: 1 }) }, 'Bad id_token exp'],
    ['an ID token without an end', { claims: without('exp') }, 'Bad id_token exp'],
    ['an ID token without a subject', { claims: without('sub') }, 'Bad id_token sub'],
    ['a subject that is not a string', { claims: changed({ sub: 5 }) }, /^Bad id_token/],
    ['no signature', { header: { alg: 'none' } }, /alg/],
    ['a signature with the secret', { header: { alg: 'HS256' } }, /alg/],
    ['a signature with another algorithm', { signsWithEd25519: true }, /alg/],
    ['a signature with another key', { forges: true }, 'Bad id_token: signature verification failed'],
    ['a key that it does not publish', { header: { kid: 'other' } }, /^Bad id_token: no applicable key/],
    ['another issuer in its own document', { discovery: changed({ issuer: 'https://evil.example' }) }, /^Bad issuer/],
    [
      'an endpoint on another host',
      { discovery: changed({ token_endpoint: 'https://evil.example/token' }) },
      /token_endpoint is not a URL of this machine$/,
      'server_error',
    ],
    ['no keys', { discovery: without('jwks_uri') }, /jwks_uri/, 'server_error'],
    ['userInfo of someone else', { userInfo: changed({ sub: 'eve' }) }, /userInfo/],
    [
      'the token endpoint',
      {
        respond: {
          '/token': (response) =>
            response.writeHead(401).end('{"error":"invalid_client","error_description":"Wrong secret"}'),
        },
      },
      'Corp Error - 401 invalid_client Wrong secret',
      'invalid_client',
    ],
    [
      'a response without JSON',
      { respond: { '/token': (response) => response.end('<html>') } },
      /^Corp Error - /,
      'server_error',
    ],
    [
      'a redirect',
      { respond: { '/keys': (response) => response.writeHead(302, { Location: '/elsewhere' }).end() } },
      /keys responds with a redirect \(302\)$/,
      'server_error',
    ],
    [
      'a huge response',
      { respond: { '/userinfo': (response) => response.end(JSON.stringify({ sub: 'ada', x: 'x'.repeat(300_000) })) } },
      /userinfo responds with more than 262144 bytes$/,
      'server_error',
    ],
    [
      'a huge description',
      {
        respond: {
          '/token': (response) => response.writeHead(400).end(`{"error":"x","error_description":"${'y'.repeat(9e4)}"}`),
        },
      },
      /^Corp Error - 400 x y{981}$/,
      'x',
    ],
    [
      'a provider that is down',
      { respond: { '/.well-known/openid-configuration': (response) => response.destroy() } },
      /does not respond$/,
      'server_error',
    ],
  ])('%s', async (_, misbehavior, description, error = 'invalid_request') => {
    provider.person = { ...provider.person, idToken: { ...provider.person.idToken, sub: 'nobody' } };
    if (misbehavior.userInfo || misbehavior.respond?.['/userinfo']) {
      provider.person = { ...provider.person, idToken: { sub: 'nobody' } };
    }
    provider.misbehavior = misbehavior;
    expect(errorOf(await signIn())).toEqual([
      ['error_description', expect.stringMatching(description)],
      ['state', 's'],
      ['error', error],
    ]);
    expect((await api.admin('AdminGetUser', { Username: 'Corp_nobody' })).status).toBe(400);
  });

  test('an endless response', async () => {
    provider.misbehavior = {
      respond: {
        '/token': (response) => {
          response.writeHead(200);
          const timer = setInterval(() => response.write(' '), 20);
          response.on('close', () => {
            clearInterval(timer);
          });
        },
      },
    };
    expect(errorOf(await signIn(new Browser(), 'Slow'))).toEqual([
      ['error_description', expect.stringMatching(/token does not respond$/)],
      ['state', 's'],
      ['error', 'server_error'],
    ]);
    expect((await api.admin('AdminGetUser', { Username: 'Slow_ada' })).status).toBe(400);
  });

  test.each([
    [
      'someone who cancels',
      'error=access_denied&error_description=Not+now',
      'Corp Error - access_denied Not now',
      'access_denied',
    ],
    ['no code', '', 'Corp has not sent a code', 'invalid_request'],
    ['a code of another sign-in', 'code=of-another', 'Corp Error - 400 invalid_grant Unknown code', 'invalid_grant'],
  ])('%s', async (_, response, description, error) => {
    const browser = new Browser();
    const state = (await toProvider(browser)).searchParams.get('state')!;
    const page = await browser.open(client.url('/oauth2/idpresponse', { state }) + `&${response}`);
    expect(errorOf(page)).toEqual([
      ['error_description', description],
      ['state', 's'],
      ['error', error],
    ]);
  });

  test.each<[string, (form: Readonly<Record<string, string>>) => string[]]>([
    [
      '/token',
      ({ code, client_secret = '' }) => [code!, client_secret, encodeURIComponent(client_secret), 'only+ours%2F%2B'],
    ],
    ['/userinfo', () => ['Bearer for-user-info']],
  ])('%s, without the secrets of the request that it repeats', async (path, repeated) => {
    const repeat = (response: ServerResponse) => {
      const error_description = repeated(provider.requests.at(-1)!.form).join(' ');
      response.writeHead(400).end(JSON.stringify({ error: 'x', error_description }));
    };
    provider.misbehavior = { respond: { [path]: repeat } };
    const description = errorOf(await signIn())[0]![1];
    expect(description).toMatch(/^Corp Error - 400 x (Bearer )?\[hidden\]( \[hidden\])*$/);
  });

  test('a code that another client of the provider has', async () => {
    const [mine, other] = [new Browser(), new Browser()];
    const code = (await provider.authorize(await toProvider(other, 'Facebook'))).searchParams.get('code')!;
    const state = (await toProvider(mine)).searchParams.get('state')!;
    expect(errorOf(await mine.open(client.url('/oauth2/idpresponse', { state, code })))[2]).toEqual([
      'error',
      'invalid_grant',
    ]);
  });
});

describe('a browser stays at an error of the login with', () => {
  const statusOf = async (browser: Browser, url: URL) => (await browser.open(url)).status;

  test('a state that was not sent, or none', async () => {
    const url = await provider.authorize(await toProvider(new Browser()));
    url.searchParams.set('state', 'x');
    expect(await statusOf(new Browser(), url)).toBe(400);
    url.searchParams.delete('state');
    expect(await statusOf(new Browser(), url)).toBe(400);
  });

  test('the state of another browser, whose sign-in goes on', async () => {
    const browser = new Browser();
    const url = await provider.authorize(await toProvider(browser));
    const other = new Browser();
    await other.open(client.authorizeUrl());
    expect(await statusOf(other, url)).toBe(400);
    const { url: end } = await browser.open(url);
    expect(`${end.origin}${end.pathname}`).toBe(client.redirectUri);
  });

  test('a state that was used', async () => {
    const browser = new Browser();
    const url = await provider.authorize(await toProvider(browser));
    const cancelled = client.url('/oauth2/idpresponse', { state: url.searchParams.get('state')!, error: 'x' });
    expect(errorOf(await browser.open(cancelled))[2]).toEqual(['error', 'x']);
    expect(await statusOf(browser, url)).toBe(400);
  });

  test('a state of more than five minutes', async () => {
    const browser = new Browser();
    const url = await provider.authorize(await toProvider(browser));
    await localServices.wait(301);
    expect(await statusOf(browser, url)).toBe(400);
  });
});

test('the same subject at another provider is another user, whatever the address', async () => {
  await signIn();
  await signIn(new Browser(), 'Facebook');
  const { body } = await api.admin('ListUsers', { Filter: 'email = "ada@example.com"' });
  const users = body.Users as { Username: string; Attributes: { Name: string; Value: string }[] }[];
  expect(users.map(({ Username }) => Username).sort()).toEqual(['Corp_ada', 'Facebook_ada']);
  const ofOther = users.find(({ Username }) => Username === 'Facebook_ada')!.Attributes;
  expect(ofOther).toContainEqual({ Name: 'email_verified', Value: 'false' });
});
