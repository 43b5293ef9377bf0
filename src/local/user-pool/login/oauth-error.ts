import { type Context } from 'hono';

export type OAuthError =
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type';

/** Responds with an error and, like Cognito, without a description. */
export function oauthError(context: Context, error: OAuthError, status: 400 | 401 | 405 | 413 = 400): Response {
  return context.json({ error }, status);
}
