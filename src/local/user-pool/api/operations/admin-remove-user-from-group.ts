import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminRemoveUserFromGroup: Operation<'AdminRemoveUserFromGroup'> = (pool, request) => {
  pool.groups.remove(namedUser(pool, request), request.GroupName);
  return {};
};
