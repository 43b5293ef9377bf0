import { type Context } from 'hono';

export type OAuthError =
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type';

/** Refuses a request as Cognito does: with the error, and without a description. */
export function oauthError(context: Context, error: OAuthError, status: 400 | 401 | 405 | 413 = 400): Response {
  return context.json({ error }, status);
}
