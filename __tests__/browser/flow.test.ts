import { type BrowserContext, type Locator, type Page } from 'playwright-core';

import { rejectionWords, type RejectionReason } from '../../src/flow/words';
import { dashboardUrl, startServices, WebClient, whatIsLeft } from '../support/web-client';

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

const open = (title: string) => page.locator('summary', { hasText: title }).click();
const step = (title: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

/** Opens the message of a step and returns what it says, by parameter: its value and what it is for. */
async function message(title: string): Promise<Record<string, string>> {
  const details = step(title).locator('details').first();
  await details.locator('summary').click();
  const texts = await details.locator('dl > div').allInnerTexts();
  return Object.fromEntries(
    texts.map((text) => {
      const [name, ...others] = text.split(/\n+/);
      return [name!, others.join(' ')];
    }),
  );
}

/** Reads what the page keeps under a key, or under the first that begins so. */
async function stored(prefix: string): Promise<Record<string, unknown>> {
  const text = await page.evaluate<string>(
    `Object.entries(sessionStorage).find(([key]) => key.startsWith(${JSON.stringify(prefix)}))[1]`,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

describe('How this worked', () => {
  test('is closed at first, and shows each message with its sender and its receiver', async () => {
    await client.signIn(page);
    expect(await page.getByRole('heading', { name: 'The client asks for a sign-in' }).isVisible()).toBe(false);
    await open('How this worked');
    await page.getByText('Call protected API adds the call and its response.').waitFor();
    await page.getByRole('button', { name: 'Call protected API' }).click();
    await step('The API responds').waitFor();
    const messages = page.locator('.steps > li');
    expect(await messages.locator('h3').allInnerTexts()).toEqual([
      'The client asks for a sign-in',
      'A code comes back',
      'The client exchanges the code',
      'The tokens arrive',
      'The client calls the API',
      'The API responds',
    ]);
    expect((await messages.locator('.route').allInnerTexts()).map((text) => text.replace(/ \d.*/, ''))).toEqual([
      'Browser → Hosted login',
      'Hosted login → Browser',
      'Browser → Token endpoint',
      'Token endpoint → Browser',
      'Browser → API',
      'API → Browser',
    ]);
  });

  test('draws the same messages, and has them as text for screen readers', async () => {
    await client.signIn(page);
    await open('How this worked');
    const diagram = page.getByRole('img');
    expect(await diagram.locator('.label').allTextContents()).toEqual([
      '1 GET /oauth2/authorize',
      '2 302 code, state',
      '3 POST /oauth2/token, code',
      '4 200 tokens',
    ]);
    expect(await diagram.getAttribute('aria-label')).toBe(
      'Sequence diagram. 1. Browser to Hosted login: GET /oauth2/authorize. 2. Hosted login to Browser: 302 code, state. ' +
        '3. Browser to Token endpoint: POST /oauth2/token, code. 4. Token endpoint to Browser: 200 tokens.',
    );
  });

  test('has the authorization request as it was sent, each parameter with what it is for', async () => {
    const asked = page.waitForRequest(/\/oauth2\/authorize/);
    await client.signIn(page);
    const sent = new URL((await asked).url()).searchParams;
    await open('How this worked');
    const shown = await message('The client asks for a sign-in');
    expect(Object.keys(shown)).toEqual([...sent.keys()]);
    for (const [name, value] of sent) {
      expect(shown[name]).toMatch(new RegExp(`^${value.replace(/[.?]/g, '\\$&')} [A-Z].*\\. Without it: .*\\.$`));
    }
  });

  test('says why a code comes back and not a token, and that the state is the one that was sent', async () => {
    await client.signIn(page);
    await open('How this worked');
    const text = await step('A code comes back').innerText();
    expect(text).toContain('Why is there a code in the address bar, and not a token?');
    expect(text).toContain('They match. The state came back as it was sent');
  });

  test('hashes the code verifier that was sent, and finds the challenge of the authorization request', async () => {
    const asked = page.waitForRequest(/\/oauth2\/authorize/);
    await client.signIn(page);
    const challenge = new URL((await asked).url()).searchParams.get('code_challenge')!;
    await open('How this worked');
    const check = step('The client exchanges the code').getByText('They match.').locator('..');
    expect(await check.locator('code').allInnerTexts()).toEqual([challenge, challenge]);
  });

  test('shows the tokens side by side, with times as times and the scope marked', async () => {
    await client.signIn(page);
    await open('How this worked');
    await open('Look inside the tokens');
    const access = page.getByRole('region', { name: 'Access token' });
    const id = page.getByRole('region', { name: 'ID token' });
    const claim = (token: Locator, name: string) =>
      token.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) });
    expect(await access.locator('.marked').innerText()).toMatch(
      /^scope\s+awesomeapi-resource-server\/awesomeapi\.read openid\s+What the token allows/,
    );
    expect(await claim(access, 'exp').innerText()).toMatch(/\d:\d\d:\d\d/);
    expect(await claim(id, 'email').innerText()).toContain(client.services.demoUser.email);
    for (const name of ['kid', 'sub', 'exp', 'scope', 'email']) {
      expect((await claim(access, name).boundingBox())!.y).toBe((await claim(id, name).boundingBox())!.y);
    }
    expect(await claim(id, 'scope').innerText()).toContain('not in this token');
  });

  test('shortens every secret until the person asks to see it', async () => {
    await client.signIn(page);
    await page.getByRole('button', { name: 'Call protected API' }).click();
    await page.getByText('Status 200').waitFor();
    await open('How this worked');
    for (const summary of await page.locator('.message > summary').all()) {
      await summary.click();
    }
    const { access_token: token, id_token: idToken, refresh_token: refreshToken } = await stored('oidc.user:');
    const { form } = (await stored('flow')).exchange as { form: string };
    const sent = new URLSearchParams(form);
    const secrets = [token, idToken, refreshToken, sent.get('code'), sent.get('code_verifier')] as string[];
    const shown = async () => {
      const html = await page.content();
      return secrets.filter((secret) => html.includes(secret));
    };
    expect(await shown()).toEqual([]);
    await page.getByRole('button', { name: 'Show code_verifier' }).click();
    expect(await shown()).toEqual([sent.get('code_verifier')]);
    await page.getByRole('button', { name: 'Hide code_verifier' }).click();
    await step('The client calls the API').getByRole('button', { name: 'Show Authorization' }).click();
    expect(await shown()).toEqual([token]);
  });

  test('is still there after a reload, and gone after a sign-out', async () => {
    await client.signIn(page);
    await page.reload();
    await open('How this worked');
    await step('The tokens arrive').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  test('adds the renewal of the tokens where it happened', async () => {
    await client.signIn(page);
    await context.clock.setSystemTime(Date.now() + 61 * 60_000);
    await page.getByRole('button', { name: 'Call protected API' }).click();
    await page.getByText('Status 200').waitFor();
    await open('How this worked');
    expect((await page.locator('.steps h3').allInnerTexts()).slice(3)).toEqual([
      'The tokens arrive',
      'The client renews the tokens',
      'The tokens arrive',
      'The client calls the API',
      'The API responds',
    ]);
  });

  test('says so when this tab has not seen the sign-in', async () => {
    await client.signIn(page);
    await page.evaluate('sessionStorage.removeItem("flow")');
    await page.reload();
    await open('How this worked');
    await page.getByText('This tab has no record of how you signed in.').waitFor();
    await open('Try to get in another way');
    await page.getByRole('button', { name: 'Try with the same code again' }).click();
    await page.getByText('This tab has no record of how you signed in. Sign out and in again first.').waitFor();
  });

  test('can be read with the keyboard alone', async () => {
    await client.signIn(page);
    const press = async (name: string) => {
      for (let focused = ''; !focused.includes(name);) {
        await page.keyboard.press('Tab');
        focused = await page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.innerText');
      }
      await page.keyboard.press('Enter');
    };
    await press('How this worked');
    await press('POST /oauth2/token');
    await press('Show code_verifier');
    await page.getByRole('button', { name: 'Hide code_verifier' }).waitFor();
    await press('Try to get in another way');
    await press('Try with the ID token');
    await page.getByText('Rejected: 401').waitFor();
    expect(client.problems.splice(0)).toEqual([expect.stringContaining('401')]);
  });
});

describe('Try to get in another way', () => {
  test.each<[string, RejectionReason, string[], string]>([
    ['without a token', 'no-token', ['GET /prod/awesomeapi 401'], '{"message":"Unauthorized"}'],
    ['with the ID token', 'id-token', ['GET /prod/awesomeapi 401'], '{"message":"Unauthorized"}'],
    ['with a changed token', 'bad-token', ['GET /prod/awesomeapi 401'], '{"message":"Unauthorized"}'],
    [
      'without the scope',
      'no-scope',
      ['GET /config.json 200', 'POST /oauth2/token 200', 'GET /prod/awesomeapi 401', 'POST /oauth2/revoke 200'],
      '{"message":"Unauthorized"}',
    ],
    ['with the same code again', 'spent-code', ['POST /oauth2/token 400'], 'invalid_grant'],
    ['with the wrong verifier', 'wrong-verifier', ['GET /config.json 200', 'POST /oauth2/token 400'], 'invalid_grant'],
  ])('%s is really tried, rejected and explained', async (way, name, calls, answer) => {
    await client.signIn(page);
    const before = await stored('oidc.user:');
    client.calls.splice(0);
    await open('Try to get in another way');
    await page.getByRole('button', { name: `Try ${way}` }).click();
    const outcome = page.getByRole('group', { name: 'Outcome' });
    await outcome.waitFor();
    const text = (await outcome.innerText()).replace(/\s+/g, ' ');
    const { reason, troubleshooting } = rejectionWords[name];
    for (const expected of [
      `Rejected: ${/\d+$/.exec(calls.find((call) => / 40[01]$/.test(call))!)![0]}`,
      answer,
      reason,
    ]) {
      expect(text).toContain(expected);
    }
    for (const part of Object.values<string>({ ...troubleshooting })) {
      expect(text).toContain(part.replaceAll('`', ''));
    }
    expect(client.calls).toEqual(calls);
    expect(page.url()).toBe(dashboardUrl);
    // The sign-in of the person is as it was.
    expect(await stored('oidc.user:')).toEqual(before);
    await page.getByRole('button', { name: 'Call protected API' }).click();
    await page.getByText('Status 200').waitFor();
    expect(client.problems.splice(0)).toEqual([expect.stringMatching(/40[01]/)]);
  });

  test('keeps the outcome of each request, and marks those that were sent', async () => {
    await client.signIn(page);
    await open('Try to get in another way');
    await page.getByRole('button', { name: 'Try with the ID token' }).click();
    await page.getByText('Rejected: 401').waitFor();
    await page.getByRole('button', { name: 'Try with the wrong verifier' }).click();
    await page.getByText('Rejected: 400').waitFor();
    expect(await page.locator('.outcome > summary').allInnerTexts()).toEqual(['Rejected: 401', 'Rejected: 400']);
    expect(await page.getByText('Try again').count()).toBe(2);
    expect(client.problems.splice(0)).toHaveLength(2);
  });

  test('with an expired token sends nothing before one has expired, and says when that is', async () => {
    await client.signIn(page);
    client.calls.splice(0);
    await open('Try to get in another way');
    await page.getByRole('button', { name: 'Try with an expired token' }).click();
    await page.getByText('Nothing was sent').waitFor();
    expect(await page.getByRole('group', { name: 'Outcome' }).innerText()).toMatch(/expires at \d+:\d\d/);
    expect(client.calls).toEqual([]);
  });

  test('reports that the hosted login gives no code, and that the API cannot be reached', async () => {
    await client.signIn(page);
    await open('Try to get in another way');
    await page.route(/\/prod\//, (route) => route.abort());
    await page.getByRole('button', { name: 'Try without a token' }).click();
    await page.getByText('The API could not be reached.').waitFor();
    expect(client.problems.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);

    await page.route(/\/oauth2\/authorize/, (route) => {
      const state = new URL(route.request().url()).searchParams.get('state')!;
      return route.fulfill({
        status: 302,
        headers: { Location: `${dashboardUrl}?error=access_denied&state=${state}` },
      });
    });
    await page.getByRole('button', { name: 'Try without the scope' }).click();
    await page.getByText('The hosted login gave no code for this').waitFor();
    await page.getByText('access_denied').waitFor();
  });

  test('reports an API that accepts calls that it should reject', async () => {
    await client.signIn(page);
    await open('Try to get in another way');
    await page.route(/\/prod\//, (route) =>
      route.fulfill({ status: 200, body: '{}', headers: { 'Access-Control-Allow-Origin': '*' } }),
    );
    await page.getByRole('button', { name: 'Try without a token' }).click();
    await page.getByText('Let in: 200').waitFor();
    await page.getByText('The response should be 401.').waitFor();
  });
});
