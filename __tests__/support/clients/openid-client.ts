// Goes through the flow with openid-client, which insists that discovery and issuer agree.
import * as openid from 'openid-client';

import { Browser } from '../browser';
import { apiScope, OAuthClient } from '../oauth-client';
import { type Client } from './client';

export const run: Client = async (services) => {
  const client = new OAuthClient(services);
  const { userPoolApiUrl, userPoolId, demoUser, outputs } = client.services;
  const config = await openid.discovery(
    new URL(`${userPoolApiUrl}/${userPoolId}`),
    client.clientId,
    undefined,
    openid.None(),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated so that it stands out; this is localhost
    { execute: [openid.allowInsecureRequests] },
  );
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const expectedNonce = openid.randomNonce();
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirectUri,
    scope: `openid ${apiScope}`,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const browser = new Browser();
  const { url: callback } = await browser.submit(await browser.open(url), {
    username: demoUser.email,
    password: demoUser.password,
  });
  const tokens = await openid.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier,
    expectedState,
    expectedNonce,
  });
  const { email } = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
  const resource = await openid.fetchProtectedResource(
    config,
    tokens.access_token,
    new URL(outputs.ApiGatewayStack!.ProtectedResourceUrl!),
    'GET',
  );
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token!);
  await openid.tokenRevocation(config, tokens.refresh_token!);
  const afterRevocation = await openid
    .refreshTokenGrant(config, tokens.refresh_token!)
    .catch((error: unknown) => error);
  return {
    email,
    api: await resource.json(),
    refreshed: refreshed.token_type,
    afterRevocation: (afterRevocation as openid.ResponseBodyError).error,
  };
};
