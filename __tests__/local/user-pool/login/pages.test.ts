import { type AppClient, type TriggerName, type UserPoolConfiguration } from '../../../../src/local/user-pool/model';
import { type InvokeFunction } from '../../../../src/local/user-pool/triggers/triggers';
import { createUserPoolDomain } from '../../../../src/local/user-pool/login/user-pool-domain';
import { Browser, type Page } from '../../../support/browser';
import { totp } from '../../../support/totp';
import { newUserPool } from '../../../support/user-pool';
import { client, configurationOf } from '../../../support/user-pool-parts';

jest.mock('../../../../src/local/user-pool/tokens/tokens', () =>
  jest.requireActual<object>('../../../support/plain-tokens'),
);

const email = 'ada@example.com';
const password = 'Correct-horse-1';
const query = new URLSearchParams({
  client_id: client.id,
  response_type: 'code',
  redirect_uri: client.callbackUrls[0]!,
}).toString();

/** A user pool and its login in this process, and a browser that visits it. */
function newLogin(configuration: Partial<UserPoolConfiguration> = {}, invokeFunction?: InvokeFunction) {
  const pool = newUserPool({
    configuration: configurationOf(configuration),
    ...(invokeFunction && { invokeFunction }),
  });
  const serve = () => createUserPoolDomain(pool, { onError: (error) => console.error(error) });
  let domain = serve();
  const browser = new Browser((url, init) => Promise.resolve(domain.request(url, init)));
  return {
    pool,
    browser,
    open: (path: string) => browser.open(`http://localhost:3001${path}?${query}`),
    /** Serves other stacks with the same user pool. */
    reload: () => {
      pool.configure({ ...pool.configuration, name: 'reloaded' });
      domain = serve();
    },
    mailedCode: () => /\d{6}/.exec(pool.mailbox.mails[0]!.text)![0],
  };
}

function expectSignedIn({ url }: Page): void {
  expect([url.pathname, url.searchParams.has('code')]).toEqual(['/dashboard', true]);
}

describe('after a reload, a browser goes on with', () => {
  test('a sign-up whose code is not entered yet', async () => {
    const { browser, mailedCode, open, reload } = newLogin();
    const confirmation = await browser.submit(await open('/signup'), { username: email, password });
    reload();
    expectSignedIn(await browser.submit(confirmation, { verification_code: mailedCode() }));
  });

  test('a temporary password that is not changed yet', async () => {
    const { browser, open, pool, reload } = newLogin();
    pool.signUp.addWithStatus('FORCE_CHANGE_PASSWORD', email, password);
    const change = await browser.submit(await open('/login'), { username: email, password });
    reload();
    const changed = { new_password: 'Battery-staple-2', confirm_password: 'Battery-staple-2' };
    expectSignedIn(await browser.submit(change, changed));
  });

  test('the setup of an authenticator app', async () => {
    const { browser, open, pool, reload } = newLogin({ mfa: 'ON' });
    pool.signUp.addWithStatus('CONFIRMED', email, password);
    const setup = await browser.submit(await open('/login'), { username: email, password });
    reload();
    const [, secret] = /<code>([A-Z2-7]{52})<\/code>/.exec(setup.html)!;
    expectSignedIn(await browser.submit(setup, { totp_code: totp(secret!, Date.now()) }));
  });

  test('a forgotten password, and its session at the hosted login', async () => {
    const { browser, mailedCode, open, pool, reload } = newLogin();
    pool.signUp.addWithStatus('CONFIRMED', email, password);
    const page = await browser.submit(await open('/forgotPassword'), { username: email });
    reload();
    const passwords = { new_password: 'Battery-staple-2', confirm_password: 'Battery-staple-2' };
    const done = await browser.submit(page, { forgot_password_code: mailedCode(), ...passwords });
    expectSignedIn(await browser.submit(done, { username: email, password: 'Battery-staple-2' }));
    reload();
    expectSignedIn(await open('/oauth2/authorize'));
  });
});

test.each([
  ['is empty', ''],
  ['has a quotation mark', 'a"b'],
  ['has a line break, which a form changes', 'a%0Ab'],
  ['has other letters', 'a%C3%BCb'],
  ['is long', 'x'.repeat(2000)],
])('an XSRF-TOKEN cookie of another server on localhost does not hinder the login when it %s', async (_, cookie) => {
  const { browser, open, pool } = newLogin();
  pool.signUp.addWithStatus('CONFIRMED', email, password);
  browser.cookies.set('XSRF-TOKEN', cookie);
  expectSignedIn(await browser.submit(await open('/login'), { username: email, password }));
});

