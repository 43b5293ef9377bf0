import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminDeleteUser: Operation<'AdminDeleteUser'> = (pool, request) => {
  pool.deleteUser(namedUser(pool, request));
  return {};
};
