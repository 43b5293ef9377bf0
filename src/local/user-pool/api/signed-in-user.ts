import { adminScope } from '../grants';
import { type UserPool } from '../user-pool';
import { type AppClient } from '../user-pool-configuration';
import { UserPoolError } from '../user-pool-error';
import { type User } from '../users';

/**
 * Returns the user whose access token a request carries, and the client of the token.
 *
 * @param errorIfDeleted the one that AWS documents for the operation
 * @throws {UserPoolError} when the token is not valid, does not have the scope of this API, or was revoked
 */
export async function signedInUser(
  pool: UserPool,
  accessToken: string,
  errorIfDeleted: 'NotAuthorizedException' | 'UserNotFoundException' = 'UserNotFoundException',
): Promise<{ readonly user: User; readonly client: AppClient }> {
  let message = 'Invalid Access Token';
  const claims = await pool.tokens.verifyAccessToken(accessToken, () => {
    message = 'Access Token has expired';
  });
  const client = pool.configuration.clients.get(String(claims?.client_id));
  if (!claims || !client) {
    throw new UserPoolError('NotAuthorizedException', message);
  }
  if (!String(claims.scope).split(' ').includes(adminScope)) {
    throw new UserPoolError('NotAuthorizedException', 'Access Token does not have required scopes');
  }
  const user = pool.users.withSub(claims.sub!);
  if (!user) {
    throw new UserPoolError(errorIfDeleted, errorIfDeleted === 'NotAuthorizedException' ? message : undefined);
  }
  if (!user.enabled) {
    throw new UserPoolError('NotAuthorizedException', 'User is disabled.');
  }
  if (pool.grants.isRevoked(claims, user)) {
    throw new UserPoolError('NotAuthorizedException', 'Access Token has been revoked');
  }
  return { user, client };
}
