import { Browser } from '../../../support/browser';
import { type Changes, TestServices } from '../../../support/local-services';
import { jwtPart, OAuthClient, openPage } from '../../../support/oauth-client';
import { expectError, tokensIn, UserPoolApi } from '../../../support/user-pool-api';

const localServices = new TestServices();
const appClient = 'aws_cognito_user_pool_client.awesome-app-client';
const pool = 'aws_cognito_user_pool.user_pool';
const password = 'Correct-horse-1';
const temporaryPassword = 'Temporary-1';

let api: UserPoolApi;
let people = 0;

const newcomer = () => `person-${++people}@example.com`;

async function serve(changes: Changes): Promise<UserPoolApi> {
  return new UserPoolApi(await localServices.serve(changes));
}

beforeAll(async () => {
  api = await serve({});
});

async function mailTo(email: string, at = api): Promise<string | undefined> {
  const html = await (await fetch(`${at.services.loginDomainUrl}/mailbox`)).text();
  return html.split('<article').find((article) => article.includes(email));
}

/** Someone who has a password, as an administrator sets it. */
async function person(at = api, email_verified = 'false'): Promise<string> {
  const email = newcomer();
  const UserAttributes = [{ Name: 'email_verified', Value: email_verified }];
  await at.admin('AdminCreateUser', { Username: email, MessageAction: 'SUPPRESS', UserAttributes });
  await at.admin('AdminSetUserPassword', { Username: email, Password: password, Permanent: true });
  return email;
}

