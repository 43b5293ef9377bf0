import { type Context } from 'hono';

import { isRefreshToken } from '../tokens/grants';
import { type UserPool } from '../user-pool';
import { authenticateClient } from './client-authentication';
import { oauthError } from './oauth-error';
import { formOf, hasDuplicates } from './parameters';

/** Handles POST /oauth2/revoke. The response is the same whether or not the token exists. */
export async function revokeToken(context: Context, pool: UserPool): Promise<Response> {
  const form = await formOf(context);
  if (!form || hasDuplicates(form)) {
    return oauthError(context, 'invalid_request');
  }
  const client = authenticateClient(context, form, pool.configuration);
  if (typeof client === 'string') {
    return oauthError(context, client, client === 'invalid_client' ? 401 : 400);
  }
  const token = form.get('token');
  if (!token || !client.tokenRevocation) {
    return oauthError(context, 'invalid_request');
  }
  if (!isRefreshToken(token)) {
    return oauthError(context, 'unsupported_token_type');
  }
  pool.grants.revoke(client, token);
  return context.body(null, 200);
}
