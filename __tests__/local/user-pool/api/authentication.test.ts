import { TestServices } from '../../../support/local-services';
import { apiScope, jwtPart, OAuthClient } from '../../../support/oauth-client';
import { totp } from '../../../support/totp';
import { onTestServer } from '../../../support/test-server-process';
import { expectError, tokensIn, UserPoolApi } from '../../../support/user-pool-api';

const localServices = new TestServices();
const appClient = 'aws_cognito_user_pool_client.awesome-app-client';
const pool = 'aws_cognito_user_pool.user_pool';

const allFlows = [
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
];

let api: UserPoolApi;
let email: string;
let password: string;

beforeAll(async () => {
  api = new UserPoolApi(await localServices.serve({ [appClient]: { explicit_auth_flows: allFlows } }));
  ({ email, password } = api.services.demoUser);
});

describe('the tokens of a sign-in through the API', () => {
  test('have the scope of the API alone, and no version', async () => {
    const { body } = await api.signIn(email, password);
    expect(body.ChallengeParameters).toEqual({});
    expect(body.AuthenticationResult).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer' });
    const { AccessToken, IdToken } = tokensIn({ body } as never);
    expect(Object.keys(jwtPart(AccessToken, 1))).toEqual([
      'sub',
      'iss',
      'client_id',
      'origin_jti',
      'event_id',
      'token_use',
      'scope',
      'auth_time',
      'exp',
      'iat',
      'jti',
      'username',
    ]);
    expect(jwtPart(AccessToken, 1)).toMatchObject({ scope: 'aws.cognito.signin.user.admin', client_id: api.clientId });
    expect(Object.keys(jwtPart(IdToken, 1))).toEqual([
      'sub',
      'email_verified',
      'iss',
      'cognito:username',
      'origin_jti',
      'aud',
      'event_id',
      'token_use',
      'auth_time',
      'exp',
      'iat',
      'jti',
      'email',
    ]);
  });

  test('do not allow calls of the protected resource, which requires a custom scope; those of the hosted login do', async () => {
    const client = new OAuthClient(api.services);
    const { AccessToken, IdToken } = await api.tokens(email, password);
    for (const token of [AccessToken, IdToken]) {
      const response = await client.protectedResource(token);
      expect([response.status, await response.text()]).toEqual([401, '{"message":"Unauthorized"}']);
    }
    const { access_token } = await client.tokens({ scope: `openid ${apiScope}` });
    expect((await client.protectedResource(access_token)).status).toBe(200);
  });

  test('are rejected by userInfo, which requires openid', async () => {
    const { AccessToken } = await api.tokens(email, password);
    expect((await new OAuthClient(api.services).userInfo(AccessToken)).status).toBe(401);
  });
});

describe('explicit_auth_flows without ALLOW_', () => {
  const initiatedFlows = ['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH', 'CUSTOM_AUTH', 'USER_AUTH'];

  test.each([
    [['USER_PASSWORD_AUTH'], ['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH']],
    [['ADMIN_NO_SRP_AUTH'], ['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'ADMIN_NO_SRP_AUTH']],
    [
      ['ADMIN_NO_SRP_AUTH', 'USER_PASSWORD_AUTH'],
      ['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'],
    ],
    [
      ['CUSTOM_AUTH_FLOW_ONLY', 'USER_PASSWORD_AUTH'],
      ['REFRESH_TOKEN_AUTH', 'CUSTOM_AUTH'],
    ],
  ])('%j allow %j', async (configured, allowed) => {
    const legacy = new UserPoolApi(
      await localServices.serve({ [appClient]: { explicit_auth_flows: configured, refresh_token_rotation: null } }),
    );
    const parameters = { USERNAME: email, PASSWORD: password, SRP_A: 'a', REFRESH_TOKEN: 'a' };
    const answers = [
      ...initiatedFlows.map(async (flow) => [flow, await legacy.initiateAuth(flow, parameters)] as const),
      legacy
        .admin('AdminInitiateAuth', {
          ClientId: legacy.clientId,
          AuthFlow: 'ADMIN_NO_SRP_AUTH',
          AuthParameters: parameters,
        })
        .then((answer) => ['ADMIN_NO_SRP_AUTH', answer] as const),
    ];
    const isAllowed = (body: Readonly<Record<string, unknown>>) => !String(body.message).includes('not enabled');
    expect((await Promise.all(answers)).filter(([, { body }]) => isAllowed(body)).map(([flow]) => flow)).toEqual(
      allowed,
    );
    const { body } = await legacy.admin('DescribeUserPoolClient', { ClientId: legacy.clientId });
    expect(body.UserPoolClient).toMatchObject({ ExplicitAuthFlows: configured });
  });

  test('do not allow REFRESH_TOKEN_AUTH with token rotation', async () => {
    const rotating = new UserPoolApi(
      await localServices.serve({
        [appClient]: {
          explicit_auth_flows: ['USER_PASSWORD_AUTH'],
          refresh_token_rotation: [{ feature: 'ENABLED', retry_grace_period_seconds: 0 }],
        },
      }),
    );
    const answer = await rotating.initiateAuth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: 'a' });
    expectError(answer, 'InvalidParameterException', 'REFRESH_TOKEN_AUTH flow not enabled for this client');
  });
});

