import { type UserPool } from '../user-pool';

/** Returns the discovery document of the pool, with the same members in the same order as Cognito's. */
export function discoveryDocument({ domainUrl, tokens, configuration }: UserPool) {
  return {
    authorization_endpoint: `${domainUrl}/oauth2/authorize`,
    end_session_endpoint: `${domainUrl}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: tokens.issuer,
    jwks_uri: `${domainUrl}/${configuration.id}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${domainUrl}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${domainUrl}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${domainUrl}/oauth2/userInfo`,
  };
}
