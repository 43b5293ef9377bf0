import {
  claimOverrides,
  overrideAccessToken,
  overrideIdToken,
  overrideScopes,
  tokenOverrides,
} from '../../../../src/local/user-pool/tokens/token-overrides';

const idToken = { sub: 'sub', 'cognito:groups': ['a'], aud: 'client', email: 'ada@example.com', token_use: 'id' };
const accessToken = { sub: 'sub', client_id: 'client', scope: 'openid', event_id: 'event', username: 'sub' };

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html */
const protectedClaims = {
  'ID token': ['acr', 'amr', 'at_hash', 'aud', 'auth_time', 'azp', 'cognito:username', 'cognito:groups', 'exp'].concat([
    'iat',
    'identities',
    'iss',
    'jti',
    'nbf',
    'nonce',
    'origin_jti',
    'sub',
    'token_use',
  ]),
  'access token': ['acr', 'amr', 'auth_time', 'azp', 'client_id', 'cognito:groups', 'device_key', 'event_id'].concat([
    'exp',
    'iat',
    'iss',
    'jti',
    'nbf',
    'nonce',
    'origin_jti',
    'scope',
    'sub',
    'token_use',
    'username',
    'version',
  ]),
};

const v1 = (claimsOverrideDetails: unknown) => claimOverrides.parse({ claimsOverrideDetails });
const v2 = (claimsAndScopeOverrideDetails: unknown) => tokenOverrides.parse({ claimsAndScopeOverrideDetails });

describe('claims that AWS protects', () => {
  test.each(protectedClaims['ID token'])('the ID token keeps %s', (name) => {
    const change = { claimsToAddOrOverride: { [name]: 'x' }, claimsToSuppress: [name] };
    expect(overrideIdToken({ ...idToken, [name]: 'own' }, v1(change))).toEqual({ ...idToken, [name]: 'own' });
    expect(overrideIdToken(idToken, v2({ idTokenGeneration: change }))).toEqual(idToken);
  });

  test.each(protectedClaims['access token'])('the access token keeps %s', (name) => {
    const claims = { ...accessToken, [name]: name === 'client_id' ? 'client' : 'own' };
    const change = { claimsToAddOrOverride: { [name]: 'x' }, claimsToSuppress: [name] };
    expect(overrideAccessToken(claims, v2({ accessTokenGeneration: change }))).toEqual(claims);
  });

  test('the access token takes only the client as its audience', () => {
    const aud = (value: string) =>
      overrideAccessToken(accessToken, v2({ accessTokenGeneration: { claimsToAddOrOverride: { aud: value } } })).aud;
    expect([aud('client'), aud('other')]).toEqual(['client', undefined]);
  });
});

describe('a response of version V1_0', () => {
  test('changes the ID token with strings, suppresses before it adds, and leaves the access token', () => {
    const overrides = v1({
      claimsToAddOrOverride: { tenant: 'acme', level: 3, admin: true, both: 'x' },
      claimsToSuppress: ['email', 'both'],
    });
    expect(overrideIdToken(idToken, overrides)).toEqual({
      sub: 'sub',
      'cognito:groups': ['a'],
      aud: 'client',
      token_use: 'id',
      tenant: 'acme',
      level: '3',
      admin: 'true',
    });
    expect(overrideAccessToken(accessToken, overrides)).toEqual(accessToken);
    expect(overrideScopes(['openid'], overrides)).toEqual(['openid']);
  });

  test.each([
    [{ claimsToAddOrOverride: { list: ['a'] } }],
    [{ claimsToSuppress: 'email' }],
    [{ groupOverrideDetails: { groupsToOverride: 'a' } }],
  ])('must not be %j', (details) => {
    expect(claimOverrides.safeParse({ claimsOverrideDetails: details }).success).toBe(false);
  });
});

describe('a response of version V2_0 or V3_0', () => {
  test('changes both tokens with any JSON, and the scopes', () => {
    const overrides = v2({
      idTokenGeneration: { claimsToAddOrOverride: { family: { pets: ['Rex', 2] } } },
      accessTokenGeneration: {
        claimsToAddOrOverride: { admin: true },
        scopesToAdd: ['api/write', 'openid'],
        scopesToSuppress: ['email'],
      },
    });
    expect(overrideIdToken(idToken, overrides)).toEqual({ ...idToken, family: { pets: ['Rex', 2] } });
    expect(overrideAccessToken(accessToken, overrides)).toEqual({ ...accessToken, admin: true });
    expect(overrideScopes(['openid', 'email'], overrides)).toEqual(['openid', 'api/write']);
  });

  test('has no scope with white space', () => {
    const details = { accessTokenGeneration: { scopesToAdd: ['api/read api/write'] } };
    expect(tokenOverrides.safeParse({ claimsAndScopeOverrideDetails: details }).success).toBe(false);
  });
});

test.each<[unknown, unknown]>([
  [{}, undefined],
  [{ groupOverrideDetails: null }, { groups: [], roles: [] }],
  [{ groupOverrideDetails: {} }, { groups: [], roles: [] }],
  [
    { groupOverrideDetails: { groupsToOverride: ['a'], iamRolesToOverride: ['role'], preferredRole: 'role' } },
    { groups: ['a'], roles: ['role'], preferredRole: 'role' },
  ],
  [null, undefined],
])('%j replaces the groups by %j', (details, groups) => {
  expect(v1(details).groups).toEqual(groups);
  expect(v2(details).groups).toEqual(groups);
});
