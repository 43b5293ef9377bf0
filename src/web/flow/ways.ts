import { type UserManager } from 'oidc-client-ts';

import { type ClientConfiguration } from '../client-configuration';
import { postForm } from '../http-exchange';
import { currentUser } from '../session';
import { decodeToken, withClaim } from '../../flow/decoded-token';
import { type FlowRecorder } from './flow-recorder';
import { type Outcome, outcomeOfCall, outcomeOfExchange } from './outcome';
import { beginSecondSignIn, scopesWithoutApi } from './second-sign-in';
import { type RejectionReason } from '../../flow/words';

/** A way to get in that should be rejected. */
export interface Way {
  readonly title: string;
  readonly text: string;
  /** Status with which it should be rejected. */
  readonly expected: 400 | 401;
  /** Sends the request. Returns nothing when the browser leaves for the hosted login, and comes back with the outcome. */
  readonly run: (context: WayContext) => Promise<Outcome | undefined>;
}

export interface WayContext {
  readonly configuration: ClientConfiguration;
  readonly userManager: UserManager;
  readonly recorder: FlowRecorder;
}

const noRecord = 'This tab has no record of how you signed in. Sign out and in again first.';

const daySeconds = 24 * 60 * 60;

export const ways: Readonly<Record<RejectionReason, Way>> = {
  'no-token': {
    title: 'Without a token',
    text: 'Call the API as anyone on the internet can.',
    expected: 401,
    run: ({ configuration }) => outcomeOfCall('no-token', 'The page called the API without a token.', configuration),
  },
  'id-token': {
    title: 'With the ID token',
    text: 'Send the token that says who you are.',
    expected: 401,
    run: async ({ configuration, userManager, recorder }) => {
      const token = (await currentUser(userManager, recorder))!.id_token;
      return token === undefined
        ? notSent('id-token', 'This sign-in has no ID token: the app client does not ask for the scope `openid`.')
        : outcomeOfCall('id-token', 'The page sent your ID token instead of the access token.', configuration, token);
    },
  },
  'bad-token': {
    title: 'With a changed token',
    text: 'Take your access token and let it expire a day later.',
    expected: 401,
    run: async ({ configuration, userManager, recorder }) => {
      const { access_token: token } = (await currentUser(userManager, recorder))!;
      const later = Number(decodeToken(token)!.claims.exp) + daySeconds;
      const note = `The page changed the claim \`exp\` of your access token to ${new Date(later * 1000).toLocaleString()} and left its signature as it is.`;
      return outcomeOfCall('bad-token', note, configuration, withClaim(token, 'exp', later));
    },
  },
  'no-scope': {
    title: 'Without the scope',
    text: 'Sign in a second time without asking for the API, and call it with that token.',
    expected: 401,
    run: async ({ configuration, userManager }) => {
      if (scopesWithoutApi(configuration.scope) === '') {
        return notSent('no-scope', 'The app client has no other scopes than those of the API, so no token lacks them.');
      }
      await beginSecondSignIn('no-scope', userManager, configuration);
      return undefined;
    },
  },
  expired: {
    title: 'With an expired token',
    text: 'Send the first access token of this sign-in after it has expired.',
    expected: 401,
    run: async ({ configuration, recorder: { exchange } }) => {
      if (!exchange) {
        return notSent('expired', noRecord);
      }
      const { access_token: token } = JSON.parse(exchange.body) as { access_token: string };
      const expiry = new Date(Number(decodeToken(token)!.claims.exp) * 1000);
      const time = expiry.toLocaleTimeString([], { timeStyle: 'short' });
      return expiry.getTime() > Date.now()
        ? notSent(
            'expired',
            `A token cannot be made to expire sooner. This one expires at ${time}. Try this again after that, and the API responds with 401 \`The incoming token has expired\`.`,
          )
        : outcomeOfCall('expired', `The page sent the access token that expired at ${time}.`, configuration, token);
    },
  },
  'spent-code': {
    title: 'With the same code again',
    text: 'Send the request of step 3 a second time, with the right verifier.',
    expected: 400,
    run: async ({ recorder }) => {
      if (!recorder.exchange) {
        return notSent('spent-code', noRecord);
      }
      const { url, form } = recorder.exchange;
      return outcomeOfExchange(
        'spent-code',
        'The page sent the code of your sign-in to the token endpoint again.',
        await postForm(url, new URLSearchParams(form)),
      );
    },
  },
  'wrong-verifier': {
    title: 'With the wrong verifier',
    text: 'Get a new code, and exchange it as a thief would: without knowing its verifier.',
    expected: 400,
    run: async ({ configuration, userManager }) => {
      await beginSecondSignIn('wrong-verifier', userManager, configuration);
      return undefined;
    },
  },
};

function notSent(way: RejectionReason, note: string): Outcome {
  return { way, note, steps: [] };
}
