import { Browser } from '../../../support/browser';
import { type Changes, TestServices } from '../../../support/local-services';
import { jwtPart, mailedCode, OAuthClient, openPage } from '../../../support/oauth-client';
import { expectError, UserPoolApi } from '../../../support/user-pool-api';

const localServices = new TestServices();
const appClient = 'aws_cognito_user_pool_client.awesome-app-client';
const pool = 'aws_cognito_user_pool.user_pool';
const password = 'Correct-horse-1';
const otherPassword = 'Battery-staple-2';

let api: UserPoolApi;
let client: OAuthClient;
let people = 0;

const newcomer = () => `person-${++people}@example.com`;

async function serve(changes: Changes): Promise<UserPoolApi> {
  return new UserPoolApi(await localServices.serve(changes));
}

beforeAll(async () => {
  api = await serve({});
  client = new OAuthClient(api.services);
});

/** Someone who has signed up and confirmed the address. */
async function person(at = api): Promise<string> {
  const email = newcomer();
  await at.forUser('SignUp', email, { Password: password });
  const ConfirmationCode = await mailedCode(new OAuthClient(at.services), email);
  await at.forUser('ConfirmSignUp', email, { ConfirmationCode });
  return email;
}

async function accessToken(email: string, at = api): Promise<string> {
  return (await at.tokens(email, password)).AccessToken;
}

describe('SignUp', () => {
  test('adds a user, sends a code by email, and returns the masked address', async () => {
    const email = newcomer();
    const UserAttributes = [
      { Name: 'email', Value: email },
      { Name: 'given_name', Value: 'Ada' },
    ];
    const { status, body } = await api.forUser('SignUp', email, { Password: password, UserAttributes });
    expect([status, body]).toEqual([
      200,
      {
        UserConfirmed: false,
        UserSub: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'p***@e***' },
      },
    ]);
    for (const given of [password, 'wrong']) {
      expectError(await api.signIn(email, given), 'UserNotConfirmedException', 'User is not confirmed.');
    }
    const ConfirmationCode = await mailedCode(client, email);
    expect(await api.forUser('ConfirmSignUp', email, { ConfirmationCode })).toMatchObject({ status: 200, body: {} });
    const { IdToken } = await api.tokens(email, password);
    expect(jwtPart(IdToken, 1)).toMatchObject({ email, email_verified: true, given_name: 'Ada', sub: body.UserSub });
  });

  test('adds an account that the hosted login has as well, and the other way round', async () => {
    const email = await person();
    const page = await new Browser().open(client.authorizeUrl());
    expect(page.status).toBe(200);
    const browser = new Browser();
    const login = await openPage(client, '/login', browser);
    expect((await browser.submit(login, { username: email, password })).url.pathname).toBe('/dashboard');

    const other = newcomer();
    const form = await openPage(client, '/signup', browser);
    await browser.submit(form, { username: other, password });
    const ConfirmationCode = await mailedCode(client, other);
    await api.forUser('ConfirmSignUp', other, { ConfirmationCode });
    expect((await api.signIn(other, password)).status).toBe(200);
  });

  test.each<[string, object, string, string | RegExp]>([
    ['no password', { Password: undefined }, 'InvalidParameterException', /Password/],
    [
      'a password without a symbol',
      { Password: 'Correcthorse1' },
      'InvalidPasswordException',
      'Password did not conform with policy: Password must have symbol characters',
    ],
    [
      'a password with a space',
      { Password: 'Correct horse-1' },
      'InvalidParameterException',
      /^1 validation error detected: Value at 'password'/,
    ],
    [
      'a string that is not an address',
      { Username: 'person' },
      'InvalidParameterException',
      'Invalid email address format.',
    ],
    [
      'another address as attribute',
      { UserAttributes: [{ Name: 'email', Value: 'other@example.com' }] },
      'InvalidParameterException',
      'User email should be empty or same as username, since username attribute is email',
    ],
    [
      'an attribute that does not exist',
      { UserAttributes: [{ Name: 'custom:x', Value: 'y' }] },
      'InvalidParameterException',
      'Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n',
    ],
    [
      'a proof of its own',
      { UserAttributes: [{ Name: 'email_verified', Value: 'true' }] },
      'NotAuthorizedException',
      'A client attempted to write unauthorized attribute',
    ],
    [
      'a bad phone number',
      { UserAttributes: [{ Name: 'phone_number', Value: '5550100' }] },
      'InvalidParameterException',
      'Invalid phone number format.',
    ],
  ])('rejects %s', async (_, request, type, message) => {
    expectError(await api.forUser('SignUp', newcomer(), { Password: password, ...request }), type, message);
  });

  test('reports an address that is in use, even where the existence of users is hidden', async () => {
    const answer = await api.forUser('SignUp', api.services.demoUser.email, { Password: password });
    expectError(answer, 'UsernameExistsException', 'An account with the given email already exists.');
  });

  test('is rejected by a pool whose users an administrator adds', async () => {
    const closed = await serve({ [pool]: { admin_create_user_config: { allow_admin_create_user_only: true } } });
    const answer = await closed.forUser('SignUp', newcomer(), { Password: password });
    expectError(answer, 'NotAuthorizedException', 'SignUp is not permitted for this user pool');
  });

  test('writes only the attributes that the client may write', async () => {
    const narrow = await serve({ [appClient]: { write_attributes: ['email'] } });
    const UserAttributes = [{ Name: 'name', Value: 'Ada' }];
    expectError(
      await narrow.forUser('SignUp', newcomer(), { Password: password, UserAttributes }),
      'NotAuthorizedException',
    );
  });
});

