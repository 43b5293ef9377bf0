import { UserPoolError } from '../user-pool-error';

/** Default number of items of a page. */
const largestPage = 60;

/** The page that a request asks for. */
interface PageRequest {
  readonly limit: number | undefined;
  readonly token: string | undefined;
}

/**
 * Returns one page of a list, and the token of the next page.
 *
 * The token names the last item of a page. The next page starts after its key, even if that item
 * was deleted.
 *
 * @param keyOf returns the unique key of an item, which orders the list
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
