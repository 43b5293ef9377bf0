import { type Page } from 'playwright-core';

import { type Changes, type Services } from './local-services';
import { totp } from './totp';
import { UserPoolApi } from './user-pool-api';
import { dashboardUrl, landingUrl, type WebClient } from './web-client';

type Show = (client: WebClient<Services>, page: Page) => Promise<unknown>;

/** The way to each view of a person, by name. */
type Views = Readonly<Record<string, Show>>;

/** Everything that a person may come to see of the web client and the hosted login, and the way there. */
export const views: Views = {
  landing: (_, page) => page.goto(landingUrl).then(() => page.getByRole('button', { name: 'Sign in' }).waitFor()),
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
  'new-password': async (client, page) => {
    const [email, password] = [`invited-${String(Date.now())}@example.com`, 'Correct-horse-1'];
    await new UserPoolApi(client.services).admin('AdminCreateUser', { Username: email, TemporaryPassword: password });
    await client.openLogin(page);
    await client.submitLogin(page, { email, password });
    await page.getByRole('heading', { name: 'Change your password' }).waitFor();
  },
  dashboard: (client, page) => client.signIn(page),
  'api-response': async (client, page) => {
    await client.signIn(page);
    await page.getByRole('button', { name: 'Call protected API' }).click();
    await page.getByText('Status 200').waitFor();
  },
  timeline: async (client, page) => {
    await client.signIn(page);
    await page.getByRole('button', { name: 'Call protected API' }).click();
    await page.getByText('Status 200').waitFor();
    await page.getByText('How this worked').click();
    await page.getByText('They match.').last().waitFor();
  },
  tokens: async (client, page) => {
    await client.signIn(page);
    await page.getByText('How this worked').click();
    await page.getByText('The response: 200').click();
    await page.getByText('Look inside the tokens').click();
  },
  'other-ways': async (client, page) => {
    await client.signIn(page);
    await page.getByText('Try to get in another way').click();
    await page.getByRole('button', { name: 'Try with the ID token' }).click();
    await page.getByText('Rejected: 401').waitFor();
  },
  'wrong-verifier': async (client, page) => {
    await client.signIn(page);
    await page.getByText('Try to get in another way').click();
    await page.getByRole('button', { name: 'Try with the wrong verifier' }).click();
    await page.getByText('Rejected: 400').waitFor();
  },
  'api-rejection': async (client, page) => {
    await client.signIn(page);
    await page.route(/\/prod\//, (route) =>
      route.fulfill({
        status: 403,
        body: '{"message":"Forbidden"}',
        headers: { 'Access-Control-Allow-Origin': '*' },
      }),
    );
    await page.getByRole('button', { name: 'Call protected API' }).click();
    await page.getByText('Status 403').waitFor();
  },
  'api-unreachable': async (client, page) => {
    await client.signIn(page);
    await page.route(/\/prod\//, (route) => route.abort());
    await page.getByRole('button', { name: 'Call protected API' }).click();
    await page.getByText('could not be reached').waitFor();
  },
  'rejected-sign-in': async (_, page) => {
    await page.goto(`${dashboardUrl}?code=stolen&state=forged`);
    await page.getByText('not started in this tab').waitFor();
  },
  'signed-out': async (client, page) => {
    await client.signIn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out of this page.').waitFor();
  },
};

/** A user pool that requires an authenticator app. */
export const mfaRequired: Changes = {
  'aws_cognito_user_pool.user_pool': {
    mfa_configuration: 'ON',
    software_token_mfa_configuration: { enabled: true },
  },
};

/** Signs up as someone new where an authenticator app is required, up to the page that sets it up. */
async function setUpMfa(client: WebClient, page: Page, email: string): Promise<void> {
  await page.getByLabel('Code').fill(await client.signUp(page, email));
  await page.getByRole('button', { name: 'Confirm account' }).click();
  await page.getByRole('heading', { name: 'Set up authenticator app MFA' }).waitFor();
}

/** The views of such a user pool alone. */
export const mfaViews: Views = {
  'mfa-setup': (client, page) => setUpMfa(client, page, `new-${String(Date.now())}@example.com`),
  mfa: async (client, page) => {
    const email = `new-${String(Date.now())}@example.com`;
    await setUpMfa(client, page, email);
    const secret = await page.locator('.secret-key').innerText();
    await page.getByRole('textbox', { name: 'Code' }).fill(totp(secret, Date.now()));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // Without its cookies, the hosted login asks again.
    await page.context().clearCookies();
    await client.openLogin(page);
    await client.submitLogin(page, { email, password: 'Correct-horse-1' });
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor();
  },
};

/** An app client that also lets users of Google sign in. */
export const withGoogle: Changes = {
  'aws_cognito_identity_provider.google': {
    user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
    provider_name: 'Google',
    provider_type: 'Google',
    provider_details: { client_id: 'at-google', client_secret: '${data.aws_ssm_parameter.google.value}' },
    attribute_mapping: { email: 'email', email_verified: 'email_verified', name: 'name', username: 'sub' },
  },
  'aws_cognito_user_pool_client.awesome-app-client': { supported_identity_providers: ['COGNITO', 'Google'] },
};

async function openGoogle(client: WebClient, page: Page): Promise<void> {
  await client.openLogin(page);
  await page.getByRole('link', { name: 'Continue with Google' }).click();
  await page.getByRole('heading', { name: 'Google, simulated by npm start' }).waitFor();
}

/** The views of such an app client alone. */
export const providerViews: Views = {
  'login-with-providers': async (client, page) => {
    await client.openLogin(page);
    await page.getByRole('link', { name: 'Continue with Google' }).waitFor();
  },
  'identity-provider': openGoogle,
  'identity-provider-signed-in': async (client, page) => {
    await openGoogle(client, page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  },
  'identity-provider-cancelled': async (client, page) => {
    await openGoogle(client, page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('access_denied').first().waitFor();
  },
};

export const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 } },
} as const;

export const colorSchemes = ['light', 'dark'] as const;
