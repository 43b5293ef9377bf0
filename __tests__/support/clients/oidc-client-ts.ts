// Goes through the flow with oidc-client-ts, the client of single-page applications, with AWS's issuer.
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts';

import { Browser } from '../browser';
import { apiScope, OAuthClient } from '../oauth-client';
import { type Client } from './client';

export const run: Client = async (services) => {
  const client = new OAuthClient(services);
  const { userPoolApiUrl, userPoolId, demoUser } = client.services;
  const oidc = new OidcClient({
    authority: `${userPoolApiUrl}/${userPoolId}`,
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: `openid ${apiScope}`,
    loadUserInfo: true,
    stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  });
  const request = await oidc.createSigninRequest({ state: { page: '/dashboard' } });
  const browser = new Browser();
  const { url } = await browser.submit(await browser.open(request.url), {
    username: demoUser.email,
    password: demoUser.password,
  });
  const response = await oidc.processSigninResponse(url.href);
  const api = await client.protectedResource(`Bearer ${response.access_token}`);
  await oidc.revokeToken(response.refresh_token!, 'refresh_token');
  return {
    email: response.profile.email,
    state: response.userState,
    api: await api.json(),
    afterRevocation: (await client.refresh({ refresh_token: response.refresh_token! })).body.error,
  };
};
