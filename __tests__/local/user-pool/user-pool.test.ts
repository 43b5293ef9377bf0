import { type UserPoolFile } from '../../../src/local/user-pool/user-pool';
import { newUserPool } from '../../support/user-pool';
import { client, newUser } from '../../support/user-pool-parts';

jest.mock('../../../src/local/user-pool/tokens/tokens', () => jest.requireActual<object>('../../support/plain-tokens'));

/** A file that counts its writes, and how often it had to be read what is written. */
function countingFile() {
  const file = { content: undefined, writes: 0, write: () => Promise.resolve() };
  file.write = () => {
    file.writes++;
    return Promise.resolve();
  };
  return file as UserPoolFile & { readonly writes: number };
}

describe('a user pool with a file', () => {
  test('writes a change once, and nothing for what only reads', async () => {
    const file = countingFile();
    const pool = newUserPool({ file });
    await pool.save();
    const user = await pool.saveAfter(() => pool.users.add(newUser('sub', 'ada@example.com')));
    expect(file.writes).toBe(2);

    await pool.saveAfter(() => pool.users.get('ada@example.com'));
    await pool.saveAfter(() => expect(() => pool.users.get('nobody')).toThrow());
    expect(file.writes).toBe(2);

    await pool.saveAfter(() => pool.grants.issueRefreshToken(grantOf(user.sub)));
    expect(file.writes).toBe(3);
  });

  test.each<[string, (pool: ReturnType<typeof newUserPool>) => void]>([
    ['an update', ({ users }) => users.update(users.get('sub'), { enabled: false })],
    ['a group', ({ groups, users }) => groups.add(users.get('sub'), 'admins')],
    ['a global sign-out', ({ grants, users }) => grants.signOutEverywhere(users.get('sub'))],
    ['a deletion', (pool) => pool.deleteUser(pool.users.get('sub'))],
    ['a revocation', ({ grants }) => grants.revoke(client, grants.issueRefreshToken(grantOf('sub')))],
    ['another configuration without a group', (pool) => pool.configure({ ...pool.configuration, groups: new Map() })],
  ])('writes %s', async (_, change) => {
    const file = countingFile();
    const pool = newUserPool({ file });
    pool.users.add(newUser('sub', 'ada@example.com'));
    pool.groups.add(pool.users.get('sub'), 'editors');
    await pool.save();
    const before = file.writes;
    await pool.saveAfter(() => change(pool));
    expect(file.writes).toBe(before + 1);
  });

  test('tries again with the next call when a write has failed', async () => {
    const write = jest.fn<Promise<void>, []>().mockRejectedValueOnce(new Error('disk full')).mockResolvedValue();
    const pool = newUserPool({ file: { content: undefined, write } });
    await expect(pool.save()).rejects.toThrow('disk full');
    await expect(pool.saveAfter(() => 'read')).resolves.toBe('read');
    expect(write).toHaveBeenCalledTimes(2);
  });
});

function grantOf(sub: string) {
  return {
    source: 'api',
    sub,
    clientId: client.id,
    scopes: ['openid'],
    authTime: 0,
    originJti: 'jti',
    eventId: 'event',
  } as const;
}
