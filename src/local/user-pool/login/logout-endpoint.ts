import { type UserPoolConfiguration } from '../model';
import { readClient, rejectHere, type Rejection } from './authorization-request';
import { withParameters } from './parameters';

/** Returns where GET /logout leads after the sign-out. Its parameters are Cognito's, not OpenID Connect's. */
export function readSignOut(parameters: URLSearchParams, configuration: UserPoolConfiguration): string | Rejection {
  const logoutUri = parameters.get('logout_uri');
  if (logoutUri === null) {
    return readSignInAgain(parameters, configuration);
  }
  const clientId = parameters.get('client_id');
  if (!clientId) {
    return rejectHere({ error: 'Required parameters missing' });
  }
  const client = configuration.clients.get(clientId);
  return client?.logoutUrls.includes(logoutUri)
    ? logoutUri
    : rejectHere({ error: client ? 'redirect_mismatch' : 'invalid_request', client_id: clientId });
}

/** Redirects to the login page if the request has no logout URI. */
function readSignInAgain(parameters: URLSearchParams, configuration: UserPoolConfiguration): string | Rejection {
  const found = readClient(parameters, configuration);
  if ('redirectsTo' in found) {
    return found;
  }
  const { client, redirectUri } = found;
  return withParameters('/login', {
    client_id: client.id,
    response_type: parameters.get('response_type') ?? undefined,
    scope: parameters.get('scope') ?? client.scopes.join(' '),
    redirect_uri: redirectUri,
    state: parameters.get('state') ?? undefined,
    nonce: parameters.get('nonce') ?? undefined,
  });
}
