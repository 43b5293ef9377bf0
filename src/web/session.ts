import { ErrorResponse, type User, type UserManager } from 'oidc-client-ts';

import { type ClientConfiguration } from './client-configuration';
import { type FlowRecorder } from './flow/flow-recorder';
import { type Outcome } from './flow/outcome';
import { endSecondSignIn } from './flow/second-sign-in';
import { watchFetch } from './http-exchange';
import { oidcClientOf } from './user-manager';

/** The login does not renew the tokens. The person must sign in again. */
export class SessionEndedError extends Error {}

/** A sign-in that was started elsewhere, with the login URL. The page does not use its code. */
export class ForeignSignInError extends Error {}

/** Sends the browser to the hosted login. */
export async function beginSignIn(userManager: UserManager, recorder: FlowRecorder): Promise<void> {
  // What signinRedirect does, but with the address known before the browser leaves.
  const { url } = await oidcClientOf(userManager).createSigninRequest({});
  recorder.authorizationRequested(url);
  location.assign(url);
}

/**
 * Ends a sign-in that the login has sent back here with a code or an error, and removes both from the address bar.
 *
 * Returns the outcome of a second sign-in, which should be rejected.
 */
export async function completeSignIn(
  userManager: UserManager,
  recorder: FlowRecorder,
  configuration: ClientConfiguration,
): Promise<Outcome | undefined> {
  const { href, pathname, search } = location;
  const parameters = new URLSearchParams(search);
  if (!parameters.has('code') && !parameters.has('error')) {
    return undefined;
  }
  if (!parameters.has('state')) {
    throw new ForeignSignInError();
  }
  // Before anything else, so that neither a reload nor the history ever gives the code again.
  history.replaceState(null, '', pathname);
  const outcome = await endSecondSignIn(userManager, href, configuration);
  if (!outcome) {
    recorder.callbackReceived(href);
    await recorded('exchange', userManager, recorder, () => userManager.signinRedirectCallback(href));
  }
  return outcome;
}

/** Returns who is signed in, with an access token that has not expired. */
export async function currentUser(userManager: UserManager, recorder: FlowRecorder): Promise<User | null> {
  const user = await userManager.getUser();
  return user?.expired ? renewTokens(userManager, recorder) : user;
}

/**
 * Gets a new access token with the refresh token.
 *
 * @throws {SessionEndedError} when the tokens cannot be renewed. The user is then signed out
 */
export async function renewTokens(userManager: UserManager, recorder: FlowRecorder): Promise<User> {
  try {
    return (await recorded('renewal', userManager, recorder, () => userManager.signinSilent()))!;
  } catch (error) {
    if (!(error instanceof ErrorResponse)) {
      throw error;
    }
    await userManager.removeUser();
    throw new SessionEndedError(error.message, { cause: error });
  }
}

/** Forgets the tokens of this tab and revokes the refresh token, with which others could be had. */
export async function forgetTokens(userManager: UserManager): Promise<void> {
  try {
    await userManager.revokeTokens();
  } catch {
    // The sign-out continues without the network, and if tokens cannot be revoked. The refresh token expires later.
  }
  await userManager.removeUser();
  // The state of sign-ins that did not end.
  const { stateStore } = userManager.settings;
  await Promise.all((await stateStore.getAllKeys()).map((key) => stateStore.remove(key)));
}

/** Lets the library send a request to the token endpoint, and keeps that request for the record of the sign-in. */
function recorded<Result>(
  kind: 'exchange' | 'renewal',
  userManager: UserManager,
  recorder: FlowRecorder,
  run: () => Promise<Result>,
): Promise<Result> {
  return watchFetch(
    userManager.settings.metadata!.token_endpoint!,
    (sent) => recorder.responseReceived(kind, sent),
    run,
  );
}

/** URL that also ends the session of the hosted login; Cognito's own, not OpenID Connect's RP-initiated logout. */
export function hostedLogoutUrl({ hostedDomainUrl, clientId, logoutUri }: ClientConfiguration): string | undefined {
  return logoutUri === undefined
    ? undefined
    : `${hostedDomainUrl}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: logoutUri }).toString()}`;
}
