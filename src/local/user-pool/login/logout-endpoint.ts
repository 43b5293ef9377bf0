import { type UserPoolConfiguration } from '../model';
import { rejectHere, readClient } from './authorization-request';
import { withParameters } from './parameters';

/** Whether a request signs the user out, and where it redirects the browser. */
interface SignOut {
  readonly signsOut: boolean;
  readonly to: string;
}

/** Reads the parameters of GET /logout. They are Cognito's, not OpenID Connect's. */
export function readSignOut(parameters: URLSearchParams, configuration: UserPoolConfiguration): SignOut {
  const logoutUri = parameters.get('logout_uri');
  if (logoutUri === null) {
    return readSignInAgain(parameters, configuration);
  }
  const clientId = parameters.get('client_id');
  if (!clientId) {
    return { signsOut: false, to: rejectHere({ error: 'Required parameters missing' }).redirectsTo };
  }
  const client = configuration.clients.get(clientId);
  return client?.logoutUrls.includes(logoutUri)
    ? { signsOut: true, to: logoutUri }
    : {
        signsOut: false,
        to: rejectHere({ error: client ? 'redirect_mismatch' : 'invalid_request', client_id: clientId }).redirectsTo,
      };
}

/** Redirects to the login page if the request has no logout URI. */
function readSignInAgain(parameters: URLSearchParams, configuration: UserPoolConfiguration): SignOut {
  const found = readClient(parameters, configuration);
  if ('redirectsTo' in found) {
    return { signsOut: false, to: found.redirectsTo };
  }
  const { client, redirectUri } = found;
  const to = withParameters('/login', {
    client_id: client.id,
    response_type: parameters.get('response_type') ?? undefined,
    scope: parameters.get('scope') ?? client.scopes.join(' '),
    redirect_uri: redirectUri,
    state: parameters.get('state') ?? undefined,
    nonce: parameters.get('nonce') ?? undefined,
  });
  return { signsOut: true, to };
}
