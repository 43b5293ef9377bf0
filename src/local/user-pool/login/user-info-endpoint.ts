import { type Context } from 'hono';

import { visibleAttributes } from '../tokens/tokens';
import { type UserPool } from '../user-pool';

const badRequest = { error: 'invalid_request', error_description: 'Bad OAuth2 request at UserInfo Endpoint' };
const invalidToken = {
  error: 'invalid_token',
  error_description: 'Access token is expired, disabled, or deleted, or the user has globally signed out.',
};
const noOpenid = { error: 'invalid_token', error_description: 'Access token does not contain openid scope' };

/** Handles GET /oauth2/userInfo: returns the attributes of the access token's user. */
export async function describeUser(context: Context, pool: UserPool): Promise<Response> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(context.req.header('Authorization') ?? '')?.[1];
  if (token === undefined) {
    return reject(context, 400, badRequest);
  }
  const payload = await pool.tokens.verifyAccessToken(token);
  const scopes = String(payload?.scope).split(' ');
  const client = pool.configuration.clients.get(String(payload?.client_id));
  const user = pool.users.withSub(String(payload?.sub));
  if (!client || !user?.enabled || pool.grants.isRevoked(payload!, user)) {
    return reject(context, 401, invalidToken);
  }
  if (!scopes.includes('openid')) {
    return reject(context, 401, noOpenid);
  }
  const { email, email_verified, ...others } = visibleAttributes(user, client, scopes);
  return context.json({
    sub: user.sub,
    // A string here, but a boolean in the ID token.
    ...(email_verified !== undefined && { email_verified }),
    ...others,
    ...(email !== undefined && { email }),
    username: user.username,
  });
}

function reject(context: Context, status: 400 | 401, body: typeof badRequest): Response {
  // Cognito does not name a scheme here.
  context.header('WWW-Authenticate', `error="${body.error}", error_description="${body.error_description}"`);
  return context.json(body, status);
}
