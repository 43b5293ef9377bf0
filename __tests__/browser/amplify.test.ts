import { type Page } from 'playwright-core';

import { AmplifyApp } from '../support/amplify-app';

let app: AmplifyApp;
let page: Page;

beforeAll(async () => {
  app = await AmplifyApp.begin();
});

afterAll(() => app.end());

beforeEach(async () => {
  page = await (await app.client.visit()).newPage();
});

afterEach(async () => {
  await page.context().close();
  app.client.calls.splice(0);
  const expected = /custom Amazon Amazon Cognito User Pool endpoint|the server responded with a status of 40[01]/;
  expect(app.client.problems.splice(0).filter((problem) => !expected.test(problem))).toEqual([]);
});

/** Does what a button of the page says, and waits for the response that the page shows. */
async function press(button: string, answer: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('status').getByText(answer).waitFor();
}

/** Fills in the form of the page. */
async function fill(fields: { readonly Email?: string; readonly Password?: string; readonly Code?: string }) {
  for (const [label, value] of Object.entries(fields)) {
    await page.getByLabel(label).fill(value);
  }
}

/** Signs up as someone new. */
async function signUp(email: string): Promise<void> {
  await app.open(page);
  await fill({ Email: email, Password: 'Correct-horse-1' });
  await press('Sign up', 'CONFIRM_SIGN_UP');
  await fill({ Code: await app.client.mailedCode(page, email) });
  await press('Confirm the sign-up', 'DONE');
}

const valueOf = (term: string) => page.locator(`dt:text-is("${term}") + dd`).innerText();

test('signInWithRedirect returns from the hosted login with an access token that the API accepts', async () => {
  const request = page.waitForRequest(/\/oauth2\/authorize/);
  await app.signIn(page);
  expect(Object.fromEntries(new URL((await request).url()).searchParams)).toMatchObject({
    redirect_uri: 'http://localhost:5173/',
    identity_provider: 'COGNITO',
    scope: 'openid awesomeapi-resource-server/awesomeapi.read',
    code_challenge_method: 'S256',
  });
  expect(page.url()).toBe('http://localhost:5173/');
  expect(await valueOf('Scope')).toBe('openid awesomeapi-resource-server/awesomeapi.read');
  const cookies = await page.context().cookies();
  expect(cookies.map(({ name, secure }) => [name, secure]).sort()).toEqual([
    ['XSRF-TOKEN', true],
    ['cognito', true],
  ]);
  await press('Call the API', 'Status 200');
  expect(app.client.calls).toEqual(['POST /oauth2/token 200', 'GET /prod/awesomeapi 200']);
});

test('fetchAuthSession renews the tokens through the user pool’s API, with the same scope', async () => {
  await app.signIn(page);
  const [id, scope] = [await valueOf('ID of the access token'), await valueOf('Scope')];
  await press('Renew the tokens', 'DONE');
  expect(await valueOf('ID of the access token')).not.toBe(id);
  expect(await valueOf('Scope')).toBe(scope);
  await press('Call the API', 'Status 200');
  expect(app.client.calls.slice(1)).toEqual(['GetTokensFromRefreshToken 200', 'GET /prod/awesomeapi 200']);
});

test('signOut revokes the refresh token and ends the session of the hosted login', async () => {
  await app.signIn(page);
  const request = page.waitForRequest(/\/logout/);
  await page.getByRole('button', { name: 'Sign out' }).click();
  expect(new URL((await request).url()).searchParams.get('logout_uri')).toBe('http://localhost:5173/');
  await page.getByRole('button', { name: 'Sign in at the hosted login' }).click();
  await page.waitForURL(/\/login\?/);
  expect(app.client.calls.slice(1)).toEqual(['RevokeToken 200']);
});

test('signIn uses SRP after signUp and confirmSignUp, and the API rejects its token, which has no custom scope', async () => {
  await signUp('ada@example.com');
  await fill({ Password: 'Wrong-horse-1' });
  await press('Sign in here', 'NotAuthorizedException: Incorrect username or password.');
  await fill({ Password: 'Correct-horse-1' });
  await press('Sign in here', 'DONE');
  expect(await valueOf('Email')).toBe('ada@example.com');
  expect(await valueOf('Scope')).toBe('aws.cognito.signin.user.admin');
  await press('Call the API', 'Status 401');
  expect(app.client.calls).toEqual([
    'SignUp 200',
    'ConfirmSignUp 200',
    'InitiateAuth 200',
    'RespondToAuthChallenge 400',
    'InitiateAuth 200',
    'RespondToAuthChallenge 200',
    'GET /prod/awesomeapi 401',
  ]);
});

test('resetPassword and confirmResetPassword set a new password, with which the person signs in', async () => {
  await signUp('grace@example.com');
  await press('Reset the password', 'CONFIRM_RESET_PASSWORD_WITH_CODE');
  await fill({ Code: await app.client.mailedCode(page, 'grace@example.com'), Password: 'Battery-staple-2' });
  await press('Confirm the new password', 'DONE');
  await press('Sign in here', 'DONE');
  expect(await valueOf('Email')).toBe('grace@example.com');
});
