import { type Operation } from '../operation';
import { authorizationIn } from '../session';
import { signedInUser } from '../user';

/** Ends the setup of an authenticator app with a code that it shows. */
export const verifySoftwareToken: Operation<'VerifySoftwareToken'> = async (pool, request) => {
  const { accessToken, session } = authorizationIn(request);
  if (session !== undefined) {
    pool.signIn.verifySoftwareToken(session, request.UserCode);
    return { Status: 'SUCCESS', Session: session };
  }
  const { user } = await signedInUser(pool, { AccessToken: accessToken });
  pool.softwareTokens.verify(user, request.UserCode);
  return { Status: 'SUCCESS' };
};
