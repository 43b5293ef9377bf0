import { type BrowserContext, type Page } from 'playwright-core';

import { dashboardUrl, landingUrl, startServices, WebClient, whatIsLeft } from '../support/web-client';

const start = startServices();
let client: WebClient;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  client = await WebClient.of(start);
});

afterAll(async () => {
  await client.close();
  expect([await start.interrupt(), start.stderr]).toEqual([0, '']);
});

beforeEach(async () => {
  context = await client.visit();
  page = await context.newPage();
});

afterEach(async () => {
  const left = await whatIsLeft(context);
  await context.close();
  expect(left).toEqual({ localStorage: [], secretsInHistory: [] });
  expect(client.problems.splice(0)).toEqual([]);
  client.calls.splice(0);
});

const login = () => page.getByRole('button', { name: 'Sign in' });
const callApi = () => page.getByRole('button', { name: 'Call protected API' });
const signOut = () => page.getByRole('button', { name: 'Sign out' });

/** Texts that a person should find on the page before long. */
async function seen(...texts: string[]): Promise<void> {
  for (const text of texts) {
    await page.getByText(text).first().waitFor();
  }
}

/** Lets the page believe that so much time has passed; the services know better. */
function passTime(minutes: number): Promise<void> {
  return context.clock.setSystemTime(Date.now() + minutes * 60_000);
}

/** Reads what the page keeps of the sign-in. */
async function storedUser(tab: Page): Promise<{ access_token: string; refresh_token: string }> {
  const stored = await tab.evaluate<string>(
    'Object.entries(sessionStorage).find(([key]) => key.startsWith("oidc.user:"))[1]',
  );
  return JSON.parse(stored) as { access_token: string; refresh_token: string };
}

