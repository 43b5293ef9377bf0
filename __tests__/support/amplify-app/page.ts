// Shows the session of AWS Amplify, and has a button for each of its functions that a person needs.
import {
  confirmResetPassword,
  confirmSignUp,
  fetchAuthSession,
  getCurrentUser,
  resetPassword,
  signIn,
  signInWithRedirect,
  signOut,
  signUp,
} from 'aws-amplify/auth';
import { Hub } from 'aws-amplify/utils';

import { callApi } from './amplify';

/** What a button does; returns the step that Amplify names as the next one, or a response. */
type Action = () => Promise<string>;

const valueOf = (id: string) => document.querySelector<HTMLInputElement>(`#${id}`)!.value;

const signedOutActions: Readonly<Record<string, Action>> = {
  'Sign in at the hosted login': async () => {
    await signInWithRedirect();
    return '';
  },
  'Sign in here': async () => {
    const { nextStep } = await signIn({ username: valueOf('email'), password: valueOf('password') });
    return nextStep.signInStep;
  },
  'Sign up': async () => {
    const email = valueOf('email');
    const options = { userAttributes: { email } };
    const { nextStep } = await signUp({ username: email, password: valueOf('password'), options });
    return nextStep.signUpStep;
  },
  'Confirm the sign-up': async () => {
    const { nextStep } = await confirmSignUp({ username: valueOf('email'), confirmationCode: valueOf('code') });
    return nextStep.signUpStep;
  },
  'Reset the password': async () => {
    const { nextStep } = await resetPassword({ username: valueOf('email') });
    return nextStep.resetPasswordStep;
  },
  'Confirm the new password': async () => {
    await confirmResetPassword({
      username: valueOf('email'),
      confirmationCode: valueOf('code'),
      newPassword: valueOf('password'),
    });
    return 'DONE';
  },
};

const signedInActions: Readonly<Record<string, Action>> = {
  'Call the API': async () => {
    const response = await callApi();
    return `Status ${response.status}\n${await response.text()}`;
  },
  'Renew the tokens': async () => {
    await fetchAuthSession({ forceRefresh: true });
    return 'DONE';
  },
  'Sign out': async () => {
    await signOut();
    return '';
  },
};

/** Reads what the page can show of the session: no token is in it. */
async function readSession(): Promise<Readonly<Record<string, string>> | undefined> {
  const user = await getCurrentUser().catch(() => undefined);
  if (!user) {
    return undefined;
  }
  const { tokens } = await fetchAuthSession();
  const { scope, jti } = tokens!.accessToken.payload;
  const { email } = tokens!.idToken!.payload;
  return {
    User: user.username,
    Email: email as string,
    Scope: scope!,
    'ID of the access token': jti!,
  };
}

async function showSession(): Promise<void> {
  const session = await readSession();
  document.querySelector('form')!.hidden = session !== undefined;
  document
    .querySelector('dl')!
    .replaceChildren(
      ...Object.entries(session ?? {}).flatMap(([name, value]) => [element('dt', name), element('dd', value)]),
    );
  document
    .querySelector('#actions')!
    .replaceChildren(...Object.entries(session ? signedInActions : signedOutActions).map(toButton));
}

function toButton([name, act]: [string, Action], index: number): HTMLElement {
  const button = element('button', name);
  button.className = index === 0 ? '' : 'secondary';
  button.addEventListener('click', () => {
    showAnswer('');
    void act()
      .catch(String)
      .then(async (answer) => {
        await showSession();
        showAnswer(answer);
      });
  });
  return button;
}

function showAnswer(answer: string): void {
  document.querySelector('.response')!.replaceChildren(...(answer === '' ? [] : [element('pre', answer)]));
}

function element(name: string, text: string): HTMLElement {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}

Hub.listen('auth', ({ payload }) => {
  if (payload.event === 'signInWithRedirect_failure') {
    showAnswer(`${payload.data.error!.name}: ${payload.data.error!.message}`);
  }
});
void showSession();
