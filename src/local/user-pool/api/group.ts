import { type UserGroup } from '../model';
import { type UserPool } from '../user-pool';
import { pageOf } from './page';

/** Describes a group. */
export function groupType(
  { configuration: { id }, createdAt, modifiedAt }: UserPool,
  { name, description, precedence, roleArn }: UserGroup,
) {
  return {
    GroupName: name,
    UserPoolId: id,
    ...(description !== undefined && { Description: description }),
    ...(roleArn !== undefined && { RoleArn: roleArn }),
    ...(precedence !== undefined && { Precedence: precedence }),
    CreationDate: new Date(createdAt),
    LastModifiedDate: new Date(modifiedAt),
  };
}

/** Describes the page of groups that a request asks for. */
export function groupPage(
  pool: UserPool,
  groups: readonly UserGroup[],
  { Limit: limit, NextToken: token }: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
) {
  const { items, nextToken } = pageOf(groups, { limit, token }, ({ name }) => name);
  return {
    Groups: items.map((group) => groupType(pool, group)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}
