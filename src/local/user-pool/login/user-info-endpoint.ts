import { type Context } from 'hono';

import { visibleAttributes } from '../tokens';
import { type UserPool } from '../user-pool';

const refusals = {
  400: { error: 'invalid_request', error_description: 'Bad OAuth2 request at UserInfo Endpoint' },
  401: {
    error: 'invalid_token',
    error_description: 'Access token is expired, disabled, or deleted, or the user has globally signed out.',
  },
} as const;

/** Answers GET /oauth2/userInfo: returns the attributes of the access token's user. */
export async function answerUserInfo(context: Context, pool: UserPool): Promise<Response> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(context.req.header('Authorization') ?? '')?.[1];
  if (token === undefined) {
    return refuse(context, 400);
  }
  const payload = await pool.tokens.verifyAccessToken(token);
  const scopes = String(payload?.scope).split(' ');
  const client = pool.configuration.clients.get(String(payload?.client_id));
  const user = pool.users.withSub(String(payload?.sub));
  if (!client || !user?.enabled || !scopes.includes('openid') || pool.grants.isRevoked(payload!, user)) {
    return refuse(context, 401);
  }
  const { email, email_verified, ...others } = visibleAttributes(user, client, scopes);
  return context.json({
    sub: user.sub,
    // A string here, but a boolean in the ID token.
    ...(email_verified !== undefined && { email_verified }),
    ...others,
    ...(email !== undefined && { email }),
    username: user.sub,
  });
}

function refuse(context: Context, status: 400 | 401): Response {
  const { error, error_description } = refusals[status];
  // Cognito does not name a scheme here.
  context.header('WWW-Authenticate', `error="${error}", error_description="${error_description}"`);
  return context.json(refusals[status], status);
}
