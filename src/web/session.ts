import { ErrorResponse, type User, type UserManager } from 'oidc-client-ts';

import { type ClientConfiguration } from './client-configuration';

/** The login has refused to renew the tokens: only a new sign-in helps. */
export class SessionEndedError extends Error {}

/** A sign-in that was begun elsewhere, with the login URL alone; its code is for whoever began it. */
export class ForeignSignInError extends Error {}

/** Ends a sign-in that the login has sent back here with a code or an error, and clears the address of both. */
export async function completeSignIn(userManager: UserManager): Promise<void> {
  const { href, pathname, search } = location;
  const parameters = new URLSearchParams(search);
  if (!parameters.has('code') && !parameters.has('error')) {
    return;
  }
  if (!parameters.has('state')) {
    throw new ForeignSignInError();
  }
  // Before anything else, so that neither a reload nor the history ever gives the code again.
  history.replaceState(null, '', pathname);
  await userManager.signinRedirectCallback(href);
}

/** Returns who is signed in, with an access token that has not run out. */
export async function currentUser(userManager: UserManager): Promise<User | null> {
  const user = await userManager.getUser();
  return user?.expired ? renewTokens(userManager) : user;
}

/**
 * Gets a new access token with the refresh token.
 *
 * @throws {SessionEndedError} when there is nothing to renew any more; nobody is signed in then
 */
export async function renewTokens(userManager: UserManager): Promise<User> {
  try {
    return (await userManager.signinSilent())!;
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
    // Who wants to leave is let go: without the network, or if the client's tokens cannot be revoked, it runs out.
  }
  await userManager.removeUser();
}

/** URL that ends the session of the hosted login too; Cognito's own, not OpenID Connect's RP-initiated logout. */
export function hostedLogoutUrl({ hostedDomainUrl, clientId, logoutUri }: ClientConfiguration): string | undefined {
  return logoutUri === undefined
    ? undefined
    : `${hostedDomainUrl}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: logoutUri }).toString()}`;
}
