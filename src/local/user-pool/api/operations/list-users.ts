import { type User } from '../../model';
import { UserPoolError } from '../../user-pool-error';
import { type Operation } from '../operation';
import { pageOf } from '../page';
import { assertUserPool, orderOf, userType } from '../user';

/** Lists the users that a filter finds, page by page. */
export const listUsers: Operation<'ListUsers'> = (pool, request) => {
  assertUserPool(pool, request);
  const { AttributesToGet: names, Limit: limit, PaginationToken: token } = request;
  const found = [...pool.users.all].filter(readFilter(request.Filter ?? ''));
  const { items, nextToken } = pageOf(found, { limit, token }, orderOf);
  return {
    Users: items.map(userType).map((user) => ({ ...user, Attributes: pick(user.Attributes, names) })),
    ...(nextToken !== undefined && { PaginationToken: nextToken }),
  };
};

/** @throws {UserPoolError} when one of the names is missing, as on AWS */
function pick<Attribute extends { readonly Name: string }>(
  attributes: readonly Attribute[],
  names: readonly string[] | undefined,
): Attribute[] {
  if (names?.some((name) => !attributes.some(({ Name }) => Name === name))) {
    throw new UserPoolError('InvalidParameterException', 'One or more requested attributes do not exist.');
  }
  return attributes.filter(({ Name }) => names?.includes(Name) ?? true);
}

type Search = (user: User) => string | undefined;

/** The names by which AWS lets users be searched for. */
const searchable = new Map<string, Search>([
  ['username', ({ username }) => username],
  ['sub', ({ sub }) => sub],
  ['status', ({ enabled }) => (enabled ? 'Enabled' : 'Disabled')],
  ['cognito:user_status', ({ status }) => status],
  ...['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username'].map(
    (name): [string, Search] => [name, ({ attributes }) => attributes.get(name)],
  ),
]);

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
  const {
    name = '',
    operator,
    quoted = '',
  } = /^\s*"?(?<name>[\w:]+)"?\s*(?<operator>\^?=)\s*"(?<quoted>(?:[^"\\]|\\.)*)"\s*$/.exec(filter)?.groups ?? {};
  const read = searchable.get(name);
  if (!read) {
    throw new UserPoolError('InvalidParameterException', 'Error while parsing filter.');
  }
  const value = quoted.replace(/\\(.)/g, '$1');
  // The only one that AWS compares without case.
  const wanted = name === 'cognito:user_status' ? value.toUpperCase() : value;
  return (user) => (operator === '=' ? read(user) === wanted : (read(user)?.startsWith(wanted) ?? false));
}
