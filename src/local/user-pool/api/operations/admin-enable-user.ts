import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminEnableUser: Operation<'AdminEnableUser'> = (pool, request) => {
  pool.setEnabled(namedUser(pool, request), true);
  return {};
};
