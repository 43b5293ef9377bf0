import { UserPoolError } from '../user-pool-error';

/** Items of a page, if the request does not say. */
const largestPage = 60;

/** What a request says of the page that it wants. */
interface PageRequest {
  readonly limit: number | undefined;
  readonly token: string | undefined;
}

/**
 * Returns one page of a list, and the token of the next one if there is more.
 *
 * @param keyOf tells the items of the list apart
 * @throws {UserPoolError} when the token names no item of the list
 */
export function pageOf<Item>(
  items: readonly Item[],
  { limit = 0, token }: PageRequest,
  keyOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const start = token === undefined ? 0 : startAfter(items.map(keyOf), Buffer.from(token, 'base64url').toString());
  const end = start + (limit === 0 ? largestPage : limit);
  const last = items[end - 1];
  return {
    items: items.slice(start, end),
    nextToken: end < items.length && last ? Buffer.from(keyOf(last)).toString('base64url') : undefined,
  };
}

function startAfter(keys: readonly string[], key: string): number {
  const index = keys.indexOf(key);
  if (index === -1) {
    throw new UserPoolError('InvalidParameterException', 'Invalid pagination token.');
  }
  return index + 1;
}
