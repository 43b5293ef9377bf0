import { type Operation } from '../operation';
import { namedUser } from '../user';

/** Sets the password of a user, which can be a temporary one. */
export const adminSetUserPassword: Operation<'AdminSetUserPassword'> = (pool, request) => {
  pool.passwords.set(namedUser(pool, request), request.Password, { temporary: !request.Permanent });
  return {};
};