describe('ConfirmSignUp and ResendConfirmationCode', () => {
  test('count with the pages of the hosted login', async () => {
    const [email, browser] = [newcomer(), new Browser()];
    const form = await openPage(client, '/signup', browser);
    const confirmation = await browser.submit(form, { username: email, password });
    const code = await mailedCode(client, email);
    const ConfirmationCode = code === '000000' ? '111111' : '000000';
    for (let count = 1; count <= 15; count++) {
      expectError(await api.forUser('ConfirmSignUp', email, { ConfirmationCode }), 'CodeMismatchException');
    }
    expectError(await api.forUser('ConfirmSignUp', email, { ConfirmationCode: code }), 'LimitExceededException');
    expect((await browser.submit(confirmation, { verification_code: code })).html).toContain('Attempt limit exceeded');

    for (let count = 1; count <= 5; count++) {
      expect((await api.forUser('ResendConfirmationCode', email)).status).toBe(200);
    }
    expectError(await api.forUser('ResendConfirmationCode', email), 'LimitExceededException');
  });

  test('send no code to a user who is confirmed', async () => {
    expectError(
      await api.forUser('ResendConfirmationCode', await person()),
      'InvalidParameterException',
      'User is already confirmed.',
    );
  });

  test('do not reveal which users exist', async () => {
    const nobody = 'nobody@example.com';
    expectError(await api.forUser('ConfirmSignUp', nobody, { ConfirmationCode: '123456' }), 'ExpiredCodeException');
    expect((await api.forUser('ResendConfirmationCode', nobody)).body).toEqual({
      CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@e***' },
    });
  });
});

test.each([
  ['ResendConfirmationCode', {}, 5],
  ['ConfirmSignUp', { ConfirmationCode: '123456' }, 15],
])('%s is limited for nobody as for someone', async (operation, request, limit) => {
  const someone = newcomer();
  await api.forUser('SignUp', someone, { Password: password });
  for (const username of [someone, `nobody-${operation}@example.com`]) {
    for (let count = 1; count <= limit; count++) {
      expect((await api.forUser(operation, username, request)).body.__type).not.toBe('LimitExceededException');
    }
    expectError(await api.forUser(operation, username, request), 'LimitExceededException');
  }
});

