import { type ListUsersRequest, type ListUsersResponse } from '@aws-sdk/client-cognito-identity-provider';

import { UserPoolError } from '../../user-pool-error';
import { type User } from '../../users';
import { type Operation } from '../operation';
import { pageOf } from '../page';
import { assertUserPool } from '../user-pool-id';
import { userType } from '../user-type';

export const listUsers: Operation<ListUsersRequest, ListUsersResponse> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  const isListed = readFilter(request.Filter ?? '');
  const listed = [...pool.users.all].filter(isListed);
  const { Limit: limit, PaginationToken: token, AttributesToGet: names } = request;
  const { items, nextToken } = pageOf(listed, { limit, token }, ({ sub }) => sub);
  return {
    Users: items.map((user) => {
      const described = userType(pool, user);
      return { ...described, Attributes: described.Attributes.filter(({ Name }) => names?.includes(Name) ?? true) };
    }),
    ...(nextToken !== undefined && { PaginationToken: nextToken }),
  };
};

/** The names by which AWS lets users be searched for. */
const searchable: Readonly<Record<string, (user: User) => string | undefined>> = {
  username: ({ sub }) => sub,
  sub: ({ sub }) => sub,
  status: ({ enabled }) => (enabled ? 'Enabled' : 'Disabled'),
  'cognito:user_status': ({ status }) => status,
  ...Object.fromEntries(
    ['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username'].map((name) => [
      name,
      ({ attributes }: User) => attributes.get(name),
    ]),
  ),
};

/**
 * Reads a filter: `name = "value"`, or `name ^= "value"` for a value that starts so.
 *
 * @throws {UserPoolError} when it has another form, or names what cannot be searched for
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html
 */
function readFilter(filter: string): (user: User) => boolean {
  if (filter.trim() === '') {
    return () => true;
  }
  const { name, operator, quoted } =
    /^\s*"?(?<name>[\w:]+)"?\s*(?<operator>\^?=)\s*"(?<quoted>(?:[^"\\]|\\.)*)"\s*$/.exec(filter)?.groups ?? {};
  const read = name !== undefined && Object.hasOwn(searchable, name) ? searchable[name] : undefined;
  if (!read) {
    throw new UserPoolError('InvalidParameterException', 'Error while parsing filter.');
  }
  const value = quoted!.replace(/\\(.)/g, '$1');
  return (user) => (operator === '=' ? read(user) === value : (read(user)?.startsWith(value) ?? false));
}
