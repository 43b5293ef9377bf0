import { type Operation } from '../operation';
import { pageOf } from '../page';
import { assertUserPool, orderOf, userType } from '../user';

export const listUsersInGroup: Operation<'ListUsersInGroup'> = (pool, request) => {
  assertUserPool(pool, request);
  const { Limit: limit, NextToken: token } = request;
  const users = pool.groups.usersIn(pool.groups.get(request.GroupName));
  const { items, nextToken } = pageOf(users, { limit, token }, orderOf);
  return { Users: items.map(userType), ...(nextToken !== undefined && { NextToken: nextToken }) };
};