describe('ForgotPassword and ConfirmForgotPassword', () => {
  test('replace the password with a mailed code', async () => {
    const email = await person();
    expect((await api.forUser('ForgotPassword', email)).body).toEqual({
      CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'p***@e***' },
    });
    const ConfirmationCode = await mailedCode(client, email);
    const confirm = (Password: string) => api.forUser('ConfirmForgotPassword', email, { ConfirmationCode, Password });
    expect(await confirm(otherPassword)).toMatchObject({ status: 200, body: {} });
    expectError(await confirm(password), 'ExpiredCodeException');
    expectError(await api.signIn(email, password), 'NotAuthorizedException');
    expect((await api.signIn(email, otherPassword)).status).toBe(200);
  });

  test('mask an address in the same way for unknown and known users, in any spelling', async () => {
    const insensitive = await serve({ [pool]: { username_configuration: { case_sensitive: false } } });
    const email = insensitive.services.demoUser.email;
    for (const username of [email, email.toUpperCase(), 'd@example.com', 'D@EXAMPLE.COM']) {
      expect((await insensitive.forUser('ForgotPassword', username)).body.CodeDeliveryDetails).toMatchObject({
        Destination: 'd***@e***',
      });
    }
  });

  test.each([
    ['nobody', () => Promise.resolve('nobody@example.com')],
    [
      'someone whose address is not verified',
      async () => {
        const email = newcomer();
        await api.forUser('SignUp', email, { Password: password });
        return email;
      },
    ],
    [
      'someone who is disabled',
      async () => {
        const email = await person();
        await api.admin('AdminDisableUser', { Username: email });
        return email;
      },
    ],
  ])('respond for %s as for anyone, and mail nothing', async (_, who) => {
    const email = await who();
    const mails = async () =>
      (await (await fetch(`${api.services.loginDomainUrl}/mailbox`)).text()).split('Your password reset code').length;
    const before = await mails();
    expect((await api.forUser('ForgotPassword', email)).body).toMatchObject({
      CodeDeliveryDetails: { DeliveryMedium: 'EMAIL' },
    });
    expect(await mails()).toBe(before);
    const request = { ConfirmationCode: '123456', Password: otherPassword };
    expectError(await api.forUser('ConfirmForgotPassword', email, request), 'CodeMismatchException');
  });

  test('are rejected where only an administrator resets passwords', async () => {
    const closed = await serve({
      [pool]: { account_recovery_setting: { recovery_mechanism: [{ name: 'admin_only', priority: 1 }] } },
    });
    expectError(await closed.forUser('ForgotPassword', closed.services.demoUser.email), 'NotAuthorizedException');
  });
});

describe('ChangePassword', () => {
  test('requires the current password, and then the new one signs in', async () => {
    const email = await person();
    const AccessToken = await accessToken(email);
    const change = (PreviousPassword: string, ProposedPassword: string) =>
      api.call('ChangePassword', { AccessToken, PreviousPassword, ProposedPassword });
    expectError(await change('wrong', otherPassword), 'NotAuthorizedException', 'Incorrect username or password.');
    expect(await change(password, otherPassword)).toMatchObject({ status: 200, body: {} });
    expectError(await api.signIn(email, password), 'NotAuthorizedException');
    expect((await api.signIn(email, otherPassword)).status).toBe(200);
  });

  test('counts wrong passwords with those of the sign-in', async () => {
    const email = await person();
    const AccessToken = await accessToken(email);
    for (let count = 1; count <= 5; count++) {
      await api.call('ChangePassword', { AccessToken, PreviousPassword: 'wrong', ProposedPassword: otherPassword });
    }
    expectError(await api.signIn(email, password), 'NotAuthorizedException', 'Password attempts exceeded');
  });
});