describe('AdminCreateUser', () => {
  test('adds a user whose first sign-in asks for another password', async () => {
    const email = newcomer();
    const { body } = await api.admin('AdminCreateUser', {
      Username: email,
      TemporaryPassword: temporaryPassword,
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
    });
    const now = localServices.now / 1000;
    expect(body.User).toMatchObject({ Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' });
    const { UserCreateDate, Username, Attributes } = body.User as Record<string, unknown>;
    expect(Math.abs((UserCreateDate as number) - now)).toBeLessThan(60);
    expect(Attributes).toEqual([
      { Name: 'sub', Value: Username },
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'true' },
    ]);
    expect(await mailTo(email)).toContain(`Your username is ${email} and temporary password is ${temporaryPassword}.`);

    const { body: challenge } = await api.signIn(email, temporaryPassword);
    expect(challenge).toMatchObject({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeParameters: {
        USER_ID_FOR_SRP: Username,
        requiredAttributes: '[]',
        userAttributes: JSON.stringify({ email, email_verified: 'true' }),
      },
    });
    const respond = (NEW_PASSWORD: string) =>
      api.respond('NEW_PASSWORD_REQUIRED', challenge.Session, { USERNAME: email, NEW_PASSWORD });
    expect(tokensIn(await respond(password)).AccessToken).toBeDefined();
    expectError(await respond(password), 'NotAuthorizedException', 'Invalid session for the user.');
    expectError(await api.signIn(email, temporaryPassword), 'NotAuthorizedException');
    expect((await api.admin('AdminGetUser', { Username: email })).body.UserStatus).toBe('CONFIRMED');
  });

  test.each<[string, Record<string, string>, string | undefined, string]>([
    ['sets attributes', { given_name: 'Ada', birthdate: '1815-12-10' }, undefined, ''],
    [
      'rejects the address',
      { email: 'x@example.com' },
      'NotAuthorizedException',
      'Cannot modify an already provided email',
    ],
    [
      'rejects what only Cognito sets',
      { email_verified: 'true' },
      'InvalidParameterException',
      'Cannot modify the non-mutable attribute email_verified',
    ],
    [
      'rejects what does not exist',
      { shoe_size: '40' },
      'InvalidParameterException',
      'Attributes did not conform to the schema: shoe_size: Attribute does not exist in the schema.\n',
    ],
  ])('%s with the other password', async (_, attributes, error, message) => {
    const email = newcomer();
    await api.admin('AdminCreateUser', { Username: email, TemporaryPassword: temporaryPassword });
    const { Session } = (await api.signIn(email, temporaryPassword)).body;
    const responses = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`userAttributes.${name}`, value]),
    );
    const answer = await api.respond('NEW_PASSWORD_REQUIRED', Session, {
      USERNAME: email,
      NEW_PASSWORD: password,
      ...responses,
    });
    const { UserAttributes, UserStatus } = (await api.admin('AdminGetUser', { Username: email })).body;
    if (error === undefined) {
      expect(jwtPart(tokensIn(answer).IdToken, 1)).toMatchObject(attributes);
      expect(UserAttributes).toEqual(
        expect.arrayContaining(Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))),
      );
    } else {
      expectError(answer, error, message);
      expect(UserStatus).toBe('FORCE_CHANGE_PASSWORD');
    }
  });

  test('has a page for the other password at the hosted login', async () => {
    const email = newcomer();
    await api.admin('AdminCreateUser', { Username: email, TemporaryPassword: temporaryPassword });
    const browser = new Browser();
    const login = await openPage(new OAuthClient(api.services), '/login', browser);
    const change = await browser.submit(login, { username: email, password: temporaryPassword });
    expect([change.url.pathname, browser.cookies.has('cognito')]).toEqual(['/newPassword', false]);
    const differ = await browser.submit(change, { new_password: password, confirm_password: 'other' });
    expect(differ.html).toContain('The passwords do not match.');
    const short = await browser.submit(differ, { new_password: 'a', confirm_password: 'a' });
    expect(short.html).toContain('<li>at least 8 characters <strong>(missing)</strong></li>');
    const { url } = await browser.submit(short, { new_password: password, confirm_password: password });
    expect(url.pathname).toBe('/dashboard');
  });

  test('generates a temporary password that the policy allows, and sends it with the template of the pool', async () => {
    const inviting = await serve({
      [pool]: {
        password_policy: { minimum_length: 30, require_symbols: true, require_numbers: true },
        admin_create_user_config: {
          invite_message_template: { email_subject: 'Welcome', email_message: 'To {username}: [{####}]' },
        },
      },
    });
    const email = newcomer();
    expect((await inviting.admin('AdminCreateUser', { Username: email })).status).toBe(200);
    const mail = await mailTo(email, inviting);
    expect(mail).toContain('<h2>Welcome</h2>');
    const [, made] = /To [^:]*: \[(.*)\]/.exec(mail!.replaceAll('&amp;', '&'))!;
    expect(made!.length).toBeGreaterThanOrEqual(30);
    expect((await inviting.signIn(email, made!)).body.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  });

  test('mails nothing with SUPPRESS, and again with RESEND', async () => {
    const email = newcomer();
    await api.admin('AdminCreateUser', { Username: email, MessageAction: 'SUPPRESS' });
    expect(await mailTo(email)).toBeUndefined();
    const resend = () => api.admin('AdminCreateUser', { Username: email, MessageAction: 'RESEND' });
    expect((await resend()).status).toBe(200);
    expect(await mailTo(email)).toContain('temporary password is');
  });

  test('mails the same temporary password again, also where the policy remembers passwords', async () => {
    const remembering = await serve({ [pool]: { password_policy: { minimum_length: 8, password_history_size: 1 } } });
    const request = { Username: newcomer(), TemporaryPassword: temporaryPassword };
    await remembering.admin('AdminCreateUser', request);
    expect(await remembering.admin('AdminCreateUser', { ...request, MessageAction: 'RESEND' })).toMatchObject({
      status: 200,
    });
  });

  test('has a temporary password that expires after 7 days, or after those of the policy', async () => {
    const short = await serve({
      [pool]: { password_policy: { minimum_length: 8, temporary_password_validity_days: 1 } },
    });
    for (const [at, days] of [
      [api, 7],
      [short, 1],
    ] as const) {
      const [early, late] = [newcomer(), newcomer()];
      for (const Username of [early, late]) {
        await at.admin('AdminCreateUser', { Username, TemporaryPassword: temporaryPassword });
      }
      await localServices.wait(days * 86_400 - 60);
      expect((await at.signIn(early, temporaryPassword)).status).toBe(200);
      await localServices.wait(60);
      expectError(
        await at.signIn(late, temporaryPassword),
        'NotAuthorizedException',
        'Temporary password has expired and must be reset by an administrator.',
      );
    }
  });

  test.each<[string, object, string]>([
    ['a user name that is not an address', { Username: 'person' }, 'Username should be an email.'],
    ['SMS', { DesiredDeliveryMediums: ['SMS'] }, 'SMS is not served on this machine.'],
  ])('rejects %s', async (_, request, message) => {
    const answer = await api.admin('AdminCreateUser', { Username: newcomer(), ...request });
    expectError(answer, 'InvalidParameterException', message);
  });
});

