import {
  type AssociateSoftwareTokenRequest,
  type AssociateSoftwareTokenResponse,
  type SetUserMFAPreferenceRequest,
  type SetUserMFAPreferenceResponse,
  type VerifySoftwareTokenRequest,
  type VerifySoftwareTokenResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { UserPoolError } from '../../user-pool-error';
import { type Operation } from '../operation';
import { signedInUser } from '../signed-in-user';

export const associateSoftwareToken: Operation<AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse> = async (
  pool,
  request,
) => {
  const { accessToken, session } = readAuthorization(request);
  if (session !== undefined) {
    return { SecretCode: pool.signIn.setUpSoftwareToken(session).secret, Session: session };
  }
  const { user } = await signedInUser(pool, accessToken, 'NotAuthorizedException');
  return { SecretCode: pool.softwareTokens.associate(user) };
};

export const verifySoftwareToken: Operation<VerifySoftwareTokenRequest, VerifySoftwareTokenResponse> = async (
  pool,
  request,
) => {
  const { accessToken, session } = readAuthorization(request);
  if (session !== undefined) {
    pool.signIn.verifySoftwareToken(session, request.UserCode);
    return { Status: 'SUCCESS', Session: session };
  }
  const { user } = await signedInUser(pool, accessToken);
  pool.softwareTokens.verify(user, request.UserCode);
  return { Status: 'SUCCESS' };
};

export const setUserMfaPreference: Operation<SetUserMFAPreferenceRequest, SetUserMFAPreferenceResponse> = async (
  pool,
  request,
) => {
  const { user } = await signedInUser(pool, request.AccessToken);
  for (const name of ['SMSMfaSettings', 'EmailMfaSettings', 'WebAuthnMfaSettings'] as const) {
    if (request[name]?.Enabled) {
      throw new UserPoolError('InvalidParameterException', `${name} is not served on this machine.`);
    }
  }
  if (request.SoftwareTokenMfaSettings) {
    pool.softwareTokens.setEnabled(user, request.SoftwareTokenMfaSettings.Enabled ?? false);
  }
  return {};
};

/** A request carries an access token or the session of a sign-in, but not both. */
function readAuthorization({
  AccessToken: accessToken,
  Session: session,
}: {
  readonly AccessToken?: string | undefined;
  readonly Session?: string | undefined;
}):
  | { readonly accessToken: string; readonly session?: undefined }
  | { readonly accessToken?: undefined; readonly session: string } {
  if (accessToken !== undefined && session === undefined) {
    return { accessToken };
  }
  if (session !== undefined && accessToken === undefined) {
    return { session };
  }
  throw new UserPoolError('InvalidParameterException', 'Exactly one of AccessToken and Session is required.');
}
