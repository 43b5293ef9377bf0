// Goes through sign-up, sign-in with SRP, a refresh, a reset of the password and the sign-out with AWS Amplify.
import { Amplify } from 'aws-amplify';
import {
  confirmResetPassword,
  confirmSignUp,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  resetPassword,
  signIn,
  signOut,
  signUp,
} from 'aws-amplify/auth';
import { ConsoleLogger } from 'aws-amplify/utils';

import { mailedCode, OAuthClient } from '../oauth-client';
import { type Client } from './client';

// It warns of an endpoint that is not AWS's.
ConsoleLogger.LOG_LEVEL = 'ERROR';

export const run: Client = async (services) => {
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: services.userPoolId,
        userPoolClientId: services.client.id,
        userPoolEndpoint: services.userPoolApiUrl,
      },
    },
  });
  const [username, password, other] = ['amplify@example.com', 'Correct-horse-1', 'Battery-staple-2'];
  const code = () => mailedCode(new OAuthClient(services), username);
  const registered = await signUp({ username, password, options: { userAttributes: { email: username } } });
  const confirmed = await confirmSignUp({ username, confirmationCode: await code() });
  const wrong = await signIn({ username, password: 'wrong' }).catch((error: unknown) => error);
  const signedIn = await signIn({ username, password });
  const first = await fetchAuthSession();
  const refreshed = await fetchAuthSession({ forceRefresh: true });
  const { email } = await fetchUserAttributes();
  const { userId } = await getCurrentUser();
  await signOut({ global: true });
  await resetPassword({ username });
  await confirmResetPassword({ username, confirmationCode: await code(), newPassword: other });
  const again = await signIn({ username, password: other, options: { authFlowType: 'USER_PASSWORD_AUTH' } });
  await signOut();
  return {
    registered: registered.nextStep.signUpStep,
    confirmed: confirmed.isSignUpComplete,
    wrong: (wrong as Error).name,
    signedIn: signedIn.isSignedIn,
    isNew: first.tokens?.accessToken.toString() !== refreshed.tokens?.accessToken.toString(),
    isMe: refreshed.userSub === userId,
    email,
    again: again.isSignedIn,
  };
};
