import { groupPage } from '../group';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

export const listGroups: Operation<'ListGroups'> = (pool, request) => {
  assertUserPool(pool, request);
  return groupPage(pool, pool.groups.all, request);
};
