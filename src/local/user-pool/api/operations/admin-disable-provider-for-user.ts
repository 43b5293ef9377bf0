import { UserPoolError } from '../../user-pool-error';
import { identityIn, localProvider } from '../identity-provider';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

/** Ends the sign-in of a user with an identity provider, or with a password. */
export const adminDisableProviderForUser: Operation<'AdminDisableProviderForUser'> = (pool, request) => {
  assertUserPool(pool, request);
  if (request.User.ProviderName === localProvider) {
    pool.federation.disablePassword(pool.users.get(request.User.ProviderAttributeValue ?? ''));
    return {};
  }
  const identity = identityIn(pool, 'User', request.User);
  const user = pool.federation.find(identity);
  if (!user) {
    throw new UserPoolError('UserNotFoundException');
  }
  pool.federation.unlink(user, identity);
  return {};
};
