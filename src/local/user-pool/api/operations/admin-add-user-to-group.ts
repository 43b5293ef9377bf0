import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminAddUserToGroup: Operation<'AdminAddUserToGroup'> = (pool, request) => {
  pool.groups.add(namedUser(pool, request), request.GroupName);
  return {};
};
