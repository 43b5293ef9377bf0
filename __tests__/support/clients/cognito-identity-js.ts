// Goes through sign-up, sign-in with SRP, a change and a reset of the password with amazon-cognito-identity-js.
/* eslint-disable @typescript-eslint/no-deprecated -- AWS keeps it, and many apps still use it */
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js';

import { mailedCode, OAuthClient } from '../oauth-client';
import { type Client } from './client';

type Callback<Result> = (error: Error | null | undefined, result: Result) => void;

function done<Result>(start: (callback: Callback<Result>) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error) {
        reject(error);
      } else {
        resolve(result);
      }
    });
  });
}

export const run: Client = async (services) => {
  const pool = new CognitoUserPool({
    UserPoolId: services.userPoolId,
    ClientId: services.client.id,
    endpoint: services.userPoolApiUrl,
  });
  const [email, password] = ['person@example.com', 'Correct-horse-1'];
  const attributes = [new CognitoUserAttribute({ Name: 'email', Value: email })];
  await done<unknown>((callback) => {
    pool.signUp(email, password, attributes, [], callback);
  });
  const user = new CognitoUser({ Username: email, Pool: pool });
  const code = await mailedCode(new OAuthClient(services), email);
  const confirmed = await done<unknown>((callback) => {
    user.confirmRegistration(code, true, callback);
  });
  const signIn = (given: string) =>
    new Promise<CognitoUserSession>((onSuccess, onFailure) => {
      user.authenticateUser(new AuthenticationDetails({ Username: email, Password: given }), { onSuccess, onFailure });
    });
  const wrong = await signIn('wrong').catch((error: unknown) => error as Error);
  const session = await signIn(password);
  const read = await done<CognitoUserAttribute[] | undefined>((callback) => {
    user.getUserAttributes(callback);
  });
  await done<unknown>((callback) => {
    user.changePassword(password, 'Battery-staple-2', callback);
  });
  const refreshed = await done<CognitoUserSession>((callback) => {
    user.refreshSession(session.getRefreshToken(), callback);
  });
  await new Promise((onSuccess, onFailure) => {
    user.globalSignOut({ onSuccess, onFailure });
  });
  // To calculate with the numbers of SRP takes this package longer than all else.
  user.setAuthenticationFlowType('USER_PASSWORD_AUTH');
  const again = await signIn('Battery-staple-2');
  return {
    confirmed,
    wrong: (wrong as Error).name,
    scope: session.getAccessToken().payload.scope as unknown,
    email: read?.find(({ Name }) => Name === 'email')?.Value,
    isNew: refreshed.getAccessToken().getJwtToken() !== session.getAccessToken().getJwtToken(),
    again: again.isValid(),
  };
};
