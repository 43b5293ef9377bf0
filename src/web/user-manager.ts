import { OidcClient, UserManager, WebStorageStateStore } from 'oidc-client-ts';

import { type ClientConfiguration } from './client-configuration';

/** The OAuth 2.0 client: authorization code with PKCE (S256) and a state, which are the library's defaults. */
export function createUserManager(configuration: ClientConfiguration): UserManager {
  const { issuer, hostedDomainUrl, clientId, redirectUri, scope } = configuration;
  // Gone with the tab, and no other tab's business. The default for the state is localStorage, which stays.
  const store = new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: issuer,
    // Told, not discovered: a user pool's issuer and endpoints are on two hosts, and what its discovery document calls
    // end_session_endpoint takes other parameters than OpenID Connect's.
    metadata: {
      issuer,
      authorization_endpoint: `${hostedDomainUrl}/oauth2/authorize`,
      token_endpoint: `${hostedDomainUrl}/oauth2/token`,
      revocation_endpoint: `${hostedDomainUrl}/oauth2/revoke`,
    },
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    userStore: store,
    stateStore: store,
    // Tokens are renewed when a call needs them: a timer would sleep with the tab.
    automaticSilentRenew: false,
    // Cognito revokes refresh tokens only.
    revokeTokenTypes: ['refresh_token'],
  });
}

/** The client below a user manager: it makes an authorization request and leaves sending the browser there to others. */
export function oidcClientOf({ settings, metadataService }: UserManager): OidcClient {
  return new OidcClient(settings, metadataService);
}
