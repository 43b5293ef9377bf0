import { type Operation } from '../operation';
import { namedUser } from '../user';

/** Lets a user no longer sign in, and ends all tokens of the user. */
export const adminDisableUser: Operation<'AdminDisableUser'> = (pool, request) => {
  pool.setEnabled(namedUser(pool, request), false);
  return {};
};
