import { type Operation } from '../operation';
import { namedUser } from '../user';

/** Deletes a user. */
export const adminDeleteUser: Operation<'AdminDeleteUser'> = (pool, request) => {
  pool.deleteUser(namedUser(pool, request));
  return {};
};
