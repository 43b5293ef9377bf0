import { type Page } from 'playwright-core';

import { TestServices } from '../support/local-services';
import { landingUrl, WebClient } from '../support/web-client';

const localServices = new TestServices();
let client: WebClient;
let page: Page;

beforeAll(async () => {
  const services = await localServices.serve({
    'aws_cognito_user_pool_client.awesome-app-client': { logout_urls: [landingUrl] },
  });
  client = await WebClient.open(services);
});

afterAll(async () => {
  await client.close();
});

beforeEach(async () => {
  page = await (await client.visit()).newPage();
});

afterEach(async () => {
  await page.context().close();
  client.calls.splice(0);
});

test('a sign-out also ends the session of the hosted login if the client has a logout URL', async () => {
  await client.signIn(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(page.url()).toBe(landingUrl);
  // The login asks for the password again.
  await client.openLogin(page);
  await page.getByLabel('Password').waitFor();
  expect(client.problems).toEqual([]);
});

test('the access token is renewed, once, when only the API rejects it as expired', async () => {
  await client.signIn(page);
  client.calls.splice(0);
  await localServices.wait(61 * 60);
  await page.getByRole('button', { name: 'Call protected API' }).click();
  await page.getByText('Status 200').waitFor();
  expect(client.calls).toEqual(['GET /prod/awesomeapi 401', 'POST /oauth2/token 200', 'GET /prod/awesomeapi 200']);
  expect(client.problems.splice(0)).toEqual([expect.stringContaining('401')]);
});

test('an expired access token is sent to the API, which rejects it', async () => {
  await client.signIn(page);
  await localServices.wait(61 * 60);
  await page.context().clock.setSystemTime(Date.now() + 123 * 60_000);
  await page.getByText('Try to get in another way').click();
  await page.getByRole('button', { name: 'Try with an expired token' }).click();
  await page.getByText('Rejected: 401').waitFor();
  await page.getByText('{"message":"The incoming token has expired"}').waitFor();
  expect(client.calls.at(-1)).toBe('GET /prod/awesomeapi 401');
  expect(client.problems.splice(0)).toEqual([expect.stringContaining('401')]);
});
