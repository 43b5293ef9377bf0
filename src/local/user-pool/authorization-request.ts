import { type CodeGrant } from './user-pool';
import { hasDuplicates, withParameters } from './parameters';
import { type Grant } from './tokens';
import { type AppClient, type UserPoolConfiguration } from './user-pool-configuration';

/** What a client asks of the person who signs in. */
export interface AuthorizationRequest extends Pick<Grant, 'client' | 'scopes' | 'nonce'>, Omit<CodeGrant, 'grant'> {
  readonly state: string | undefined;
}

/** A request that is refused, and where to send the browser instead. */
export interface Refusal {
  readonly refusedTo: string;
}

/** Scopes that need `openid` beside them. */
const openidScopes = ['email', 'phone', 'profile'];

/**
 * Reads the parameters of /oauth2/authorize, which /login takes as well.
 *
 * Until the client and its redirect URI are known to be right, a refusal stays on the pool's domain.
 */
export function readAuthorizationRequest(
  parameters: URLSearchParams,
  configuration: UserPoolConfiguration,
): AuthorizationRequest | Refusal {
  const found = readClient(parameters, configuration);
  if ('refusedTo' in found) {
    return found;
  }
  const { client, redirectUri } = found;
  const state = parameters.get('state') ?? undefined;
  const refuse = (error: string): Refusal => ({ refusedTo: withParameters(redirectUri, { error, state }) });

  if (hasDuplicates(parameters)) {
    return refuse('invalid_request');
  }
  const responseType = parameters.get('response_type');
  if (responseType !== 'code' || !client.codeGrant) {
    return refuse(responseType === 'token' || responseType === 'code' ? 'unauthorized_client' : 'invalid_request');
  }
  const identityProvider = parameters.get('identity_provider') ?? 'COGNITO';
  if (identityProvider !== 'COGNITO' || parameters.has('idp_identifier')) {
    return refuse('invalid_request');
  }
  const codeChallenge = parameters.get('code_challenge') ?? undefined;
  const method = parameters.get('code_challenge_method');
  const isPkceRight = codeChallenge === undefined ? method === null : method === 'S256' && isPkceValue(codeChallenge);
  if (!isPkceRight) {
    return refuse('invalid_request');
  }
  const scopes = grantedScopes(parameters, client);
  if (!scopes) {
    // Cognito's own order, with the error last.
    return {
      refusedTo: withParameters(redirectUri, { error_description: 'invalid_scope', state, error: 'invalid_request' }),
    };
  }
  return { client, redirectUri, state, scopes, codeChallenge, nonce: parameters.get('nonce') ?? undefined };
}

/** Finds the client and makes sure that the redirect URI is one of its own, to the letter. */
export function readClient(
  parameters: URLSearchParams,
  { clients }: UserPoolConfiguration,
): { readonly client: AppClient; readonly redirectUri: string } | Refusal {
  const [clientId, ...otherClientIds] = parameters.getAll('client_id');
  const [redirectUri, ...otherRedirectUris] = parameters.getAll('redirect_uri');
  if (!clientId || !redirectUri) {
    return refuseHere({ error: 'Required parameters missing' });
  }
  const client = clients.get(clientId);
  if (!client || otherClientIds.length > 0 || otherRedirectUris.length > 0) {
    return refuseHere({ error: 'invalid_request', client_id: clientId });
  }
  return client.callbackUrls.includes(redirectUri)
    ? { client, redirectUri }
    : refuseHere({ error: 'redirect_mismatch', client_id: clientId });
}

/** Refuses a request with the domain's own error page. */
export function refuseHere(parameters: Readonly<Record<string, string>>): Refusal {
  return { refusedTo: withParameters('/error', parameters) };
}

/** Says whether a text has the form of a code verifier, which a code challenge shares. */
export function isPkceValue(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text);
}

/** Returns the scopes that the client gets, all of its own if it names none, or nothing if it may not have one. */
function grantedScopes(parameters: URLSearchParams, client: AppClient): readonly string[] | undefined {
  // A client of the classic hosted login cannot name a resource.
  if (parameters.has('resource')) {
    return undefined;
  }
  const asked = [...new Set((parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== ''))];
  if (asked.length === 0) {
    return client.scopes;
  }
  const areAllowed = asked.every((scope) => client.scopes.includes(scope));
  const lacksOpenid = !asked.includes('openid') && asked.some((scope) => openidScopes.includes(scope));
  return areAllowed && !lacksOpenid ? asked : undefined;
}
