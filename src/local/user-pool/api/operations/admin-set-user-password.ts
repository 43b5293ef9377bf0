import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminSetUserPassword: Operation<'AdminSetUserPassword'> = (pool, request) => {
  pool.passwords.set(namedUser(pool, request), request.Password, { temporary: !request.Permanent });
  return {};
};
