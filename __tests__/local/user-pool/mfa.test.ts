import { Browser } from '../../support/browser';
import { type Changes, TestServices } from '../../support/local-services';
import { mailedCode, OAuthClient, openPage } from '../../support/oauth-client';
import { totp } from '../../support/totp';

const localServices = new TestServices();
const pool = 'aws_cognito_user_pool.user_pool';

function withMfa(mfa: 'ON' | 'OPTIONAL'): Changes {
  return { [pool]: { mfa_configuration: mfa, software_token_mfa_configuration: { enabled: true } } };
}

let required: OAuthClient;

beforeAll(async () => {
  required = new OAuthClient(await localServices.serve(withMfa('ON')));
});

/** Sends the password of the demo user, and returns the page that then comes. */
async function enterPassword(client: OAuthClient, browser: Browser) {
  const { email, password } = client.services.demoUser;
  const login = await openPage(client, '/login', browser, { state: 's' });
  return browser.submit(login, { username: email, password });
}

function secretOn(html: string): string {
  return /<code>([A-Z2-7]{52})<\/code>/.exec(html)![1]!;
}

function code(secret: string, steps = 0): string {
  return totp(secret, localServices.now + steps * 30_000);
}

test('the support of these tests shows the codes of RFC 6238', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  expect([59_000, 1_111_111_109_000, 20_000_000_000_000].map((time) => totp(secret, time))).toEqual([
    '287082',
    '081804',
    '353130',
  ]);
});

describe('where the pool requires MFA', () => {
  test('the first sign-in sets up the authenticator app, and each later one asks for its code', async () => {
    const browser = new Browser();
    const setup = await enterPassword(required, browser);
    expect([setup.url.pathname, setup.url.searchParams.get('state')]).toEqual(['/mfaSetup', 's']);
    expect(setup.html).toMatch(/<svg[^>]*viewBox="0 0 \d+ \d+"/);
    expect(browser.cookies.has('cognito')).toBe(false);
    const secret = secretOn(setup.html);
    expect(secretOn((await browser.open(setup.url)).html)).toBe(secret);

    const wrong = await browser.submit(setup, { totp_code: code(secret, 5) });
    expect([wrong.status, /role="alert"[^>]*>([^<]*)/.exec(wrong.html)![1]]).toEqual([400, 'Code mismatch']);
    const { url } = await browser.submit(wrong, { totp_code: code(secret) });
    expect([url.pathname, url.searchParams.get('state')]).toEqual(['/dashboard', 's']);

    await localServices.wait(60);
    const next = new Browser();
    const mfa = await enterPassword(required, next);
    expect([mfa.url.pathname, next.cookies.has('cognito')]).toEqual(['/mfa', false]);
    const rejected = await next.submit(mfa, { totp_code: code(secret, 5) });
    expect(rejected.html).toContain('Invalid code received for user');
    const entered = code(secret);
    expect((await next.submit(rejected, { totp_code: ` ${entered} ` })).url.pathname).toBe('/dashboard');

    const replay = new Browser();
    const again = await replay.submit(await enterPassword(required, replay), { totp_code: entered });
    expect(again.html).toContain('Your software token has already been used once.');

    for (let count = 1; count <= 5; count++) {
      const guess = await replay.submit(again, { totp_code: code(secret, 5 + count) });
      expect(guess.html).toContain('Invalid code received for user');
    }
    const locked = await replay.submit(again, { totp_code: code(secret, 1) });
    expect(locked.html).toContain('Password attempts exceeded');
    await localServices.wait(1);
    expect((await replay.submit(again, { totp_code: code(secret, 1) })).url.pathname).toBe('/dashboard');
  });

  test('a new account sets up the app before it is signed in', async () => {
    const browser = new Browser();
    const email = 'newcomer@example.com';
    const signUp = await openPage(required, '/signup', browser);
    const confirmation = await browser.submit(signUp, { username: email, password: 'Correct-horse-1' });
    const setup = await browser.submit(confirmation, { verification_code: await mailedCode(required, email) });
    expect([setup.url.pathname, browser.cookies.has('cognito')]).toEqual(['/mfaSetup', false]);
    const { url } = await browser.submit(setup, { totp_code: code(secretOn(setup.html)) });
    expect(url.pathname).toBe('/dashboard');
  });
});

describe('a challenge', () => {
  let fresh: OAuthClient;

  beforeAll(async () => {
    fresh = new OAuthClient(await localServices.serve(withMfa('ON')));
  });

  test('lasts three minutes, and then the login starts again', async () => {
    const browser = new Browser();
    const setup = await enterPassword(fresh, browser);
    await localServices.wait(179);
    expect((await browser.open(setup.url)).url.pathname).toBe('/mfaSetup');
    await localServices.wait(1);
    expect((await browser.open(setup.url)).url.pathname).toBe('/login');
    const late = await browser.submit(setup, { totp_code: code(secretOn(setup.html)) });
    expect([late.status, late.url.pathname, browser.cookies.has('cognito')]).toEqual([200, '/login', false]);
  });

  test.each(['/mfa', '/mfaSetup', '/newPassword'])(
    'belongs to the browser that sent the password: %s',
    async (path) => {
      await enterPassword(fresh, new Browser());
      expect((await openPage(fresh, path, new Browser())).url.pathname).toBe('/login');
    },
  );

  test('does not replace another one', async () => {
    const browser = new Browser();
    const setup = await enterPassword(fresh, browser);
    for (const path of ['/mfa', '/newPassword']) {
      const page = { ...setup, html: setup.html.replaceAll('/mfaSetup', path) };
      const { status, url } = await browser.submit(page, { totp_code: code(secretOn(setup.html)) }, path);
      expect([status, url.pathname, browser.cookies.has('cognito')]).toEqual([200, '/login', false]);
    }
  });
});

test('where MFA is optional, a user without an authenticator app signs in with the password alone', async () => {
  const client = new OAuthClient(await localServices.serve(withMfa('OPTIONAL')));
  expect((await enterPassword(client, new Browser())).url.pathname).toBe('/dashboard');
});

test('a pool with MFA but without a software token is not served', async () => {
  await expect(localServices.serve({ [pool]: { mfa_configuration: 'ON' } })).rejects.toThrow(
    `${pool}: mfa_configuration: requires software_token_mfa_configuration: other second factors are not served`,
  );
});
