import { ErrorResponse } from 'oidc-client-ts';

import { ApiUnreachableError } from './http-exchange';
import { ForeignSignInError, SessionEndedError } from './session';

/** What the error codes of OAuth 2.0 and OpenID Connect mean to the person. */
const loginErrors: Readonly<Record<string, string>> = {
  access_denied: 'The login was cancelled, or you may not sign in here.',
  invalid_client: 'The login does not know this app client, or it has a secret, which a page cannot keep.',
  invalid_grant: 'The code of this sign-in was used before, or is older than five minutes. Sign in again.',
  invalid_request: 'The login did not accept what this page asked for.',
  invalid_scope: 'This page asked for a scope that its app client may not have.',
  server_error: 'The login failed. Try again in a moment.',
  temporarily_unavailable: 'The login is not available. Try again in a moment.',
  unauthorized_client: 'This app client may not sign in with an authorization code, or not to this address.',
};

/** Says what went wrong, as a person would. */
export function sentenceFor(error: unknown): string {
  if (error instanceof SessionEndedError) {
    return 'Your sign-in has expired or was revoked. Sign in again.';
  }
  if (error instanceof ForeignSignInError) {
    return 'This sign-in was not started with Sign in, so the page does not use it. Its code is in the address bar. It is valid for five minutes and one use, with curl for example.';
  }
  if (error instanceof ApiUnreachableError) {
    return 'The API could not be reached. Either there is no connection, or the API does not let this page read its responses (CORS).';
  }
  if (error instanceof ErrorResponse) {
    const code = error.error ?? 'unknown';
    // Cognito names a wrong scope in the description.
    const sentence = loginErrors[error.error_description ?? ''] ?? loginErrors[code] ?? 'The login failed.';
    return `${sentence} (${[code, error.error_description].filter(Boolean).join(': ')})`;
  }
  if (error instanceof TypeError) {
    return 'The login could not be reached. Check the connection and try again.';
  }
  if (error instanceof Error && /\bstate\b/.test(error.message)) {
    return 'That sign-in was not started in this tab, so it was not accepted. Sign in again.';
  }
  return `Something went wrong: ${error instanceof Error ? error.message : String(error)}`;
}

/** Says what an error of the API means. */
export function sentenceForStatus(status: number): string | undefined {
  if (status < 400) {
    return undefined;
  }
  if (status === 401) {
    return 'The API does not accept the access token: it has expired, or does not have the scope that the API requires.';
  }
  if (status === 403) {
    return 'The API rejects the call.';
  }
  return status < 500 ? 'The API did not accept the call.' : 'The API failed. Try again in a moment.';
}
