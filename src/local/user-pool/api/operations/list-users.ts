import { type ListUsersRequest, type ListUsersResponse } from '@aws-sdk/client-cognito-identity-provider';

import { type UserPool } from '../../user-pool';
import { UserPoolError } from '../../user-pool-error';
import { type User } from '../../users';
import { type Operation } from '../operation';
import { assertUserPool } from '../user-pool-id';
import { userType } from '../user-type';

/** Users of a page, if the request does not say. */
const largestPage = 60;

export const listUsers: Operation<ListUsersRequest, ListUsersResponse> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  const isListed = readFilter(request.Filter ?? '');
  const listed = [...pool.users.all].filter(isListed);
  const start = startOf(pool, listed, request.PaginationToken);
  const { Limit: limit = 0 } = request;
  const end = start + (limit === 0 ? largestPage : limit);
  const last = listed[end - 1];
  return {
    Users: listed.slice(start, end).map((user) => {
      const described = userType(pool, user);
      const { AttributesToGet: names } = request;
      return { ...described, Attributes: described.Attributes.filter(({ Name }) => names?.includes(Name) ?? true) };
    }),
    ...(end < listed.length && last && { PaginationToken: Buffer.from(last.sub).toString('base64url') }),
  };
};

/** Returns where a page starts: after the user that its token names. */
function startOf(pool: UserPool, listed: readonly User[], token: string | undefined): number {
  if (token === undefined) {
    return 0;
  }
  const user = pool.users.withSub(Buffer.from(token, 'base64url').toString());
  if (!user || !listed.includes(user)) {
    throw new UserPoolError('InvalidParameterException', 'Invalid pagination token.');
  }
  return listed.indexOf(user) + 1;
}

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
