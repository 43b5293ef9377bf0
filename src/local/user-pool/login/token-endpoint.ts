import { type Context } from 'hono';

import { parseJson } from '../../../rules/json-file';
import { isObject } from '../../../rules/rule';
import { type AppClient, type Grant } from '../model';
import { equalSecrets, sha256 } from '../secrets';
import { type TokenOverrides } from '../tokens/token-overrides';
import { isTriggerError, type Metadata } from '../triggers/triggers';
import { canRead } from '../users/user-attributes';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { isPkceValue, readScopes } from './authorization-request';
import { authenticateClient } from './client-authentication';
import { type LoginEnv } from './login-env';
import { oauthError, type OAuthError } from './oauth-error';
import { formOf, hasDuplicates } from './parameters';

/** Why a code is an `invalid_grant`. */
type CodeRejection = 'spent-code' | 'wrong-verifier';

/** What a request is granted: a user's sign-in with its refresh token, or scopes for the client itself. */
type Granted =
  | {
      readonly grant: Grant;
      readonly refreshToken?: string | undefined;
      readonly overrides?: TokenOverrides | undefined;
    }
  | { readonly scopes: readonly string[]; readonly overrides?: TokenOverrides | undefined };

/** Returns what a token request is granted, or the error. */
type GrantReader = (
  pool: UserPool,
  client: AppClient,
  form: URLSearchParams,
) => Granted | OAuthError | CodeRejection | Promise<Granted | OAuthError>;

const grantReaders = new Map<string, GrantReader>([
  ['authorization_code', readCodeGrant],
  ['refresh_token', readRefreshGrant],
  ['client_credentials', readClientCredentialsGrant],
]);

/** Handles POST /oauth2/token: exchanges a code, a refresh token or the credentials of a client for tokens. */
export async function issueTokens(context: Context<LoginEnv>, pool: UserPool): Promise<Response> {
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
  const granted = await readGrant(pool, client, form);
  if (granted === 'spent-code' || granted === 'wrong-verifier') {
    context.set('rejection', granted);
    return oauthError(context, 'invalid_grant');
  }
  if (typeof granted === 'string') {
    return oauthError(context, granted);
  }
  // Cognito's order. Cognito does not return the scopes.
  return context.json({
    ...('grant' in granted
      ? await tokensOf(pool, granted)
      : { access_token: await pool.tokens.clientAccessToken(client, granted.scopes, granted.overrides) }),
    expires_in: client.accessTokenValidity,
    token_type: 'Bearer',
  });
}

async function tokensOf(
  pool: UserPool,
  { grant, refreshToken, overrides }: Extract<Granted, { readonly grant: Grant }>,
) {
  const { accessToken, idToken } = await pool.tokens.of(grant, overrides);
  return {
    ...(idToken !== undefined && { id_token: idToken }),
    access_token: accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  };
}

function readCodeGrant(pool: UserPool, client: AppClient, form: URLSearchParams): Granted | OAuthError | CodeRejection {
  const code = form.get('code');
  const redirectUri = form.get('redirect_uri');
  if (!code || !redirectUri) {
    return 'invalid_request';
  }
  if (!client.codeGrant) {
    return 'unauthorized_client';
  }
  const given = pool.sessions.takeCode(code);
  if (given?.grant.clientId !== client.id) {
    return 'spent-code';
  }
  if (given.redirectUri !== redirectUri) {
    return 'unauthorized_client';
  }
  if (!isVerifierValid(given.codeChallenge, form.get('code_verifier') ?? undefined)) {
    return 'wrong-verifier';
  }
  const { grant, overrides } = given;
  return grant.scopes.includes('email') && !canRead(client, 'email_verified')
    ? 'invalid_grant'
    : { grant, refreshToken: pool.grants.issueRefreshToken(grant), overrides };
}

/** Returns whether the verifier matches the challenge. Neither is valid without the other. */
function isVerifierValid(challenge: string | undefined, verifier: string | undefined): boolean {
  return challenge === undefined || verifier === undefined
    ? challenge === verifier
    : isPkceValue(verifier) && equalSecrets(sha256(verifier).toString('base64url'), challenge);
}

async function readRefreshGrant(
  pool: UserPool,
  client: AppClient,
  form: URLSearchParams,
): Promise<Granted | OAuthError> {
  const token = form.get('refresh_token');
  if (!token) {
    return 'invalid_request';
  }
  if (!pool.grants.canRefresh(client)) {
    return 'unauthorized_client';
  }
  try {
    // A trigger that fails leaves the refresh token valid.
    const overrides = await pool.overridesOf('TokenGeneration_RefreshTokens', pool.grants.of(client, token));
    return { ...pool.grants.refresh(client, token), overrides };
  } catch (error) {
    if (error instanceof UserPoolError) {
      return isTriggerError(error) ? 'invalid_request' : 'invalid_grant';
    }
    throw error;
  }
}

/** Reads the scopes of a client credentials request. The default is all scopes of resource servers. */
async function readClientCredentialsGrant(
  pool: UserPool,
  client: AppClient,
  form: URLSearchParams,
): Promise<Granted | OAuthError> {
  if (!client.clientCredentialsGrant || client.secret === undefined) {
    return 'unauthorized_client';
  }
  // The scopes that describe a user have no slash.
  const allowed = client.scopes.filter((scope) => scope.includes('/'));
  const requested = readScopes(form);
  const scopes = requested.length === 0 ? allowed : requested;
  if (scopes.length === 0 || !scopes.every((scope) => allowed.includes(scope))) {
    return 'invalid_scope';
  }
  const clientMetadata = readMetadata(form.get('aws_client_metadata'));
  if (clientMetadata === 'invalid') {
    return 'invalid_request';
  }
  try {
    const request = { user: undefined, groups: { groups: [], roles: [] }, scopes };
    const source = 'TokenGeneration_ClientCredentials';
    return { scopes, overrides: await pool.triggers.preTokenGeneration(source, request, { client, clientMetadata }) };
  } catch (error) {
    if (error instanceof UserPoolError) {
      return 'invalid_request';
    }
    throw error;
  }
}

/**
 * Reads what a machine sends for the trigger: names and values as JSON.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
function readMetadata(json: string | null): Metadata | undefined | 'invalid' {
  if (json === null) {
    return undefined;
  }
  const metadata = parseJson(json);
  return isObject(metadata) && Object.values(metadata).every((value) => typeof value === 'string')
    ? (metadata as Metadata)
    : 'invalid';
}
