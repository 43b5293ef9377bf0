import { groupType } from '../group';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

export const getGroup: Operation<'GetGroup'> = (pool, request) => {
  assertUserPool(pool, request);
  return { Group: groupType(pool, pool.groups.get(request.GroupName)) };
};
