import { type Page } from 'playwright-core';

import { dashboardUrl, landingUrl, type WebClient } from './web-client';

type Show = (client: WebClient, page: Page) => Promise<unknown>;

/** Everything that a person may come to see of the web client and the hosted login, and the way there. */
export const views: Readonly<Record<string, Show>> = {
  landing: (_, page) => page.goto(landingUrl).then(() => page.getByRole('button', { name: 'Login' }).waitFor()),
  login: (client, page) => client.openLogin(page),
  'login-error': async (client, page) => {
    await client.openLogin(page);
    await client.submitLogin(page, { ...client.services.demoUser, password: 'Wrong-horse-1' });
    await page.getByText('Incorrect username or password.').waitFor();
  },
  'sign-up': async (client, page) => {
    await client.openLogin(page);
    await page.getByRole('link', { name: 'Sign up' }).click();
    await page.getByRole('button', { name: 'Sign up' }).waitFor();
  },
  confirm: (client, page) => client.signUp(page, `new-${String(Date.now())}@example.com`),
  'forgot-password': async (client, page) => {
    await client.openLogin(page);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByRole('button', { name: 'Reset my password' }).waitFor();
  },
  dashboard: (client, page) => client.signIn(page),
  'api-answer': async (client, page) => {
    await client.signIn(page);
    await page.getByRole('button', { name: 'Call Protected API' }).click();
    await page.getByText('Status 200').waitFor();
  },
  timeline: async (client, page) => {
    await client.signIn(page);
    await page.getByRole('button', { name: 'Call Protected API' }).click();
    await page.getByText('Status 200').waitFor();
    await page.getByText('How this worked').click();
    await page.getByText('They match.').last().waitFor();
  },
  tokens: async (client, page) => {
    await client.signIn(page);
    await page.getByText('How this worked').click();
    await page.getByText('The answer: 200').click();
    await page.getByText('Look inside the tokens').click();
  },
  'other-ways': async (client, page) => {
    await client.signIn(page);
    await page.getByText('Try to get in another way').click();
    await page.getByRole('button', { name: 'Try with the ID token' }).click();
    await page.getByText('Refused: 401').waitFor();
  },
  'wrong-verifier': async (client, page) => {
    await client.signIn(page);
    await page.getByText('Try to get in another way').click();
    await page.getByRole('button', { name: 'Try with the wrong verifier' }).click();
    await page.getByText('Refused: 400').waitFor();
  },
  'api-refusal': async (client, page) => {
    await client.signIn(page);
    await page.route(/\/prod\//, (route) =>
      route.fulfill({
        status: 403,
        body: '{"message":"Forbidden"}',
        headers: { 'Access-Control-Allow-Origin': '*' },
      }),
    );
    await page.getByRole('button', { name: 'Call Protected API' }).click();
    await page.getByText('Status 403').waitFor();
  },
  'api-unreachable': async (client, page) => {
    await client.signIn(page);
    await page.route(/\/prod\//, (route) => route.abort());
    await page.getByRole('button', { name: 'Call Protected API' }).click();
    await page.getByText('could not be reached').waitFor();
  },
  'refused-sign-in': async (_, page) => {
    await page.goto(`${dashboardUrl}?code=stolen&state=forged`);
    await page.getByText('not started in this tab').waitFor();
  },
  'signed-out': async (client, page) => {
    await client.signIn(page);
    await page.getByRole('button', { name: 'Sign Out' }).click();
    await page.getByText('You are signed out of this page.').waitFor();
  },
};

export const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 } },
} as const;

export const colorSchemes = ['light', 'dark'] as const;
