import { Hono } from 'hono';
import { cors } from 'hono/cors';

import { type UserPool } from '../user-pool';

/** What a user pool has at its issuer. On AWS, that is the host of Cognito's API; browsers of all origins can read it. */
export function discoveryRoutes(pool: UserPool): Hono {
  const app = new Hono();
  // Cognito has them under the pool's ID. Only here, they are at the root as well.
  for (const base of ['', `/${pool.configuration.id}`]) {
    app.use(`${base}/.well-known/*`, cors({ origin: '*' }));
    app.get(`${base}/.well-known/openid-configuration`, (context) =>
      context.json(discoveryDocument(pool, new URL(context.req.url).origin)),
    );
    app.get(`${base}/.well-known/jwks.json`, async (context) => context.json(await pool.tokens.jwks()));
  }
  return app;
}

/**
 * Returns the discovery document of the pool, with the same members in the same order as Cognito's. A pool without a
 * domain has no OAuth 2.0 endpoints.
 *
 * @param origin origin of the host that serves it, and the keys
 */
function discoveryDocument({ domainUrl, tokens, configuration }: UserPool, origin: string) {
  const { domain, id } = configuration;
  return {
    ...(domain && {
      authorization_endpoint: `${domainUrl}/oauth2/authorize`,
      end_session_endpoint: `${domainUrl}/logout`,
    }),
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: tokens.issuer,
    jwks_uri: `${origin}/${id}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    ...(domain && { revocation_endpoint: `${domainUrl}/oauth2/revoke` }),
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    ...(domain && { token_endpoint: `${domainUrl}/oauth2/token` }),
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    ...(domain && { userinfo_endpoint: `${domainUrl}/oauth2/userInfo` }),
  };
}
