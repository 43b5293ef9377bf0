import { toContextClaims } from '../../../src/local/rest-api/authorizer-claims';

test("$context has every claim as a string, and two of its times as Java's Date writes them", () => {
  const seconds = 1_784_695_444;
  const claims = {
    sub: 'ada',
    exp: seconds,
    iat: seconds,
    auth_time: seconds,
    email_verified: true,
    groups: ['a', 'b'],
  };

  expect(toContextClaims(claims)).toEqual({
    sub: 'ada',
    exp: 'Wed Jul 22 04:44:04 UTC 2026',
    iat: 'Wed Jul 22 04:44:04 UTC 2026',
    auth_time: '1784695444',
    email_verified: 'true',
    groups: 'a,b',
  });
});