describe('InitiateAuth', () => {
  test.each([
    ['USER_PASSWORD_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH flow not enabled for this client'],
    ['USER_SRP_AUTH', 'ALLOW_USER_SRP_AUTH', 'USER_SRP_AUTH is not enabled for the client.'],
    ['REFRESH_TOKEN_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN_AUTH flow not enabled for this client'],
    ['REFRESH_TOKEN', 'ALLOW_REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN_AUTH flow not enabled for this client'],
    ['CUSTOM_AUTH', 'ALLOW_CUSTOM_AUTH', 'CUSTOM_AUTH is not enabled for the client.'],
    ['USER_AUTH', 'ALLOW_USER_AUTH', 'USER_AUTH is not enabled for the client.'],
  ])('%s needs %s', async (flow, allowed, message) => {
    const without = new UserPoolApi(
      await localServices.serve({
        [appClient]: { explicit_auth_flows: allFlows.filter((name) => name !== allowed) },
      }),
    );
    const answer = await without.initiateAuth(flow, { USERNAME: email, PASSWORD: password, SRP_A: 'a' });
    expectError(answer, 'InvalidParameterException', message);
  });

  test('rejects the flows of AdminInitiateAuth', async () => {
    for (const flow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH']) {
      const answer = await api.initiateAuth(flow, { USERNAME: email, PASSWORD: password });
      expectError(answer, 'InvalidParameterException', 'Initiate Auth method not supported.');
    }
  });

  test.each([
    ['USER_PASSWORD_AUTH', {}, 'USERNAME'],
    ['USER_PASSWORD_AUTH', { USERNAME: 'x' }, 'PASSWORD'],
    ['USER_SRP_AUTH', { USERNAME: 'x' }, 'SRP_A'],
    ['REFRESH_TOKEN_AUTH', {}, 'REFRESH_TOKEN'],
  ])('%s with %j lacks %s', async (flow, parameters, name) => {
    expectError(
      await api.initiateAuth(flow, parameters),
      'InvalidParameterException',
      `Missing required parameter ${name}`,
    );
  });

  test('distinguishes an unknown user from a wrong password only where the client allows it', async () => {
    expectError(await api.signIn('nobody@example.com', password), 'NotAuthorizedException');
    const legacy = new UserPoolApi(
      await localServices.serve({
        [appClient]: { prevent_user_existence_errors: 'LEGACY', explicit_auth_flows: allFlows },
      }),
    );
    expectError(
      await legacy.initiateAuth('USER_SRP_AUTH', { USERNAME: 'nobody@example.com', SRP_A: 'abc' }),
      'UserNotFoundException',
    );
  });

  test('signs in by the user name, which is the sub, as well', async () => {
    const { AccessToken } = await api.tokens(email, password);
    expect((await api.signIn(String(jwtPart(AccessToken, 1).sub), password)).status).toBe(200);
  });

  test('locks with the hosted login after the fifth wrong password', async () => {
    const locked = new UserPoolApi(await localServices.serve());
    const { demoUser } = locked.services;
    for (let count = 1; count <= 5; count++) {
      expectError(await locked.signIn(demoUser.email, 'wrong'), 'NotAuthorizedException', /^Incorrect/);
    }
    expectError(
      await locked.signIn(demoUser.email, demoUser.password),
      'NotAuthorizedException',
      'Password attempts exceeded',
    );
    expect((await new OAuthClient(locked.services).signIn()).pathname).toBe('/login');
    await localServices.wait(1);
    expect((await locked.signIn(demoUser.email, demoUser.password)).status).toBe(200);
  });
});