describe('a sign-in', () => {
  test('begins with the one button of the landing page, and asks with a state and an S256 challenge', async () => {
    await page.goto(landingUrl);
    await login().waitFor();
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Sign in']);
    const asked = page.waitForRequest(/\/oauth2\/authorize/);
    await login().click();
    expect(Object.fromEntries(new URL((await asked).url()).searchParams)).toEqual({
      client_id: expect.stringMatching(/^[a-z0-9]{26}$/) as string,
      redirect_uri: dashboardUrl,
      response_type: 'code',
      scope: 'awesomeapi-resource-server/awesomeapi.read openid',
      state: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      code_challenge_method: 'S256',
    });
  });

  test('ends on the dashboard, which says who it is and shows the response of the API', async () => {
    await client.signIn(page);
    expect(page.url()).toBe(dashboardUrl);
    await seen(client.services.demoUser.email);
    await callApi().click();
    await seen('Status 200', '"message": "Hello From Protected Resource"');
  });

  test('can be a sign-up with the code that was mailed', async () => {
    const code = await client.signUp(page, 'new@example.com');
    await page.getByLabel('Code').fill(code);
    await page.getByRole('button', { name: 'Confirm account' }).click();
    await seen('Dashboard', 'new@example.com');
  });

  test('can be done with the keyboard alone', async () => {
    await page.goto(landingUrl);
    await login().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByLabel('Email').focus();
    await page.keyboard.type(client.services.demoUser.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(client.services.demoUser.password);
    await page.keyboard.press('Enter');
    await seen('Dashboard');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await seen('Hello From Protected Resource');
  });

  test('with a wrong password says so and can be tried again', async () => {
    await client.openLogin(page);
    await client.submitLogin(page, { ...client.services.demoUser, password: 'Wrong-horse-1' });
    await seen('Incorrect username or password.');
    await client.submitLogin(page);
    await seen('Dashboard');
    // Chromium reports the page's own status.
    expect(client.problems.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  test('that the person leaves with the back button can be begun again', async () => {
    await client.openLogin(page);
    await page.goBack();
    expect(page.url()).toBe(landingUrl);
    await login().click();
    await client.submitLogin(page);
    await seen('Dashboard');
  });

  test.each([
    ['access_denied', undefined, 'The login was cancelled, or you may not sign in here. (access_denied)'],
    ['invalid_request', 'invalid_scope', 'This page asked for a scope that its app client may not have.'],
    ['server_error', undefined, 'The login failed. Try again in a moment. (server_error)'],
    ['unheard_of', 'Out of tune', 'The login failed. (unheard_of: Out of tune)'],
  ])('that the login rejects with %s %s is explained on the landing page', async (error, description, sentence) => {
    await client.openLogin(page);
    const state = new URL(page.url()).searchParams.get('state')!;
    const query = new URLSearchParams({ error, ...(description && { error_description: description }), state });
    await page.goto(`${dashboardUrl}?${query.toString()}`);
    await seen(sentence);
    expect(page.url()).toBe(landingUrl);
    expect(await login().isVisible()).toBe(true);
  });
});

describe('a callback that this tab has not asked for', () => {
  test('is not accepted, and its code is not sent anywhere', async () => {
    await page.goto(`${dashboardUrl}?code=stolen&state=forged`);
    await seen('That sign-in was not started in this tab, so it was not accepted.');
    expect(page.url()).toBe(landingUrl);
    expect(client.calls).toEqual(['GET /config.json 200']);
  });

  test('does not show the text of its error', async () => {
    await page.goto(`${dashboardUrl}?error=Call&error_description=0900-123456&state=forged`);
    await seen('That sign-in was not started in this tab');
    expect(await page.getByText('0900').count()).toBe(0);
  });

  test('leaves the present sign-in as it is', async () => {
    await client.signIn(page);
    await page.goto(`${dashboardUrl}?code=stolen&state=forged`);
    await seen('Dashboard', client.services.demoUser.email, 'That sign-in was not started in this tab');
  });

  test('keeps its code in the address bar if it has no state, for a user of curl', async () => {
    await page.goto(`${dashboardUrl}?code=for-curl`);
    await seen('Its code is in the address bar');
    expect(page.url()).toBe(`${dashboardUrl}?code=for-curl`);
    expect(client.calls).toEqual(['GET /config.json 200']);
    await page.close();
  });
});

describe('the dashboard', () => {
  test('sends someone who is not signed in to the landing page', async () => {
    await page.goto(dashboardUrl);
    await login().waitFor();
    expect(page.url()).toBe(landingUrl);
  });

  test('is still there after a reload, which asks the login for nothing', async () => {
    await client.signIn(page);
    client.calls.splice(0);
    await page.reload();
    await seen('Dashboard', client.services.demoUser.email);
    expect(client.calls).toEqual(['GET /config.json 200']);
  });

  test('is reached from the landing page and with the forward button while signed in', async () => {
    await client.signIn(page);
    await page.goto(landingUrl);
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await seen(client.services.demoUser.email);
    await page.goBack();
    await seen('You are signed in.');
    await page.goForward();
    await seen(client.services.demoUser.email);
  });

  test('renews an expired access token before it calls the API', async () => {
    await client.signIn(page);
    const before = await storedUser(page);
    client.calls.splice(0);
    await passTime(61);
    await callApi().click();
    await seen('Status 200');
    expect(client.calls).toEqual(['POST /oauth2/token 200', 'GET /prod/awesomeapi 200']);
    const after = await storedUser(page);
    expect(after.access_token).not.toBe(before.access_token);
    expect(after.refresh_token).toBe(before.refresh_token);
  });

  test('also renews it on a reload', async () => {
    await client.signIn(page);
    client.calls.splice(0);
    await passTime(61);
    await page.reload();
    await seen('Dashboard', client.services.demoUser.email);
    expect(client.calls).toEqual(['GET /config.json 200', 'POST /oauth2/token 200']);
  });

  test('ends with a sentence when the refresh token was revoked', async () => {
    await client.signIn(page);
    const { refresh_token: token } = await storedUser(page);
    const clientId = await page.evaluate<string>('fetch("/config.json").then((r) => r.json()).then((c) => c.clientId)');
    await fetch(`${client.services.loginDomainUrl}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: clientId }),
    });
    await passTime(61);
    await callApi().click();
    await seen('Your sign-in has expired or was revoked. Sign in again.');
    expect(page.url()).toBe(landingUrl);
    await page.goto(dashboardUrl);
    await login().waitFor();
    expect(client.problems.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  test.each([
    [401, 'The API does not accept the access token'],
    [403, 'The API rejects the call.'],
    [404, 'The API did not accept the call.'],
    [500, 'The API failed. Try again in a moment.'],
  ])('explains status %i of the API', async (status, sentence) => {
    await client.signIn(page);
    await page.route(/\/prod\//, (route) =>
      route.fulfill({ status, body: 'no JSON', headers: { 'Access-Control-Allow-Origin': '*' } }),
    );
    await callApi().click();
    await seen(sentence, `Status ${status}`, 'no JSON');
    expect(new Set(client.problems.splice(0))).toEqual(new Set([expect.stringContaining(String(status))]));
  });

  test('explains that the API cannot be reached, or that the page cannot read its response', async () => {
    await client.signIn(page);
    await page.route(/\/prod\//, (route) => route.abort());
    await callApi().click();
    await seen('The API could not be reached.');
    expect(client.problems.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
    await page.unroute(/\/prod\//);
    await callApi().click();
    await seen('Status 200');
  });

  test('explains that the login cannot be reached, and stays signed in', async () => {
    await client.signIn(page);
    await passTime(61);
    await page.route(/\/oauth2\/token/, (route) => route.abort());
    await callApi().click();
    await seen('The login could not be reached.', client.services.demoUser.email);
    expect(client.problems.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
  });
});

describe('a sign-out', () => {
  test('forgets and revokes the tokens, and says that the session of the hosted login stays', async () => {
    await client.signIn(page);
    client.calls.splice(0);
    await signOut().click();
    await seen('You are signed out of this page. The session of the hosted login stays for up to an hour');
    expect(page.url()).toBe(landingUrl);
    expect(client.calls).toEqual(['POST /oauth2/revoke 200']);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await page.goto(dashboardUrl);
    await login().click();
    // No password: the session of the hosted login is still there.
    await seen(client.services.demoUser.email);
  });

  test('succeeds without a connection', async () => {
    await client.signIn(page);
    await page.route(/\/oauth2\/revoke/, (route) => route.abort());
    await signOut().click();
    await seen('You are signed out of this page.');
    expect(client.problems.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
  });

  test('cannot be undone with the back button', async () => {
    await client.signIn(page);
    await page.goto(landingUrl);
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await signOut().click();
    await seen('You are signed out of this page.');
    await page.goBack();
    await login().waitFor();
    expect(page.url()).toBe(landingUrl);
  });
});

describe('two tabs', () => {
  test('can sign in at the same time, and each gets its own tokens', async () => {
    const other = await context.newPage();
    await client.openLogin(other);
    await client.signIn(page);
    // As Cognito's, the form of the other tab is void once the browser is signed in; a new start needs no password.
    await other.goBack();
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByRole('heading', { name: 'Dashboard' }).waitFor();
    const [one, another] = [await storedUser(page), await storedUser(other)];
    expect(one.refresh_token).not.toBe(another.refresh_token);
    await page.reload();
    await seen('Dashboard');
  });

  test('are independent: a new tab is not signed in before its own sign-in', async () => {
    await client.signIn(page);
    const other = await context.newPage();
    await other.goto(dashboardUrl);
    await other.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(other.url()).toBe(landingUrl);
  });

  test('are both signed out by a sign-out in one', async () => {
    const other = await context.newPage();
    await client.signIn(page);
    await other.goto(landingUrl);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await seen('You signed out in another tab.');
    await login().waitFor();
    expect(page.url()).toBe(landingUrl);
    expect(client.calls.filter((call) => call === 'POST /oauth2/revoke 200')).toHaveLength(2);
  });
});
