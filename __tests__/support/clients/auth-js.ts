// Signs in with the Cognito provider of Auth.js, which next-auth 5 wraps for Next.js, and calls the API.
import { Browser } from '../browser';
import { apiScope, OAuthClient } from '../oauth-client';
import { type Client } from './client';

interface Package {
  readonly Auth: (request: Request, config: object) => Promise<Response>;
}

interface Provider {
  readonly default: (options: object) => object;
}

/** Imports a module without its types: those of Preact, which they refer to, bring the DOM to all of the project. */
function load(path: string): Promise<unknown> {
  return import(`@auth/core${path}`);
}

export const run: Client = async (services) => {
  const { Auth } = (await load('')) as Package;
  const { default: Cognito } = (await load('/providers/cognito')) as Provider;
  const client = new OAuthClient(services);
  const { userPoolApiUrl, userPoolId, clientSecret, demoUser } = client.services;
  const config = {
    basePath: '/api/auth',
    secret: 'of the cookies of this test',
    trustHost: true,
    providers: [
      Cognito({
        clientId: client.clientId,
        ...(clientSecret === undefined ? { client: { token_endpoint_auth_method: 'none' } } : { clientSecret }),
        issuer: `${userPoolApiUrl}/${userPoolId}`,
        authorization: { params: { scope: `openid ${apiScope}` } },
        checks: ['pkce', 'state', 'nonce'],
      }),
    ],
    callbacks: {
      jwt: ({ token, account }: { token: object; account?: { access_token: string } }) => ({
        ...token,
        ...(account && { accessToken: account.access_token }),
      }),
      session: ({ session, token }: { session: object; token: { accessToken: string } }) => ({
        ...session,
        accessToken: token.accessToken,
      }),
    },
  };
  const { origin } = new URL(client.redirectUri);
  const browser = new Browser((url, init) =>
    new URL(url).origin === origin ? Auth(new Request(url, init), config) : fetch(url, init),
  );
  const start = await browser.submit(await browser.open(`${origin}/api/auth/signin`), {});
  const { url: callback } = await browser.submit(await browser.open(start.url), {
    username: demoUser.email,
    password: demoUser.password,
  });
  const { user, accessToken } = await session(browser, callback);
  const api = await client.protectedResource(accessToken);
  return { email: user.email, api: await api.json() };
};

async function session(browser: Browser, callback: URL) {
  await browser.fetch(callback);
  const response = await browser.fetch(new URL('/api/auth/session', callback));
  return (await response.json()) as { readonly user: { readonly email: string }; readonly accessToken: string };
}