describe('USER_SRP_AUTH', () => {
  const start = (username: string, clientValue = 'abcdef') =>
    api.initiateAuth('USER_SRP_AUTH', { USERNAME: username, SRP_A: clientValue });

  test('responds with the challenge PASSWORD_VERIFIER, for an unknown user in the same form each time', async () => {
    const parameters = async (username: string) => {
      const { body } = await start(username);
      expect(body.ChallengeName).toBe('PASSWORD_VERIFIER');
      return body.ChallengeParameters as Record<string, string>;
    };
    const [known, unknown, again] = [
      await parameters(email),
      await parameters('nobody@x.y'),
      await parameters('nobody@x.y'),
    ];
    expect(Object.keys(known)).toEqual(Object.keys(unknown));
    for (const { SALT, SRP_B, USER_ID_FOR_SRP, USERNAME } of [known, unknown]) {
      expect(SALT).toMatch(/^[0-9a-f]{32}$/);
      expect(SRP_B).toMatch(/^[0-9a-f]{700,768}$/);
      expect(USER_ID_FOR_SRP).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(USERNAME).toBe(USER_ID_FOR_SRP);
    }
    expect([again.SALT, again.USER_ID_FOR_SRP]).toEqual([unknown.SALT, unknown.USER_ID_FOR_SRP]);
    expect(again.SRP_B).not.toBe(unknown.SRP_B);
  });

  test.each(['0', '00', 'xyz', 'a'.repeat(801)])('rejects %s as SRP_A', async (value) => {
    expectError(await start(email, value), 'InvalidParameterException');
  });

  test('accepts a proof once, and counts a wrong one as a wrong password', async () => {
    const { ChallengeParameters } = (await start(email)).body as { ChallengeParameters: Record<string, string> };
    const proof = {
      USERNAME: ChallengeParameters.USER_ID_FOR_SRP!,
      PASSWORD_CLAIM_SECRET_BLOCK: ChallengeParameters.SECRET_BLOCK!,
      PASSWORD_CLAIM_SIGNATURE: 'AAAA',
      TIMESTAMP: 'Wed Nov 25 22:00:00 UTC 2026',
    };
    for (let count = 1; count <= 2; count++) {
      expectError(await api.respond('PASSWORD_VERIFIER', undefined, proof), 'NotAuthorizedException', /^Incorrect/);
    }
    expect((await api.signIn(email, password)).status).toBe(200);
  });
});

