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
 * The token names the last item of a page. The next page has what comes after it in the order of the keys, whether or
 * not that item is still there.
 *
 * @param keyOf tells the items apart, and orders them
 * @throws {UserPoolError} when the token is not one of a page
 */
export function pageOf<Item>(
  items: Iterable<Item>,
  { limit = 0, token }: PageRequest,
  keyOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const after = token === undefined ? '' : readToken(token);
  const rest = Array.from(items, (item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => key > after)
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const page = rest.slice(0, limit || largestPage);
  return {
    items: page.map(({ item }) => item),
    nextToken: page.length < rest.length ? writeToken(page.at(-1)!.key) : undefined,
  };
}

const prefix = 'after:';

function writeToken(key: string): string {
  return Buffer.from(`${prefix}${key}`).toString('base64url');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(prefix)) {
    throw new UserPoolError('InvalidParameterException', 'Invalid pagination token.');
  }
  return text.slice(prefix.length);
}
