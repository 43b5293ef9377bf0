import { inspect } from 'node:util';

import { SignInLock } from '../../../../src/local/user-pool/sign-in/sign-in-lock';

describe('after wrong passwords an account is locked', () => {
  test.each([
    [4, 0],
    [5, 1],
    [6, 2],
    [7, 4],
    [14, 512],
    [15, 15 * 60],
    [20, 15 * 60],
  ])('%i of them for %i seconds', (failures, seconds) => {
    let now = 0;
    const lock = new SignInLock(() => now);
    for (let count = 1; count <= failures; count++) {
      lock.failed('someone');
    }
    expect([lock.isLocked('someone'), lock.isLocked('someone else')]).toEqual([seconds > 0, false]);
    now += seconds * 1000 - 1;
    expect(lock.isLocked('someone')).toBe(seconds > 0);
    now += 1;
    expect(lock.isLocked('someone')).toBe(false);
  });

  test('is unlocked after a right one', () => {
    const lock = new SignInLock(() => 0);
    for (let count = 1; count <= 10; count++) {
      lock.failed('someone');
    }
    lock.succeeded('someone');
    lock.failed('someone');
    expect(lock.isLocked('someone')).toBe(false);
  });

  test('and is forgotten after 15 minutes', () => {
    let now = 0;
    const lock = new SignInLock(() => now);
    lock.failed('someone');
    now += 15 * 60_000;
    lock.failed('someone else');
    expect(inspect(lock, { depth: null })).not.toContain("'someone'");
  });
});
