import { UserPoolError } from '../user-pool-error';

type Authorization =
  | { readonly accessToken: string; readonly session?: undefined }
  | { readonly accessToken?: undefined; readonly session: string };

/**
 * Returns who sends a request: a signed-in user with an access token, or a sign-in with its session.
 *
 * @throws {UserPoolError} when the request has both, or neither
 */
export function authorizationIn({
  AccessToken: accessToken,
  Session: session,
}: {
  readonly AccessToken?: string | undefined;
  readonly Session?: string | undefined;
}): Authorization {
  if (accessToken !== undefined && session === undefined) {
    return { accessToken };
  }
  if (session !== undefined && accessToken === undefined) {
    return { session };
  }
  throw new UserPoolError('InvalidParameterException', 'Exactly one of AccessToken and Session is required.');
}