describe('a sign-in that is not complete', () => {
  const Username = 'pending@example.com';
  const [temporary, permanent, other] = ['Correct-horse-1', 'Battery-staple-2', 'Stapled-battery-3'] as const;
  const setPassword = (Password: string) => api.admin('AdminSetUserPassword', { Username, Password, Permanent: true });
  const prove = async (change: Readonly<Record<string, string>> = {}, email = Username) => {
    const services = { ...api.services, demoUser: { email, password: permanent } };
    const proof = (await onTestServer('runClient', 'srp-proof', services)) as Record<string, string>;
    return () => api.respond('PASSWORD_VERIFIER', undefined, { ...proof, ...change });
  };

  test('ends when the password changes', async () => {
    await api.admin('AdminCreateUser', { Username, TemporaryPassword: temporary });
    const { body } = await api.signIn(Username, temporary);
    await setPassword(permanent);
    const responses = { USERNAME: Username, NEW_PASSWORD: other };
    expectError(await api.respond('NEW_PASSWORD_REQUIRED', body.Session, responses), 'NotAuthorizedException');

    expect((await (await prove())()).status).toBe(200);
    const proveLate = await prove();
    await setPassword(other);
    expectError(await proveLate(), 'NotAuthorizedException', 'Incorrect username or password.');
  });

  test('is of the user who began it', async () => {
    await setPassword(permanent);
    expectError(await (await prove({ USERNAME: email }))(), 'NotAuthorizedException');
  });

  test('ends only for a user who is confirmed', async () => {
    const unconfirmed = 'unconfirmed@example.com';
    await api.forUser('SignUp', unconfirmed, { Password: permanent });
    await api.admin('AdminDisableUser', { Username: unconfirmed });
    const proveLate = await prove({}, unconfirmed);
    await api.admin('AdminEnableUser', { Username: unconfirmed });
    expectError(await proveLate(), 'UserNotConfirmedException');
  });
});

