import { type SigninState, type UserManager } from 'oidc-client-ts';

import { type ClientConfiguration } from '../client-configuration';
import { postForm } from '../http-exchange';
import { oidcClientOf } from '../user-manager';
import { decodeToken } from '../../flow/decoded-token';
import { callback } from '../../flow/flow-step';
import { type Outcome, outcomeOfCall, outcomeOfExchange } from './outcome';

/** Requests that need another code, and so a second sign-in. */
type SecondSignIn = 'no-scope' | 'wrong-verifier';

/** What is kept with the state while the browser is at the hosted login. */
interface StateData {
  readonly secondSignIn: SecondSignIn;
}

/** The scopes of OpenID Connect, which open no API. A custom scope is `identifier/name`. */
export function scopesWithoutApi(scope: string): string {
  return scope
    .split(' ')
    .filter((name) => name !== '' && !name.includes('/'))
    .join(' ');
}

/** Sends the browser to the hosted login again, which asks for no password while its own session lasts. */
export async function beginSecondSignIn(
  way: SecondSignIn,
  userManager: UserManager,
  { scope }: ClientConfiguration,
): Promise<void> {
  const { url } = await oidcClientOf(userManager).createSigninRequest({
    scope: way === 'no-scope' ? scopesWithoutApi(scope) : scope,
    state: { secondSignIn: way } satisfies StateData,
  });
  location.assign(url);
}

/**
 * Ends a second sign-in and returns the outcome, or nothing if the callback belongs to another sign-in.
 *
 * The tokens of the first stay as they are, and those of the second are not kept.
 */
export async function endSecondSignIn(
  userManager: UserManager,
  callbackUrl: string,
  configuration: ClientConfiguration,
): Promise<Outcome | undefined> {
  const { state, response } = await oidcClientOf(userManager).readSigninResponseState(callbackUrl);
  const way = (state.data as StateData | undefined)?.secondSignIn;
  if (way === undefined) {
    return undefined;
  }
  await userManager.settings.stateStore.remove(state.id);
  if (response.code === null || response.error !== null) {
    const note = 'The hosted login gave no code for this, so there was nothing to try.';
    return { way, note, steps: [callback(new URL(callbackUrl))] };
  }
  return way === 'no-scope'
    ? callWithoutScope(state, response.code, configuration)
    : exchangeWithWrongVerifier(state, response.code, configuration);
}

async function exchangeWithWrongVerifier(
  state: SigninState,
  code: string,
  configuration: ClientConfiguration,
): Promise<Outcome> {
  const verifier = Array.from(crypto.getRandomValues(new Uint8Array(48)), (byte) => byte.toString(16).padStart(2, '0'));
  return outcomeOfExchange(
    'wrong-verifier',
    'The hosted login gave this page a new code. The page exchanged it with another verifier than the one that it made for this code.',
    await exchange(state, code, verifier.join(''), configuration),
  );
}

async function callWithoutScope(
  state: SigninState,
  code: string,
  configuration: ClientConfiguration,
): Promise<Outcome> {
  const { clientId, hostedDomainUrl } = configuration;
  const exchanged = await exchange(state, code, state.code_verifier!, configuration);
  if (exchanged.status !== 200) {
    return outcomeOfExchange('no-scope', 'The token endpoint gave no token for this.', exchanged);
  }
  const tokens = JSON.parse(exchanged.body) as { access_token: string; refresh_token?: string };
  const { scope } = decodeToken(tokens.access_token)!.claims;
  const note = `This page signed in a second time and asked for less. The claim \`scope\` of that access token is \`${String(scope)}\`.`;
  const outcome = await outcomeOfCall('no-scope', note, configuration, tokens.access_token);
  if (tokens.refresh_token !== undefined) {
    await postForm(
      `${hostedDomainUrl}/oauth2/revoke`,
      new URLSearchParams({ token: tokens.refresh_token, client_id: clientId }),
    );
  }
  return outcome;
}

function exchange(
  state: SigninState,
  code: string,
  verifier: string,
  { hostedDomainUrl, clientId }: ClientConfiguration,
) {
  const form = {
    grant_type: 'authorization_code',
    redirect_uri: state.redirect_uri,
    code,
    code_verifier: verifier,
    client_id: clientId,
  };
  return postForm(`${hostedDomainUrl}/oauth2/token`, new URLSearchParams(form));
}