describe('an access token', () => {
  const operations: readonly (readonly [string, object])[] = [
    ['GetUser', {}],
    ['ChangePassword', { PreviousPassword: password, ProposedPassword: otherPassword }],
    ['UpdateUserAttributes', { UserAttributes: [{ Name: 'name', Value: 'x' }] }],
    ['GetUserAttributeVerificationCode', { AttributeName: 'email' }],
    ['VerifyUserAttribute', { AttributeName: 'email', Code: '123456' }],
    ['AssociateSoftwareToken', {}],
    ['VerifySoftwareToken', { UserCode: '123456' }],
    ['SetUserMFAPreference', {}],
    ['GlobalSignOut', {}],
    ['DeleteUser', {}],
  ];

  test.each(operations)('that is not valid does nothing: %s', async (operation, request) => {
    const { AccessToken, IdToken } = await api.tokens(api.services.demoUser.email, api.services.demoUser.password);
    for (const token of [IdToken, `${AccessToken}x`]) {
      expectError(
        await api.call(operation, { AccessToken: token, ...request }),
        'NotAuthorizedException',
        'Invalid Access Token',
      );
    }
  });

  test.each(operations)('of the hosted login needs aws.cognito.signin.user.admin: %s', async (operation, request) => {
    const { access_token } = await client.tokens();
    expectError(
      await api.call(operation, { AccessToken: access_token, ...request }),
      'NotAuthorizedException',
      'Access Token does not have required scopes',
    );
  });

  test('of the hosted login with that scope is one for the API', async () => {
    const hosted = new OAuthClient(
      (await serve({ [appClient]: { allowed_oauth_scopes: ['openid', 'aws.cognito.signin.user.admin'] } })).services,
    );
    const { access_token } = await hosted.tokens();
    const { body } = await new UserPoolApi(hosted.services).call('GetUser', { AccessToken: access_token });
    expect(body.Username).toBe(jwtPart(access_token, 1).sub);
  });

  test('is distinguished from an expired one', async () => {
    const AccessToken = await accessToken(await person());
    await localServices.wait(3600);
    expectError(await api.call('GetUser', { AccessToken }), 'NotAuthorizedException', 'Access Token has expired');
  });
});

describe('the attributes of a user', () => {
  test('are those that the client can read', async () => {
    const email = await person();
    const { body } = await api.call('GetUser', { AccessToken: await accessToken(email) });
    expect(body).toEqual({
      Username: expect.any(String) as string,
      UserAttributes: [
        { Name: 'sub', Value: body.Username },
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
    });
    const narrow = await serve({ [appClient]: { read_attributes: ['email'] } });
    const { demoUser } = narrow.services;
    const { AccessToken } = await narrow.tokens(demoUser.email, demoUser.password);
    const answer = await narrow.call('GetUser', { AccessToken });
    expect((answer.body.UserAttributes as { Name: string }[]).map(({ Name }) => Name)).toEqual(['sub', 'email']);
  });

  test('change, and an empty value removes one', async () => {
    const AccessToken = await accessToken(await person());
    const update = (Name: string, Value: string) =>
      api.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name, Value }] });
    const names = async () =>
      ((await api.call('GetUser', { AccessToken })).body.UserAttributes as { Name: string }[]).map(({ Name }) => Name);
    expect((await update('nickname', 'Ada')).body).toEqual({ CodeDeliveryDetailsList: [] });
    expect(await names()).toContain('nickname');
    await update('nickname', '');
    expect(await names()).not.toContain('nickname');
    expectError(await update('email_verified', 'true'), 'NotAuthorizedException');
  });

  test('of a new address say that it is not verified, until its code comes', async () => {
    const email = await person();
    const AccessToken = await accessToken(email);
    const next = newcomer();
    const { body } = await api.call('UpdateUserAttributes', {
      AccessToken,
      UserAttributes: [{ Name: 'email', Value: next }],
    });
    expect(body.CodeDeliveryDetailsList).toEqual([
      { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'p***@e***' },
    ]);
    expectError(await api.signIn(email, password), 'NotAuthorizedException');
    const claims = async () => jwtPart((await api.tokens(next, password)).IdToken, 1);
    expect(await claims()).toMatchObject({ email: next, email_verified: false });

    const first = await mailedCode(client, next);
    await api.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' });
    const second = await mailedCode(client, next);
    const verify = (Code: string) => api.call('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code });
    expectError(await verify(first === second ? 'x' : first), 'CodeMismatchException');
    expect((await verify(second)).status).toBe(200);
    expect(await claims()).toMatchObject({ email_verified: true });
    expectError(
      await api.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'phone_number' }),
      'InvalidParameterException',
    );
  });
});

