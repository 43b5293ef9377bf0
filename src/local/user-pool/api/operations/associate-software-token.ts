import { type Operation } from '../operation';
import { authorizationIn } from '../session';
import { signedInUser } from '../user';

/** Begins the setup of an authenticator app: for a signed-in user, or as a step of a sign-in. */
export const associateSoftwareToken: Operation<'AssociateSoftwareToken'> = async (pool, request) => {
  const { accessToken, session } = authorizationIn(request);
  if (session !== undefined) {
    return { SecretCode: pool.signIn.setUpSoftwareToken(session).secret, Session: session };
  }
  const { user } = await signedInUser(pool, { AccessToken: accessToken }, 'NotAuthorizedException');
  return { SecretCode: pool.softwareTokens.associate(user) };
};
