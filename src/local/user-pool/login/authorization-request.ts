import { type AppClient, type IdentityProvider, type UserPoolConfiguration } from '../model';
import { type CodeRequest } from '../sign-in/sessions';
import { hasDuplicates, withParameters } from './parameters';

/** A valid authorization request of an app client. */
export interface AuthorizationRequest extends CodeRequest {
  readonly state: string | undefined;
  /** The identity provider that the request selects. `unavailable` is one that the client does not have. */
  readonly identityProvider: IdentityProvider | 'COGNITO' | 'unavailable' | undefined;
}

/** A rejected request, with the URL to which it redirects the browser. */
export interface Rejection {
  readonly redirectsTo: string;
}

/** Scopes that require `openid`. */
const openidScopes = ['email', 'phone', 'profile'];

/**
 * Reads the parameters of /oauth2/authorize and /login.
 *
 * A rejection stays on the pool's domain until the client and its redirect URI are known to be valid.
 */
export function readAuthorizationRequest(
  parameters: URLSearchParams,
  configuration: UserPoolConfiguration,
): AuthorizationRequest | Rejection {
  const found = readClient(parameters, configuration);
  if ('redirectsTo' in found) {
    return found;
  }
  const { client, redirectUri } = found;
  const state = parameters.get('state') ?? undefined;
  const reject = (error: string): Rejection => ({ redirectsTo: withParameters(redirectUri, { error, state }) });

  if (hasDuplicates(parameters)) {
    return reject('invalid_request');
  }
  const responseType = parameters.get('response_type');
  if (responseType !== 'code' || !client.codeGrant) {
    return reject(responseType === 'token' || responseType === 'code' ? 'unauthorized_client' : 'invalid_request');
  }
  const codeChallenge = parameters.get('code_challenge') ?? undefined;
  const method = parameters.get('code_challenge_method');
  const isPkceValid = codeChallenge === undefined ? method === null : method === 'S256' && isPkceValue(codeChallenge);
  if (!isPkceValid) {
    return reject('invalid_request');
  }
  const scopes = grantedScopes(parameters, client);
  if (!scopes) {
    // Cognito puts the error last.
    return {
      redirectsTo: withParameters(redirectUri, { error_description: 'invalid_scope', state, error: 'invalid_request' }),
    };
  }
  return {
    client,
    redirectUri,
    state,
    scopes,
    codeChallenge,
    nonce: parameters.get('nonce') ?? undefined,
    identityProvider: selectedProvider(parameters, client, configuration),
  };
}

/** Returns the identity provider that a request selects by its name or by one of its identifiers. */
function selectedProvider(
  parameters: URLSearchParams,
  { identityProviders: allowed }: AppClient,
  { identityProviders }: UserPoolConfiguration,
): AuthorizationRequest['identityProvider'] {
  const [name, identifier] = [parameters.get('identity_provider'), parameters.get('idp_identifier')];
  if (name === null && identifier === null) {
    return undefined;
  }
  if (name === 'COGNITO' && allowed.includes(name)) {
    return name;
  }
  return (
    [...identityProviders.values()].find(
      (provider) =>
        allowed.includes(provider.name) &&
        (name === null ? provider.identifiers.includes(identifier!) : provider.name === name),
    ) ?? 'unavailable'
  );
}

/** Finds the client, and checks that the redirect URI is exactly one of its callback URLs. */
export function readClient(
  parameters: URLSearchParams,
  { clients }: UserPoolConfiguration,
): { readonly client: AppClient; readonly redirectUri: string } | Rejection {
  const [clientId, ...otherClientIds] = parameters.getAll('client_id');
  const [redirectUri, ...otherRedirectUris] = parameters.getAll('redirect_uri');
  if (!clientId || !redirectUri) {
    return rejectHere({ error: 'Required parameters missing' });
  }
  const client = clients.get(clientId);
  if (!client || otherClientIds.length > 0 || otherRedirectUris.length > 0) {
    return rejectHere({ error: 'invalid_request', client_id: clientId });
  }
  return client.callbackUrls.includes(redirectUri)
    ? { client, redirectUri }
    : rejectHere({ error: 'redirect_mismatch', client_id: clientId });
}

/** Rejects a request with the error page of the domain. */
export function rejectHere(parameters: Readonly<Record<string, string>>): Rejection {
  return { redirectsTo: withParameters('/error', parameters) };
}

/** Returns the URL by which the app gets an error. Cognito puts the error last. */
export function errorUrl({ redirectUri, state }: AuthorizationRequest, error: string, description: string): string {
  return withParameters(redirectUri, { error_description: description, state, error });
}

/** Returns whether a string has the form of a code verifier, which is also the form of a code challenge. */
export function isPkceValue(value: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(value);
}

/** Returns the scopes of a request, each once. */
export function readScopes(parameters: URLSearchParams): readonly string[] {
  return [...new Set((parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== ''))];
}

/** Returns the requested scopes, or all of the client's if it requests none. Returns nothing if one is not allowed. */
function grantedScopes(parameters: URLSearchParams, client: AppClient): readonly string[] | undefined {
  // The classic hosted login does not accept this parameter.
  if (parameters.has('resource')) {
    return undefined;
  }
  const requested = readScopes(parameters);
  if (requested.length === 0) {
    return client.scopes;
  }
  const areAllowed = requested.every((scope) => client.scopes.includes(scope));
  const lacksOpenid = !requested.includes('openid') && requested.some((scope) => openidScopes.includes(scope));
  return areAllowed && !lacksOpenid ? requested : undefined;
}