describe('a pool without auto_verified_attributes', () => {
  const noCodes = 'Cannot resend codes. Auto verification not turned on.';
  let unverified: UserPoolApi;
  let login: OAuthClient;

  beforeAll(async () => {
    unverified = await serve({
      [pool]: { auto_verified_attributes: null, user_attribute_update_settings: null },
      [appClient]: { prevent_user_existence_errors: 'LEGACY' },
    });
    login = new OAuthClient(unverified.services);
  });

  afterEach(async () => {
    expect(await (await fetch(`${unverified.services.loginDomainUrl}/mailbox`)).text()).toContain('No emails yet.');
  });

  test('leaves the confirmation of a new user to an administrator, and the address unverified', async () => {
    const email = newcomer();
    const { body } = await unverified.forUser('SignUp', email, { Password: password });
    expect(body).toEqual({ UserConfirmed: false, UserSub: expect.any(String) as string });
    expectError(await unverified.forUser('ResendConfirmationCode', email), 'InvalidParameterException', noCodes);
    expectError(await unverified.signIn(email, password), 'UserNotConfirmedException');

    await unverified.admin('AdminConfirmSignUp', { Username: email });
    const { IdToken } = await unverified.tokens(email, password);
    expect(jwtPart(IdToken, 1)).toMatchObject({ email, email_verified: false });
    expectError(
      await unverified.forUser('ForgotPassword', email),
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
    const { body: described } = await unverified.admin('DescribeUserPool', {});
    expect(described.UserPool).not.toHaveProperty('AutoVerifiedAttributes');
  });

  test('sends no code to a new address', async () => {
    const email = newcomer();
    await unverified.forUser('SignUp', email, { Password: password });
    await unverified.admin('AdminConfirmSignUp', { Username: email });
    const AccessToken = await accessToken(email, unverified);
    const UserAttributes = [{ Name: 'email', Value: newcomer() }];
    const { body } = await unverified.call('UpdateUserAttributes', { AccessToken, UserAttributes });
    expect(body).toEqual({ CodeDeliveryDetailsList: [] });
    const request = { AccessToken, AttributeName: 'email' };
    expectError(
      await unverified.call('GetUserAttributeVerificationCode', request),
      'InvalidParameterException',
      noCodes,
    );
  });

  test('ends a sign-up at the error page, and rejects the sign-in until the user is confirmed', async () => {
    const [username, browser] = [newcomer(), new Browser()];
    const form = await openPage(login, '/signup', browser);
    const { url } = await browser.submit(form, { username, password });
    expect(url.pathname).toBe('/error');
    const signIn = async () => browser.submit(await openPage(login, '/login', browser), { username, password });
    expect((await signIn()).html).toContain('User is not confirmed.');
    await unverified.admin('AdminConfirmSignUp', { Username: username });
    expect((await signIn()).url.pathname).toBe('/dashboard');
  });
});

test('DeleteUser deletes the account, its tokens and its session at the hosted login', async () => {
  const email = await person();
  const browser = new Browser();
  const page = await browser.submit(await openPage(client, '/login', browser), { username: email, password });
  const code = page.url.searchParams.get('code')!;
  const { AccessToken, RefreshToken } = await api.tokens(email, password);
  expect((await api.call('DeleteUser', { AccessToken })).status).toBe(200);
  expectError(await api.call('GetUser', { AccessToken }), 'UserNotFoundException', 'User does not exist.');
  expectError(await api.initiateAuth('REFRESH_TOKEN', { REFRESH_TOKEN: RefreshToken }), 'NotAuthorizedException');
  expect((await browser.open(client.authorizeUrl())).url.pathname).toBe('/login');
  expect((await client.exchange({ code })).body.error).toBe('invalid_grant');
  expect((await api.forUser('SignUp', email, { Password: password })).status).toBe(200);
});