describe('AdminInitiateAuth', () => {
  test.each(['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'])(
    'signs in by %s, also with a challenge',
    async (AuthFlow) => {
      const admin = await serve({ [appClient]: { explicit_auth_flows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'] } });
      const email = newcomer();
      await admin.admin('AdminCreateUser', { Username: email, TemporaryPassword: temporaryPassword });
      const { body } = await admin.admin('AdminInitiateAuth', {
        ClientId: admin.clientId,
        AuthFlow,
        AuthParameters: { USERNAME: email, PASSWORD: temporaryPassword },
      });
      const answer = await admin.admin('AdminRespondToAuthChallenge', {
        ClientId: admin.clientId,
        ChallengeName: body.ChallengeName,
        Session: body.Session,
        ChallengeResponses: { USERNAME: email, NEW_PASSWORD: password },
      });
      expect(tokensIn(answer).AccessToken).toBeDefined();
    },
  );

  test('needs its own flow, and not the flow of the app', async () => {
    const AuthParameters = { USERNAME: api.services.demoUser.email, PASSWORD: api.services.demoUser.password };
    for (const [AuthFlow, message] of [
      ['ADMIN_USER_PASSWORD_AUTH', 'Auth flow not enabled for this client'],
      ['USER_PASSWORD_AUTH', 'Initiate Auth method not supported.'],
    ]) {
      const request = { ClientId: api.clientId, AuthFlow, AuthParameters };
      expectError(await api.admin('AdminInitiateAuth', request), 'InvalidParameterException', message);
    }
  });
});

test('AdminSetUserPassword sets a permanent or a temporary password', async () => {
  const email = await person();
  expect((await api.signIn(email, password)).body.AuthenticationResult).toBeDefined();
  await api.admin('AdminSetUserPassword', { Username: email, Password: temporaryPassword });
  expect((await api.signIn(email, temporaryPassword)).body.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
});

describe('AdminResetUserPassword', () => {
  test('ends the use of the password until the mailed code has set another one', async () => {
    const email = await person(api, 'true');
    const { AccessToken } = await api.tokens(email, password);
    expect(await api.admin('AdminResetUserPassword', { Username: email })).toMatchObject({ status: 200, body: {} });
    expect((await api.admin('AdminGetUser', { Username: email })).body.UserStatus).toBe('RESET_REQUIRED');
    expectError(await api.signIn(email, 'wrong'), 'NotAuthorizedException', 'Incorrect username or password.');
    const required = ['PasswordResetRequiredException', 'Password reset required for the user'] as const;
    expectError(await api.signIn(email, password), ...required);
    expectError(await api.call('GetUser', { AccessToken }), ...required);

    const ConfirmationCode = /\d{6}/.exec((await mailTo(email))!)![0];
    const Password = 'Battery-staple-2';
    expect((await api.forUser('ConfirmForgotPassword', email, { ConfirmationCode, Password })).status).toBe(200);
    expect((await api.signIn(email, Password)).status).toBe(200);
  });

  test('has a page for the code and the other password at the hosted login', async () => {
    const email = await person(api, 'true');
    await api.admin('AdminResetUserPassword', { Username: email });
    const browser = new Browser();
    const login = await openPage(new OAuthClient(api.services), '/login', browser);
    const page = await browser.submit(login, { username: email, password });
    expect([page.html, browser.cookies.has('cognito')]).toEqual([
      expect.stringContaining('Change your password'),
      false,
    ]);
    const [forgot_password_code] = /\d{6}/.exec((await mailTo(email))!)!;
    const changed = { new_password: 'Battery-staple-2', confirm_password: 'Battery-staple-2' };
    const done = await browser.submit(page, { forgot_password_code, ...changed });
    expect(done.html).toContain('Your password has been changed.');
  });

  test('needs a verified address', async () => {
    expectError(
      await api.admin('AdminResetUserPassword', { Username: await person() }),
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
  });
});

test('AdminConfirmSignUp confirms without a code, and leaves the address unverified', async () => {
  const email = newcomer();
  await api.forUser('SignUp', email, { Password: password });
  expect((await api.admin('AdminConfirmSignUp', { Username: email })).status).toBe(200);
  expect((await api.signIn(email, password)).status).toBe(200);
  const { UserAttributes } = (await api.admin('AdminGetUser', { Username: email })).body;
  expect(UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'false' });
});

test('AdminUpdateUserAttributes sets attributes that no client can write, without an email', async () => {
  const email = await person();
  const next = newcomer();
  const UserAttributes = [
    { Name: 'email', Value: next },
    { Name: 'email_verified', Value: 'true' },
  ];
  expect((await api.admin('AdminUpdateUserAttributes', { Username: email, UserAttributes })).status).toBe(200);
  expect(await mailTo(next)).toBeUndefined();
  expect((await api.admin('AdminGetUser', { Username: next })).body.UserAttributes).toEqual(
    expect.arrayContaining(UserAttributes),
  );
  expectError(await api.admin('AdminGetUser', { Username: email }), 'UserNotFoundException', 'User does not exist.');
});

test('AdminDisableUser ends tokens and sign-ins, of the API and the hosted login, until AdminEnableUser', async () => {
  const client = new OAuthClient(api.services);
  const email = await person();
  const browser = new Browser();
  await browser.submit(await openPage(client, '/login', browser), { username: email, password });
  const { AccessToken, RefreshToken } = await api.tokens(email, password);
  await api.admin('AdminDisableUser', { Username: email });
  expect((await api.admin('AdminGetUser', { Username: email })).body.Enabled).toBe(false);
  expectError(await api.signIn(email, password), 'NotAuthorizedException', 'User is disabled.');
  expectError(await api.signIn(email, 'wrong'), 'NotAuthorizedException', 'Incorrect username or password.');
  expectError(await api.call('GetUser', { AccessToken }), 'NotAuthorizedException', 'User is disabled.');
  expectError(await api.initiateAuth('REFRESH_TOKEN', { REFRESH_TOKEN: RefreshToken }), 'NotAuthorizedException');
  expect((await browser.open(client.authorizeUrl())).url.pathname).toBe('/login');
  await api.admin('AdminEnableUser', { Username: email });
  expectError(await api.call('GetUser', { AccessToken }), 'NotAuthorizedException', 'Access Token has been revoked');
  expect((await api.signIn(email, password)).status).toBe(200);
});

test('AdminUserGlobalSignOut ends the tokens, and AdminDeleteUser the account', async () => {
  const email = await person();
  const { AccessToken } = await api.tokens(email, password);
  await api.admin('AdminUserGlobalSignOut', { Username: email });
  expectError(await api.call('GetUser', { AccessToken }), 'NotAuthorizedException', 'Access Token has been revoked');
  expect((await api.admin('AdminDeleteUser', { Username: email })).status).toBe(200);
  expectError(await api.admin('AdminDeleteUser', { Username: email }), 'UserNotFoundException');
});

describe('ListUsers', () => {
  let full: UserPoolApi;

  const emails = ({ body }: { readonly body: Readonly<Record<string, unknown>> }) =>
    (body.Users as { Attributes: { Name: string; Value: string }[] }[]).map(
      ({ Attributes }) => Attributes.find(({ Name }) => Name === 'email')?.Value,
    );

  beforeAll(async () => {
    full = await serve({});
    for (const [Username, given_name] of [
      ['ada@example.com', 'Ada'],
      ['adam@example.com', 'Adam'],
      ['bob@example.com', 'Bob "B"'],
    ]) {
      await full.admin('AdminCreateUser', { Username, UserAttributes: [{ Name: 'given_name', Value: given_name }] });
    }
    await full.admin('AdminDisableUser', { Username: 'bob@example.com' });
  });

  test('goes through all users page by page', async () => {
    const first = await full.admin('ListUsers', { Limit: 3 });
    expect(emails(first)).toEqual(['demo@example.com', 'ada@example.com', 'adam@example.com']);
    const second = await full.admin('ListUsers', { Limit: 3, PaginationToken: first.body.PaginationToken });
    expect(emails(second)).toEqual(['bob@example.com']);
    expect(second.body.PaginationToken).toBeUndefined();
    expectError(await full.admin('ListUsers', { PaginationToken: 'x' }), 'InvalidParameterException');
  });

  test('goes on with the next page after the users of the first one were deleted', async () => {
    const emptied = await serve({});
    for (const Username of ['first@example.com', 'second@example.com']) {
      await emptied.admin('AdminCreateUser', { Username });
    }
    const first = await emptied.admin('ListUsers', { Limit: 2 });
    for (const Username of emails(first)) {
      await emptied.admin('AdminDeleteUser', { Username });
    }
    const { PaginationToken } = first.body;
    expect(emails(await emptied.admin('ListUsers', { Limit: 2, PaginationToken }))).toEqual(['second@example.com']);
  });

  test.each([
    ['email = "ada@example.com"', ['ada@example.com']],
    ['given_name ^= "Ada"', ['ada@example.com', 'adam@example.com']],
    ['given_name = "Bob \\"B\\""', ['bob@example.com']],
    ['status = "Disabled"', ['bob@example.com']],
    ['cognito:user_status = "confirmed"', ['demo@example.com']],
    ['cognito:user_status ^= "Force"', ['ada@example.com', 'adam@example.com', 'bob@example.com']],
    ['status = "disabled"', []],
    ['family_name ^= "x"', []],
    ['', ['demo@example.com', 'ada@example.com', 'adam@example.com', 'bob@example.com']],
  ])('filters: %s', async (Filter, expected) => {
    expect(emails(await full.admin('ListUsers', { Filter }))).toEqual(expected);
  });

  test.each(['email', 'email = ada', 'nickname = "x"', '__proto__ = "x"', 'email > "a"'])(
    'rejects the filter %s',
    async (Filter) => {
      expectError(await full.admin('ListUsers', { Filter }), 'InvalidParameterException');
    },
  );

  test('rejects attributes to get that one of the users does not have', async () => {
    const request = { AttributesToGet: ['email', 'given_name'] };
    expectError(
      await full.admin('ListUsers', request),
      'InvalidParameterException',
      'One or more requested attributes do not exist.',
    );
    expect((await full.admin('ListUsers', { ...request, Filter: 'email ^= "ada"' })).status).toBe(200);
  });

  test('shows the attributes that were asked for', async () => {
    const { body } = await full.admin('ListUsers', { Limit: 1, AttributesToGet: ['email'] });
    expect(body.Users).toMatchObject([{ Attributes: [{ Name: 'email', Value: 'demo@example.com' }] }]);
  });
});

describe('Describe', () => {
  test('shows the user pool as it is configured', async () => {
    const { body } = await api.admin('DescribeUserPool', {});
    expect(body.UserPool).toMatchObject({
      Id: api.userPoolId,
      Name: 'awesome-cognito-user-pool',
      MfaConfiguration: 'OFF',
      UsernameAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 8, RequireSymbols: true } },
    });
  });

  test('shows an app client', async () => {
    const { body } = await api.admin('DescribeUserPoolClient', { ClientId: api.clientId });
    expect(body.UserPoolClient).toMatchObject({
      ClientId: api.clientId,
      ClientName: 'awesome-app-client',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthFlows: ['code'],
      AccessTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes' },
    });
    expectError(await api.admin('DescribeUserPoolClient', { ClientId: 'unknown' }), 'ResourceNotFoundException');
  });
});
