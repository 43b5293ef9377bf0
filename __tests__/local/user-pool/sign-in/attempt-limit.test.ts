import { inspect } from 'node:util';

import { AttemptLimit } from '../../../../src/local/user-pool/sign-in/attempt-limit';

describe('a limit of two attempts in an hour', () => {
  let now: number;
  let limit: AttemptLimit;

  beforeEach(() => {
    now = 0;
    limit = new AttemptLimit(() => now, 2);
  });

  test('counts the attempts of the last hour that it allowed, separately for each user', () => {
    const allowed = [0, 30, 59, 60, 61, 90].map((minute) => {
      now = minute * 60_000;
      return limit.allows('someone');
    });
    expect(allowed).toEqual([true, true, false, true, false, true]);
    expect(limit.allows('someone else')).toBe(true);
  });

  test('forgets users who made no attempt for an hour', () => {
    limit.allows('someone');
    now += 60 * 60_000;
    limit.allows('someone else');
    expect(inspect(limit, { depth: null })).not.toContain("'someone'");
  });
});