describe('a client with a secret', () => {
  let confidential: UserPoolApi;

  beforeAll(async () => {
    const services = await localServices.serve({
      [appClient]: { generate_secret: true, explicit_auth_flows: allFlows },
    });
    confidential = new UserPoolApi(services, services.clientSecret);
    ({ email, password } = services.demoUser);
  });

  test('sends a SECRET_HASH, which is checked before the user', async () => {
    expect((await confidential.signIn(email, password)).status).toBe(200);
    const { clientId } = confidential;
    for (const USERNAME of [email, 'nobody@example.com']) {
      const parameters = { USERNAME, PASSWORD: password };
      expectError(
        await confidential.initiateAuth('USER_PASSWORD_AUTH', parameters),
        'NotAuthorizedException',
        `Client ${clientId} is configured for secret but secret was not received`,
      );
      expectError(
        await confidential.initiateAuth('USER_PASSWORD_AUTH', { ...parameters, SECRET_HASH: 'x' }),
        'NotAuthorizedException',
        `Unable to verify secret hash for client ${clientId}`,
      );
      for (const answer of [
        await confidential.initiateAuth('USER_SRP_AUTH', { USERNAME, SRP_A: 'abc' }),
        await confidential.respond('NEW_PASSWORD_REQUIRED', 'x'.repeat(20), { USERNAME, NEW_PASSWORD: password }),
      ]) {
        expectError(
          answer,
          'NotAuthorizedException',
          `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
        );
      }
    }
  });

  test.each([
    ['SignUp', { Password: 'Correct-horse-1' }],
    ['ConfirmSignUp', { ConfirmationCode: '123456' }],
    ['ResendConfirmationCode', {}],
    ['ForgotPassword', {}],
    ['ConfirmForgotPassword', { ConfirmationCode: '123456', Password: 'Correct-horse-1' }],
  ])('also sends it with %s', async (operation, request) => {
    expectError(
      await confidential.forUser(operation, email, { ...request, SecretHash: 'x' }),
      'NotAuthorizedException',
      `Unable to verify secret hash for client ${confidential.clientId}`,
    );
  });

  test('refreshes with the hash of the user name, or with the secret', async () => {
    const { RefreshToken, AccessToken } = await confidential.tokens(email, password);
    const refresh = (hash: string | undefined) =>
      confidential.initiateAuth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken, SECRET_HASH: hash });
    const sub = String(jwtPart(AccessToken, 1).sub);
    expect((await refresh(confidential.secretHash(sub))).status).toBe(200);
    expectError(await refresh(undefined), 'NotAuthorizedException', /secret was not received$/);
    expectError(
      await refresh(confidential.secretHash('other')),
      'NotAuthorizedException',
      `SecretHash does not match for the client: ${confidential.clientId}`,
    );

    const request = { ClientId: confidential.clientId, RefreshToken };
    const { clientSecret } = confidential.services;
    const answer = await confidential.call('GetTokensFromRefreshToken', { ...request, ClientSecret: clientSecret });
    expect(answer.status).toBe(200);
    for (const ClientSecret of [undefined, 'x'.repeat(24)]) {
      expectError(
        await confidential.call('GetTokensFromRefreshToken', { ...request, ClientSecret }),
        'NotAuthorizedException',
      );
    }
  });
});

describe('a refresh', () => {
  beforeAll(() => {
    ({ email, password } = api.services.demoUser);
  });

  test.each(['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'])('by %s gives other tokens of the same sign-in', async (flow) => {
    const first = await api.tokens(email, password);
    await localServices.wait(10);
    const { body } = await api.initiateAuth(flow, { REFRESH_TOKEN: first.RefreshToken });
    const { AccessToken, RefreshToken } = tokensIn({ body } as never);
    expect(RefreshToken).toBeUndefined();
    const [before, after] = [jwtPart(first.AccessToken, 1), jwtPart(AccessToken, 1)];
    expect([after.origin_jti, after.auth_time, after.scope]).toEqual([
      before.origin_jti,
      before.auth_time,
      before.scope,
    ]);
    expect(after.jti).not.toBe(before.jti);
  });

  test('of a sign-in at the hosted login keeps its scopes, through the API as well', async () => {
    const client = new OAuthClient(api.services);
    const { refresh_token } = await client.tokens();
    const answer = await api.call('GetTokensFromRefreshToken', { ClientId: api.clientId, RefreshToken: refresh_token });
    expect(jwtPart(tokensIn(answer).AccessToken, 1).scope).toBe(`${apiScope} openid`);

    const { RefreshToken } = await api.tokens(email, password);
    const { body } = await client.refresh({ refresh_token: RefreshToken });
    expect(jwtPart(String(body.access_token), 1).scope).toBe('aws.cognito.signin.user.admin');
  });

  test('with token rotation replaces the token', async () => {
    const rotating = new UserPoolApi(
      await localServices.serve({
        [appClient]: {
          explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH'],
          refresh_token_rotation: [{ feature: 'ENABLED', retry_grace_period_seconds: 0 }],
        },
      }),
    );
    const { demoUser } = rotating.services;
    const { RefreshToken: first } = await rotating.tokens(demoUser.email, demoUser.password);
    const refresh = (RefreshToken: string) =>
      rotating.call('GetTokensFromRefreshToken', { ClientId: rotating.clientId, RefreshToken });
    const second = tokensIn(await refresh(first)).RefreshToken;
    expect((await refresh(second)).status).toBe(200);
    expectError(await rotating.initiateAuth('REFRESH_TOKEN', { REFRESH_TOKEN: second }), 'InvalidParameterException');
  });

  test('of a token that was revoked at /oauth2/revoke is rejected', async () => {
    const client = new OAuthClient(api.services);
    const { RefreshToken, AccessToken } = await api.tokens(email, password);
    await client.revoke({ token: RefreshToken });
    expectError(
      await api.initiateAuth('REFRESH_TOKEN', { REFRESH_TOKEN: RefreshToken }),
      'NotAuthorizedException',
      'Invalid Refresh Token.',
    );
    expectError(await api.call('GetUser', { AccessToken }), 'NotAuthorizedException', 'Access Token has been revoked');

    const { refresh_token } = await client.tokens();
    expect((await api.call('RevokeToken', { ClientId: api.clientId, Token: refresh_token })).status).toBe(200);
    expect((await client.refresh({ refresh_token })).body.error).toBe('invalid_grant');
  });

  test('of a token that a global sign-out has ended says so', async () => {
    const { RefreshToken, AccessToken } = await api.tokens(email, password);
    await api.call('GlobalSignOut', { AccessToken });
    expectError(
      await api.initiateAuth('REFRESH_TOKEN', { REFRESH_TOKEN: RefreshToken }),
      'NotAuthorizedException',
      'Refresh Token has been revoked',
    );
  });

  test('of a token of another client is rejected', async () => {
    const services = await localServices.serve({
      'aws_cognito_user_pool_client.other': { name: 'other', user_pool_id: `\${${pool}.id}` },
    });
    const here = new UserPoolApi(services);
    const { RefreshToken } = await here.tokens(services.demoUser.email, services.demoUser.password);
    expectError(
      await here.call('GetTokensFromRefreshToken', { ClientId: services.clientIds.other!, RefreshToken }),
      'NotAuthorizedException',
      'Refresh Token has different Client',
    );
  });
});

test('GlobalSignOut revokes all tokens of the user, and a session of the hosted login stays', async () => {
  const client = new OAuthClient(api.services);
  const [one, other] = [await api.tokens(email, password), await api.tokens(email, password)];
  const { refresh_token, access_token } = await client.tokens();
  expect(await api.call('GlobalSignOut', { AccessToken: one.AccessToken })).toMatchObject({ status: 200, body: {} });
  for (const { AccessToken, RefreshToken } of [one, other]) {
    expectError(await api.call('GetUser', { AccessToken }), 'NotAuthorizedException', 'Access Token has been revoked');
    expectError(await api.initiateAuth('REFRESH_TOKEN', { REFRESH_TOKEN: RefreshToken }), 'NotAuthorizedException');
  }
  expect((await client.refresh({ refresh_token })).body.error).toBe('invalid_grant');
  expect((await client.userInfo(access_token)).status).toBe(401);
  const again = await api.tokens(email, password);
  expect((await api.call('GetUser', { AccessToken: again.AccessToken })).status).toBe(200);
});

describe('MFA', () => {
  const withMfa = async (mfa: string) =>
    new UserPoolApi(
      await localServices.serve({
        [pool]: { mfa_configuration: mfa, software_token_mfa_configuration: { enabled: true } },
      }),
    );
  const code = (secret: unknown, steps = 0) => totp(String(secret), localServices.now + steps * 30_000);

  test('that is required is set up at the first sign-in and asked for at the next', async () => {
    const mfa = await withMfa('ON');
    const { demoUser } = mfa.services;
    const { body } = await mfa.signIn(demoUser.email, demoUser.password);
    expect(body).toMatchObject({
      ChallengeName: 'MFA_SETUP',
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
    });
    expect(body.AuthenticationResult).toBeUndefined();
    const responses = { USERNAME: demoUser.email };
    expectError(await mfa.respond('MFA_SETUP', body.Session, responses), 'InvalidParameterException');
    const { body: associated } = await mfa.call('AssociateSoftwareToken', { Session: body.Session });
    expect(associated.SecretCode).toMatch(/^[A-Z2-7]{52}$/);
    const verify = (userCode: string) =>
      mfa.call('VerifySoftwareToken', { Session: associated.Session, UserCode: userCode });
    expectError(await verify(code(associated.SecretCode, 9)), 'EnableSoftwareTokenMFAException', 'Code mismatch');
    const { body: verified } = await verify(code(associated.SecretCode));
    expect(verified.Status).toBe('SUCCESS');
    expect(tokensIn(await mfa.respond('MFA_SETUP', verified.Session, responses)).AccessToken).toBeDefined();

    const second = (await mfa.signIn(demoUser.email, demoUser.password)).body;
    expect(second.ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
    const enter = (given: string, username = demoUser.email) =>
      mfa.respond('SOFTWARE_TOKEN_MFA', second.Session, { USERNAME: username, SOFTWARE_TOKEN_MFA_CODE: given });
    expectError(await enter(code(associated.SecretCode)), 'ExpiredCodeException', /already been used once/);
    expectError(await enter(code(associated.SecretCode, 9)), 'CodeMismatchException', 'Invalid code received for user');
    expectError(
      await enter(code(associated.SecretCode, 1), 'other@example.com'),
      'NotAuthorizedException',
      /^Invalid session/,
    );
    expect(tokensIn(await enter(code(associated.SecretCode, 1))).IdToken).toBeDefined();
    expectError(await enter(code(associated.SecretCode, 1)), 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('that is optional is turned on by the user, and off again', async () => {
    const mfa = await withMfa('OPTIONAL');
    const { demoUser } = mfa.services;
    const { AccessToken } = await mfa.tokens(demoUser.email, demoUser.password);
    const prefer = (Enabled: boolean) =>
      mfa.call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled, PreferredMfa: Enabled } });
    expectError(await prefer(true), 'InvalidParameterException', 'User has not verified software token mfa');
    const { SecretCode } = (await mfa.call('AssociateSoftwareToken', { AccessToken })).body;
    const UserCode = code(SecretCode);
    expect((await mfa.call('VerifySoftwareToken', { AccessToken, UserCode })).body).toEqual({ Status: 'SUCCESS' });
    expect((await mfa.signIn(demoUser.email, demoUser.password)).body.AuthenticationResult).toBeDefined();
    await prefer(true);
    expect((await mfa.call('GetUser', { AccessToken })).body).toMatchObject({
      PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
      UserMFASettingList: ['SOFTWARE_TOKEN_MFA'],
    });
    expect((await mfa.signIn(demoUser.email, demoUser.password)).body.ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
    const hosted = new OAuthClient(mfa.services);
    expect((await hosted.signIn()).pathname).toBe('/mfa');
    await prefer(false);
    expect((await hosted.signIn()).pathname).toBe('/dashboard');
  });

  test('is not served by SMS, by a Lambda function or for a device', async () => {
    const { AccessToken } = await api.tokens(email, password);
    expectError(
      await api.call('SetUserMFAPreference', { AccessToken, SMSMfaSettings: { Enabled: true } }),
      'InvalidParameterException',
      'SMSMfaSettings is not served on this machine.',
    );
    for (const challenge of ['SMS_MFA', 'CUSTOM_CHALLENGE', 'DEVICE_SRP_AUTH']) {
      expectError(
        await api.respond(challenge, 'x'.repeat(20), { USERNAME: email }),
        'InvalidParameterException',
        `${challenge} is not served on this machine.`,
      );
    }
  });

  test('has a session for the client that began it alone', async () => {
    const services = await localServices.serve({
      [pool]: { mfa_configuration: 'ON', software_token_mfa_configuration: { enabled: true } },
      'aws_cognito_user_pool_client.other': { name: 'other', user_pool_id: `\${${pool}.id}` },
    });
    const mfa = new UserPoolApi(services);
    const { Session } = (await mfa.signIn(services.demoUser.email, services.demoUser.password)).body;
    const { SecretCode } = (await mfa.call('AssociateSoftwareToken', { Session })).body;
    await mfa.call('VerifySoftwareToken', { Session, UserCode: code(SecretCode) });
    const respond = (ClientId: string) =>
      mfa.call('RespondToAuthChallenge', {
        ClientId,
        ChallengeName: 'MFA_SETUP',
        Session,
        ChallengeResponses: { USERNAME: services.demoUser.email },
      });
    expectError(await respond(services.clientIds.other!), 'NotAuthorizedException', 'Invalid session for the user.');
    expect((await respond(mfa.clientId)).status).toBe(200);
  });

  test('has a session that lasts as long as the client says', async () => {
    const mfa = new UserPoolApi(
      await localServices.serve({
        [pool]: { mfa_configuration: 'ON', software_token_mfa_configuration: { enabled: true } },
        [appClient]: { auth_session_validity: 5 },
      }),
    );
    const { demoUser } = mfa.services;
    const { Session } = (await mfa.signIn(demoUser.email, demoUser.password)).body;
    await localServices.wait(299);
    expect((await mfa.call('AssociateSoftwareToken', { Session })).status).toBe(200);
    await localServices.wait(1);
    expectError(
      await mfa.call('AssociateSoftwareToken', { Session }),
      'NotAuthorizedException',
      'Invalid session for the user, session is expired.',
    );
  });
});
