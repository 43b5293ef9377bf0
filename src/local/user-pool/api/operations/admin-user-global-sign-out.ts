import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminUserGlobalSignOut: Operation<'AdminUserGlobalSignOut'> = (pool, request) => {
  pool.grants.signOutEverywhere(namedUser(pool, request));
  return {};
};
