import { pageOf } from '../../../../src/local/user-pool/api/page';

const keyOf = (name: string) => name;

test('a page ends at the limit, and its token leads to the next one', () => {
  const first = pageOf(['c', 'a', 'b'], { limit: 2, token: undefined }, keyOf);
  expect(first.items).toEqual(['a', 'b']);
  expect(pageOf(['c', 'a', 'b'], { limit: 2, token: first.nextToken }, keyOf)).toEqual({
    items: ['c'],
    nextToken: undefined,
  });
});

test('the next page begins at the same place after the items of this page, or others, are gone', () => {
  const { nextToken: token } = pageOf(['a', 'b', 'c', 'd'], { limit: 2, token: undefined }, keyOf);
  expect(pageOf(['c', 'd'], { limit: 2, token }, keyOf).items).toEqual(['c', 'd']);
  expect(pageOf(['a', 'd'], { limit: 2, token }, keyOf).items).toEqual(['d']);
  expect(pageOf(['a'], { limit: 2, token }, keyOf).items).toEqual([]);
});

test.each(['', 'x', Buffer.from('b').toString('base64url')])('the token %j is not one of a page', (token) => {
  expect(() => pageOf(['a'], { limit: 1, token }, keyOf)).toThrow('Invalid pagination token.');
});