test('nor does a second one, with a longer path, which the browser sends first', async () => {
  const { browser, open, pool } = newLogin();
  pool.signUp.addWithStatus('CONFIRMED', email, password);
  browser.cookies.set('other=1; XSRF-TOKEN', '');
  expectSignedIn(await browser.submit(await open('/login'), { username: email, password }));
});

test('a form whose XSRF-TOKEN cookie was replaced is shown again, and then works', async () => {
  const { browser, open, pool } = newLogin();
  pool.signUp.addWithStatus('CONFIRMED', email, password);
  const login = await open('/login');
  browser.cookies.set('XSRF-TOKEN', 'of-another-server');
  const again = await browser.submit(login, { username: email, password });
  expect([again.status, again.html]).toEqual([400, expect.stringContaining('This page was out of date. Try again.')]);
  expectSignedIn(await browser.submit(again, { username: email, password }));
});

test.each([
  ['https://app.example.com:8443/cb', 'https://app.example.com:8443'],
  ['myapp://callback', 'myapp:'],
  ['http://a;script-src/cb', 'http:'],
  ['http://[::1]:3000/cb', 'http:'],
])('the content security policy lets a form lead to the callback URL %s, and to nothing else', async (url, source) => {
  const named: AppClient = { ...client, callbackUrls: [...client.callbackUrls, url] };
  const { open } = newLogin({ clients: new Map([[named.id, named]]) });
  const { headers } = await open('/login');
  const policy = headers.get('Content-Security-Policy')!.split('; ');
  expect(policy).toContain(`form-action 'self' http://localhost:3000 ${source}`);
  expect(policy).toHaveLength(5);
});

test('an authorization request with an invalid encoding is rejected', async () => {
  const { browser } = newLogin();
  const { status } = await browser.open(`http://localhost:3001/oauth2/authorize?${query}&state=%XX`);
  expect(status).toBe(400);
});

test('each page except the mailbox links to it', async () => {
  const { browser, open } = newLogin();
  expect((await open('/login')).html).toContain('<a href="/mailbox" target="mailbox">Mailbox</a>');
  expect((await browser.open('http://localhost:3001/mailbox')).html).not.toContain('target="mailbox"');
});

describe('with a trigger', () => {
  const withTrigger = (name: TriggerName, respond: (event: object) => object) => {
    const triggers = new Map([[name, { functionArn: 'arn', eventVersion: 'V1_0' as const }]]);
    return newLogin({ triggers }, (_arn, event) => {
      try {
        return Promise.resolve({ result: JSON.stringify(respond(JSON.parse(event) as object)) });
      } catch (error) {
        return Promise.resolve({ failure: (error as Error).message });
      }
    });
  };
  const fail = () => {
    throw new Error('Not today');
  };

  test('that confirms the user, a sign-up is a sign-in', async () => {
    const { browser, open } = withTrigger('PreSignUp', (event) => ({ ...event, response: { autoConfirmUser: true } }));
    expectSignedIn(await browser.submit(await open('/signup'), { username: email, password }));
  });

  test.each([
    ['PreSignUp', '/signup'],
    ['CustomMessage', '/forgotPassword'],
    ['PreAuthentication', '/login'],
    ['PostAuthentication', '/login'],
    ['PreTokenGeneration', '/login'],
  ] as const)('%s that fails, %s returns to the app with its message', async (name, path) => {
    const { browser, open, pool } = withTrigger(name, fail);
    const username = name === 'PreSignUp' ? 'new@example.com' : email;
    pool.signUp.addWithStatus('CONFIRMED', email, password);
    const { url } = await browser.submit(await open(path), { username, password });
    expect([url.pathname, ...url.searchParams]).toEqual([
      '/dashboard',
      ['error_description', `${name} failed with error Not today.`],
      ['error', 'invalid_request'],
    ]);
    expect(pool.users.count).toBe(1);
  });

  test('of tokens, a browser that is signed in has an event for each code', async () => {
    let fails = false;
    const sources: unknown[] = [];
    const { browser, open, pool } = withTrigger('PreTokenGeneration', (event) => {
      sources.push((event as { triggerSource: string }).triggerSource);
      return fails ? fail() : event;
    });
    pool.signUp.addWithStatus('CONFIRMED', email, password);
    expectSignedIn(await browser.submit(await open('/login'), { username: email, password }));
    expectSignedIn(await open('/oauth2/authorize'));
    fails = true;
    expect((await open('/oauth2/authorize')).url.searchParams.get('error')).toBe('invalid_request');
    expect(sources).toEqual(Array(3).fill('TokenGeneration_HostedAuth'));
  });
});
