import {
  type AdminAddUserToGroupRequest,
  type AdminListGroupsForUserRequest,
  type AdminListGroupsForUserResponse,
  type AdminRemoveUserFromGroupRequest,
  type GetGroupRequest,
  type GetGroupResponse,
  type GroupType,
  type ListGroupsRequest,
  type ListGroupsResponse,
  type ListUsersInGroupRequest,
  type ListUsersInGroupResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { type UserPool } from '../../user-pool';
import { type UserGroup } from '../../user-pool-configuration';
import { type Operation } from '../operation';
import { pageOf } from '../page';
import { assertUserPool, namedUser } from '../user-pool-id';
import { userType } from '../user-type';

export const adminAddUserToGroup: Operation<AdminAddUserToGroupRequest, object> = (pool, request) => {
  pool.groups.add(namedUser(pool, request), request.GroupName);
  return {};
};

export const adminRemoveUserFromGroup: Operation<AdminRemoveUserFromGroupRequest, object> = (pool, request) => {
  pool.groups.remove(namedUser(pool, request), request.GroupName);
  return {};
};

export const adminListGroupsForUser: Operation<AdminListGroupsForUserRequest, AdminListGroupsForUserResponse> = (
  pool,
  request,
) => listOf(pool, pool.groups.of(namedUser(pool, request)), request);

export const listGroups: Operation<ListGroupsRequest, ListGroupsResponse> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  return listOf(pool, pool.groups.all, request);
};

export const getGroup: Operation<GetGroupRequest, GetGroupResponse> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  return { Group: groupType(pool, pool.groups.get(request.GroupName)) };
};

export const listUsersInGroup: Operation<ListUsersInGroupRequest, ListUsersInGroupResponse> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  const { Limit: limit, NextToken: token } = request;
  const users = pool.groups.usersIn(pool.groups.get(request.GroupName));
  const { items, nextToken } = pageOf(users, { limit, token }, ({ sub }) => sub);
  return { Users: items.map((user) => userType(pool, user)), ...(nextToken !== undefined && { NextToken: nextToken }) };
};

/** Returns a page of groups, as a request wants it. */
function listOf(
  pool: UserPool,
  groups: readonly UserGroup[],
  { Limit: limit, NextToken: token }: Pick<ListGroupsRequest, 'Limit' | 'NextToken'>,
) {
  const { items, nextToken } = pageOf(groups, { limit, token }, ({ name }) => name);
  return {
    Groups: items.map((group) => groupType(pool, group)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}

function groupType({ configuration: { id } }: UserPool, { name, description, precedence }: UserGroup): GroupType {
  return {
    GroupName: name,
    UserPoolId: id,
    ...(description !== undefined && { Description: description }),
    ...(precedence !== undefined && { Precedence: precedence }),
  };
}
