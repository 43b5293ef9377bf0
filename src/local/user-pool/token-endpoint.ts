import { type Context } from 'hono';

import { isPkceValue } from './authorization-request';
import { authenticateClient } from './client-authentication';
import { type Environment } from './hosted-login';
import { oauthError, type OAuthError } from './oauth-error';
import { formOf, hasDuplicates } from './parameters';
import { equalSecrets, sha256 } from './secrets';
import { type Grant } from './tokens';
import { type AppClient } from './user-pool-configuration';
import { type UserPool } from './user-pool';

/** Why a code is an `invalid_grant`. */
type CodeRefusal = 'spent-code' | 'wrong-verifier';

/** Returns what the request has earned, or why it has earned nothing. */
type GrantReader = (pool: UserPool, client: AppClient, form: URLSearchParams) => Grant | OAuthError | CodeRefusal;

const grantReaders = new Map<string, GrantReader>([
  ['authorization_code', readCodeGrant],
  ['refresh_token', readRefreshGrant],
  // Known to Cognito, but for clients of another flow.
  ['client_credentials', () => 'unauthorized_client'],
]);

/** Answers POST /oauth2/token: tokens for a code or for a refresh token. */
export async function answerTokenRequest(context: Context<Environment>, pool: UserPool): Promise<Response> {
  const form = await formOf(context);
  if (!form || hasDuplicates(form)) {
    return oauthError(context, 'invalid_request');
  }
  const client = authenticateClient(context, form, pool.configuration);
  if (typeof client === 'string') {
    return oauthError(context, client);
  }
  const grantType = form.get('grant_type');
  const readGrant = grantReaders.get(grantType ?? '');
  if (!readGrant) {
    return oauthError(context, grantType === null ? 'invalid_request' : 'unsupported_grant_type');
  }
  const grant = readGrant(pool, client, form);
  if (grant === 'spent-code' || grant === 'wrong-verifier') {
    context.set('refusal', grant);
    return oauthError(context, 'invalid_grant');
  }
  if (typeof grant === 'string') {
    return oauthError(context, grant);
  }
  const accessToken = await pool.tokens.accessToken(grant);
  // Cognito's order. It does not say which scopes it gave.
  return context.json({
    ...(grant.scopes.includes('openid') && { id_token: await pool.tokens.idToken(grant, accessToken) }),
    access_token: accessToken,
    ...(grantType === 'authorization_code' && { refresh_token: pool.issueRefreshToken(grant) }),
    expires_in: client.accessTokenValidity,
    token_type: 'Bearer',
  });
}

function readCodeGrant(pool: UserPool, client: AppClient, form: URLSearchParams): Grant | OAuthError | CodeRefusal {
  const code = form.get('code');
  const redirectUri = form.get('redirect_uri');
  if (!code || !redirectUri) {
    return 'invalid_request';
  }
  if (!client.codeGrant) {
    return 'unauthorized_client';
  }
  const given = pool.takeCode(code);
  if (given?.grant.client.id !== client.id) {
    return 'spent-code';
  }
  if (given.redirectUri !== redirectUri) {
    return 'unauthorized_client';
  }
  if (!isVerifierRight(given.codeChallenge, form.get('code_verifier') ?? undefined)) {
    return 'wrong-verifier';
  }
  return given.grant.scopes.includes('email') && !client.reads('email_verified') ? 'invalid_grant' : given.grant;
}

/** A verifier belongs to a challenge: with only one of the two, one side means something else than the other. */
function isVerifierRight(challenge: string | undefined, verifier: string | undefined): boolean {
  return challenge === undefined || verifier === undefined
    ? challenge === verifier
    : isPkceValue(verifier) && equalSecrets(sha256(verifier).toString('base64url'), challenge);
}

function readRefreshGrant(pool: UserPool, client: AppClient, form: URLSearchParams): Grant | OAuthError {
  const token = form.get('refresh_token');
  if (!token) {
    return 'invalid_request';
  }
  if (!client.refreshGrant) {
    return 'unauthorized_client';
  }
  const grant = pool.refreshGrant(client, token);
  return grant ? { ...grant, nonce: undefined } : 'invalid_grant';
}
