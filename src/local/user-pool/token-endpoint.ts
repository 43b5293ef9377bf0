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

/** Returns the grant of a token request, or the error. */
type GrantReader = (pool: UserPool, client: AppClient, form: URLSearchParams) => Grant | OAuthError | CodeRefusal;

const grantReaders = new Map<string, GrantReader>([
  ['authorization_code', readCodeGrant],
  ['refresh_token', readRefreshGrant],
  // Cognito supports this grant, but not for clients of the authorization code flow.
  ['client_credentials', () => 'unauthorized_client'],
]);

/** Answers POST /oauth2/token: exchanges a code or a refresh token for tokens. */
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
  // Cognito's order. Cognito does not return the scopes.
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
  if (!isVerifierValid(given.codeChallenge, form.get('code_verifier') ?? undefined)) {
    return 'wrong-verifier';
  }
  return given.grant.scopes.includes('email') && !client.reads('email_verified') ? 'invalid_grant' : given.grant;
}

/** Returns whether the verifier matches the challenge. Neither is valid without the other. */
function isVerifierValid(challenge: string | undefined, verifier: string | undefined): boolean {
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
