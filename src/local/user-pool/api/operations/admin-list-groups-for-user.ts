import { groupPage } from '../group';
import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminListGroupsForUser: Operation<'AdminListGroupsForUser'> = (pool, request) =>
  groupPage(pool, pool.groups.of(namedUser(pool, request)), request);
