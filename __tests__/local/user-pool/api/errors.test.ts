import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { TestServices } from '../../../support/local-services';
import { mailedCode, OAuthClient } from '../../../support/oauth-client';
import { onTestServer } from '../../../support/test-server-process';
import { totp } from '../../../support/totp';
import { type ApiResponse, expectError, UserPoolApi } from '../../../support/user-pool-api';

type Row = readonly [operation: string, error: string, provoke: () => Promise<ApiResponse>, message: string | RegExp];

const localServices = new TestServices();
/** With a clock of its own. */
const servicesWithoutMfa = new TestServices();
const password = 'Correct-horse-1';
const otherPassword = 'Battery-staple-2';
const nobody = 'nobody@example.com';

/** A pool with MFA, whose client tells who exists. */
let api: UserPoolApi;
/** A pool without MFA, where a new address waits for its code. */
let withoutMfa: UserPoolApi;
/** Has a password, and no row changes anything about it. */
let demo: string;
/** The access token of a user who was deleted. */
let orphan: string;
/** The access token of a user whose password was reset. */
let reset: string;
let people = 0;

beforeAll(async () => {
  const user_pool_id = '${aws_cognito_user_pool.user_pool.id}';
  api = new UserPoolApi(
    await localServices.serve({
      'aws_cognito_user_pool.user_pool': {
        mfa_configuration: 'OPTIONAL',
        software_token_mfa_configuration: { enabled: true },
        password_policy: { minimum_length: 8, password_history_size: 1 },
      },
      'aws_cognito_user_pool_client.awesome-app-client': {
        prevent_user_existence_errors: 'LEGACY',
        explicit_auth_flows: [
          'ALLOW_ADMIN_USER_PASSWORD_AUTH',
          'ALLOW_CUSTOM_AUTH',
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_USER_SRP_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
      },
      'aws_cognito_user_pool_client.rotating': {
        name: 'rotating',
        user_pool_id,
        explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH'],
        refresh_token_rotation: [{ feature: 'ENABLED', retry_grace_period_seconds: 0 }],
      },
      'aws_cognito_identity_provider.google': { user_pool_id, provider_name: 'Google', provider_type: 'Google' },
      'aws_cognito_user_pool_client.irrevocable': { name: 'irrevocable', user_pool_id, enable_token_revocation: false },
    }),
  );
  withoutMfa = new UserPoolApi(
    await servicesWithoutMfa.serve({
      'aws_cognito_user_pool.user_pool': {
        user_attribute_update_settings: { attributes_require_verification_before_update: ['email'] },
      },
    }),
  );
  demo = api.services.demoUser.email;
  const [deleted, forgetful] = [await person(), await person()];
  orphan = await accessToken(deleted);
  await api.admin('AdminDeleteUser', { Username: deleted });
  reset = await accessToken(forgetful);
  await api.admin('AdminResetUserPassword', { Username: forgetful });
});

/** What each request has, and the operations that look at less ignore the rest. */
const common = {
  Username: nobody,
  AccessToken: 'x',
  RefreshToken: 'x',
  Token: 'x',
  ConfirmationCode: 'x',
  Code: 'x',
  UserCode: '123456',
  Password: password,
  PreviousPassword: password,
  ProposedPassword: otherPassword,
  AttributeName: 'email',
  UserAttributes: [],
  UserAttributeNames: ['nickname'],
  GroupName: 'x',
  Identifier: 'x',
  ProviderName: 'x',
  IdpIdentifier: 'x',
  DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: nobody },
  SourceUser: identity('1'),
  User: identity('nobody'),
  MaxResults: 1,
  Domain: 'x',
};

/** Someone at an identity provider. */
function identity(subject: string, ProviderName = 'Google'): object {
  return { ProviderName, ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: subject };
}

function call(operation: string, request: object = {}, at = api): Promise<ApiResponse> {
  return at.admin(operation, { ClientId: at.clientId, ...common, ...flow(operation), ...request });
}

/** The flow with a password, and the challenge of a temporary one. */
function flow(operation: string): object {
  return {
    AuthFlow: operation.startsWith('Admin') ? 'ADMIN_USER_PASSWORD_AUTH' : 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: nobody, PASSWORD: password },
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    ChallengeResponses: { USERNAME: nobody, NEW_PASSWORD: password },
    Session: 'x'.repeat(20),
  };
}

const newcomer = () => `person-${++people}@example.com`;

/** Someone who has a password. */
async function person(): Promise<string> {
  const Username = await invited();
  await api.admin('AdminSetUserPassword', { Username, Password: password, Permanent: true });
  return Username;
}

/** Someone who has the other password, as a temporary one. */
async function invited(): Promise<string> {
  const Username = newcomer();
  const UserAttributes = [
    { Name: 'email', Value: Username },
    { Name: 'email_verified', Value: 'true' },
  ];
  await api.admin('AdminCreateUser', { Username, TemporaryPassword: otherPassword, UserAttributes });
  return Username;
}

/** Someone whose password was reset by an administrator. */
async function forgetful(): Promise<string> {
  const Username = await person();
  await api.admin('AdminResetUserPassword', { Username });
  return Username;
}

/** Someone who has signed up, and has not confirmed the address. */
async function unconfirmed(): Promise<string> {
  const Username = newcomer();
  await call('SignUp', { Username });
  return Username;
}

async function accessToken(email: string): Promise<string> {
  return (await api.tokens(email, password)).AccessToken;
}

const code = (secret: unknown, steps = 0) => totp(String(secret), localServices.now + steps * 30_000);

/** Responds to a challenge of a user with the operation. */
function respond(operation: string, ChallengeName: string, Session: unknown, ChallengeResponses: object) {
  return call(operation, { ChallengeName, Session, ChallengeResponses });
}

/** Responds to the challenge of someone with a temporary password. */
async function changeTemporaryPassword(operation: string, NEW_PASSWORD: string): Promise<ApiResponse> {
  const email = await invited();
  const { Session } = (await api.signIn(email, otherPassword)).body;
  return respond(operation, 'NEW_PASSWORD_REQUIRED', Session, { USERNAME: email, NEW_PASSWORD });
}

/** Responds to the challenge of someone with an authenticator app: with the code of a number of steps later. */
async function enterCode(operation: string, steps: number): Promise<ApiResponse> {
  const email = await person();
  const AccessToken = await accessToken(email);
  const { SecretCode } = (await call('AssociateSoftwareToken', { AccessToken, Session: undefined })).body;
  await call('VerifySoftwareToken', { AccessToken, Session: undefined, UserCode: code(SecretCode) });
  await call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled: true } });
  const { Session } = (await api.signIn(email, password)).body;
  return respond(operation, 'SOFTWARE_TOKEN_MFA', Session, {
    USERNAME: email,
    SOFTWARE_TOKEN_MFA_CODE: code(SecretCode, steps),
  });
}

/** Responds to the challenge of a sign-in with SRP of someone who was deleted after it began. */
async function proveWhenDeleted(operation: string): Promise<ApiResponse> {
  const email = await person();
  const { body } = await api.initiateAuth('USER_SRP_AUTH', { USERNAME: email, SRP_A: 'abcdef' });
  const { USERNAME, SECRET_BLOCK } = body.ChallengeParameters as Record<string, string>;
  await api.admin('AdminDeleteUser', { Username: email });
  return respond(operation, 'PASSWORD_VERIFIER', undefined, {
    USERNAME,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: 'AAAA',
    TIMESTAMP: 'Wed Nov 25 22:00:00 UTC 2026',
  });
}

/** Responds to the challenge of a sign-in with SRP of someone who has the right password and cannot sign in. */
async function prove(operation: string, email: string): Promise<ApiResponse> {
  const services = { ...api.services, demoUser: { email, password } };
  const proof = (await onTestServer('runClient', 'srp-proof', services)) as Record<string, string>;
  return respond(operation, 'PASSWORD_VERIFIER', undefined, proof);
}

/** Calls again and again, and returns the response to one call above the limit. */
async function oneMoreThan(limit: number, again: () => Promise<ApiResponse>): Promise<ApiResponse> {
  for (let count = 1; count <= limit; count++) {
    expect((await again()).body.__type).not.toBe('LimitExceededException');
  }
  return again();
}

async function resetWithCode(email: string, Password: string, send = (mailed: string) => mailed): Promise<ApiResponse> {
  await call('ForgotPassword', { Username: email });
  const ConfirmationCode = send(await mailedCode(new OAuthClient(api.services), email));
  return call('ConfirmForgotPassword', { Username: email, ConfirmationCode, Password });
}

const { operations } = JSON.parse(
  readFileSync(join('src', 'local', 'user-pool', 'api', 'request-shapes.json'), 'utf8'),
) as { readonly operations: Readonly<Record<string, { readonly request: string }>> };

/** Each operation requires one of these. */
const required = ['UserPoolId', 'ClientId', 'AccessToken', 'Session', 'Domain', 'MaxResults'];

const ofSignedInUser = [
  'AssociateSoftwareToken',
  'ChangePassword',
  'DeleteUser',
  'DeleteUserAttributes',
  'GetUser',
  'GetUserAttributeVerificationCode',
  'GlobalSignOut',
  'SetUserMFAPreference',
  'UpdateUserAttributes',
  'VerifySoftwareToken',
  'VerifyUserAttribute',
];
const hasNoUserNotFoundException = ['AssociateSoftwareToken', 'GlobalSignOut'];
const ofClient = [
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'ForgotPassword',
  'GetTokensFromRefreshToken',
  'InitiateAuth',
  'ResendConfirmationCode',
  'RespondToAuthChallenge',
  'SignUp',
];
const ofAdministrator = Object.keys(operations).filter((name) =>
  /^(?:Admin|Describe(?!UserPoolDomain)|Get(?:Group|IdentityProviderByIdentifier|UserPoolMfaConfig)$|List(?!UserPools$))/.test(
    name,
  ),
);
const ofNamedUser = ofAdministrator.filter((name) =>
  /^Admin(?!(?:CreateUser|InitiateAuth|RespondToAuthChallenge)$)/.test(name),
);

const passwordReset = 'Password reset required for the user';
const userDoesNotExist = 'User does not exist.';
const notLongEnough = 'Password does not conform to policy: Password not long enough';
const usedBefore = 'Password has previously been used.';
const wrongSecretHash = /^Unable to verify secret hash for client \w+$/;
const wrongCode = 'Invalid verification code provided, please try again.';
const noSuchCode = 'Invalid code provided, please request a code again.';
const tooManyAttempts = 'Attempt limit exceeded, please try after some time.';
const emailTaken = 'An account with the given email already exists.';

const rows: readonly Row[] = [
  ...Object.keys(operations).map((operation): Row => [
    operation,
    'InvalidParameterException',
    () => call(operation, Object.fromEntries(required.map((name) => [name, undefined]))),
    /Member must not be null|Exactly one of AccessToken and Session is required/,
  ]),
  ...ofSignedInUser.flatMap((operation): Row[] => [
    [
      operation,
      'NotAuthorizedException',
      () => call(operation, { AccessToken: 'x', Session: undefined }),
      'Invalid Access Token',
    ],
    hasNoUserNotFoundException.includes(operation)
      ? [
          operation,
          'NotAuthorizedException',
          () => call(operation, { AccessToken: orphan, Session: undefined }),
          'Invalid Access Token',
        ]
      : [
          operation,
          'UserNotFoundException',
          () => call(operation, { AccessToken: orphan, Session: undefined }),
          userDoesNotExist,
        ],
  ]),
  ...ofSignedInUser
    .filter((operation) => operation !== 'AssociateSoftwareToken')
    .map((operation): Row => [
      operation,
      'PasswordResetRequiredException',
      () => call(operation, { AccessToken: reset, Session: undefined }),
      passwordReset,
    ]),
  ...ofClient.map((operation): Row => [
    operation,
    'ResourceNotFoundException',
    () => call(operation, { ClientId: 'unknown' }),
    'User pool client unknown does not exist.',
  ]),
  ...ofAdministrator.map((operation): Row => [
    operation,
    'ResourceNotFoundException',
    () => call(operation, { UserPoolId: 'us-east-1_other' }),
    'User pool us-east-1_other does not exist.',
  ]),
  ...ofNamedUser.map((operation): Row => [operation, 'UserNotFoundException', () => call(operation), userDoesNotExist]),

  [
    'SignUp',
    'InvalidPasswordException',
    () => call('SignUp', { Username: newcomer(), Password: 'short' }),
    'Password did not conform with policy: Password not long enough',
  ],
  ['SignUp', 'NotAuthorizedException', () => call('SignUp', { SecretHash: 'x' }), wrongSecretHash],
  ['SignUp', 'UsernameExistsException', () => call('SignUp', { Username: demo }), emailTaken],

  [
    'ConfirmSignUp',
    'CodeMismatchException',
    async () => call('ConfirmSignUp', { Username: await unconfirmed() }),
    wrongCode,
  ],
  [
    'ConfirmSignUp',
    'ExpiredCodeException',
    async () => {
      const Username = newcomer();
      await call('SignUp', { Username }, withoutMfa);
      const ConfirmationCode = await mailedCode(new OAuthClient(withoutMfa.services), Username);
      await servicesWithoutMfa.wait(24 * 3600);
      return call('ConfirmSignUp', { Username, ConfirmationCode }, withoutMfa);
    },
    noSuchCode,
  ],
  [
    'ConfirmSignUp',
    'LimitExceededException',
    async () => {
      const Username = await unconfirmed();
      return oneMoreThan(15, () => call('ConfirmSignUp', { Username }));
    },
    tooManyAttempts,
  ],
  [
    'ConfirmSignUp',
    'NotAuthorizedException',
    () => call('ConfirmSignUp', { Username: demo }),
    'User cannot be confirmed. Current status is CONFIRMED',
  ],
  ['ConfirmSignUp', 'UserNotFoundException', () => call('ConfirmSignUp'), userDoesNotExist],

  [
    'ResendConfirmationCode',
    'LimitExceededException',
    async () => {
      const Username = await unconfirmed();
      return oneMoreThan(5, () => call('ResendConfirmationCode', { Username }));
    },
    tooManyAttempts,
  ],
  [
    'ResendConfirmationCode',
    'NotAuthorizedException',
    () => call('ResendConfirmationCode', { SecretHash: 'x' }),
    wrongSecretHash,
  ],
  ['ResendConfirmationCode', 'UserNotFoundException', () => call('ResendConfirmationCode'), userDoesNotExist],

  ...['InitiateAuth', 'AdminInitiateAuth'].flatMap((operation): Row[] => [
    [
      operation,
      'NotAuthorizedException',
      () => call(operation, { AuthParameters: { USERNAME: demo, PASSWORD: 'wrong' } }),
      'Incorrect username or password.',
    ],
    [
      operation,
      'UserNotConfirmedException',
      async () => call(operation, { AuthParameters: { USERNAME: await unconfirmed(), PASSWORD: 'wrong' } }),
      'User is not confirmed.',
    ],
    [
      operation,
      'UserNotConfirmedException',
      async () =>
        call(operation, {
          AuthFlow: 'USER_SRP_AUTH',
          AuthParameters: { USERNAME: await unconfirmed(), SRP_A: 'abcdef' },
        }),
      'User is not confirmed.',
    ],
    [operation, 'UserNotFoundException', () => call(operation), userDoesNotExist],
    [
      operation,
      'PasswordResetRequiredException',
      async () => call(operation, { AuthParameters: { USERNAME: await forgetful(), PASSWORD: password } }),
      passwordReset,
    ],
    [
      operation,
      'UnsupportedOperationException',
      () => call(operation, { AuthFlow: 'CUSTOM_AUTH' }),
      'CUSTOM_AUTH is not served on this machine.',
    ],
  ]),

  ...['RespondToAuthChallenge', 'AdminRespondToAuthChallenge'].flatMap((operation): Row[] => [
    [operation, 'CodeMismatchException', () => enterCode(operation, 9), 'Invalid code received for user'],
    [
      operation,
      'ExpiredCodeException',
      () => enterCode(operation, 0),
      'Your software token has already been used once.',
    ],
    [operation, 'InvalidPasswordException', () => changeTemporaryPassword(operation, 'short'), notLongEnough],
    [operation, 'NotAuthorizedException', () => call(operation), 'Invalid session for the user.'],
    [
      operation,
      'PasswordHistoryPolicyViolationException',
      () => changeTemporaryPassword(operation, otherPassword),
      usedBefore,
    ],
    [operation, 'PasswordResetRequiredException', async () => prove(operation, await forgetful()), passwordReset],
    [operation, 'UserNotFoundException', () => proveWhenDeleted(operation), userDoesNotExist],
  ]),

  [
    'GetTokensFromRefreshToken',
    'NotAuthorizedException',
    () => call('GetTokensFromRefreshToken'),
    'Invalid Refresh Token.',
  ],
  [
    'GetTokensFromRefreshToken',
    'RefreshTokenReuseException',
    async () => {
      const ClientId = api.services.clientIds.rotating;
      const AuthParameters = { USERNAME: await person(), PASSWORD: password };
      const { AuthenticationResult } = (await call('InitiateAuth', { ClientId, AuthParameters })).body;
      const { RefreshToken } = AuthenticationResult as { RefreshToken: string };
      await call('GetTokensFromRefreshToken', { ClientId, RefreshToken });
      return call('GetTokensFromRefreshToken', { ClientId, RefreshToken });
    },
    'Refresh token has been rotated and can no longer be used.',
  ],

  [
    'RevokeToken',
    'UnauthorizedException',
    () => call('RevokeToken', { ClientId: 'unknown' }),
    'Client is not authorized.',
  ],
  [
    'RevokeToken',
    'UnauthorizedException',
    () => call('RevokeToken', { ClientSecret: 'x'.repeat(24) }),
    'Client is not authorized.',
  ],
  [
    'RevokeToken',
    'UnsupportedOperationException',
    () => call('RevokeToken', { ClientId: api.services.clientIds.irrevocable }),
    'Token revocation is not enabled for this client.',
  ],
  [
    'RevokeToken',
    'UnsupportedTokenTypeException',
    () => call('RevokeToken', { Token: orphan }),
    'Unsupported token type.',
  ],

  [
    'ForgotPassword',
    'LimitExceededException',
    async () => {
      const Username = await person();
      return oneMoreThan(5, () => call('ForgotPassword', { Username }));
    },
    tooManyAttempts,
  ],
  ['ForgotPassword', 'NotAuthorizedException', () => call('ForgotPassword', { SecretHash: 'x' }), wrongSecretHash],
  [
    'ForgotPassword',
    'UserNotFoundException',
    () => call('ForgotPassword'),
    'Username/client id combination not found.',
  ],

  [
    'ConfirmForgotPassword',
    'CodeMismatchException',
    async () => resetWithCode(await person(), otherPassword, () => 'x'),
    wrongCode,
  ],
  [
    'ConfirmForgotPassword',
    'ExpiredCodeException',
    async () => call('ConfirmForgotPassword', { Username: await person() }),
    noSuchCode,
  ],
  [
    'ConfirmForgotPassword',
    'InvalidPasswordException',
    () => call('ConfirmForgotPassword', { Password: 'short' }),
    notLongEnough,
  ],
  [
    'ConfirmForgotPassword',
    'LimitExceededException',
    async () => {
      const Username = await person();
      return oneMoreThan(20, () => call('ConfirmForgotPassword', { Username }));
    },
    tooManyAttempts,
  ],
  [
    'ConfirmForgotPassword',
    'NotAuthorizedException',
    () => call('ConfirmForgotPassword', { SecretHash: 'x' }),
    wrongSecretHash,
  ],
  [
    'ConfirmForgotPassword',
    'PasswordHistoryPolicyViolationException',
    async () => resetWithCode(await person(), password),
    usedBefore,
  ],
  [
    'ConfirmForgotPassword',
    'UserNotFoundException',
    () => call('ConfirmForgotPassword', { Username: 'no-one@example.com' }),
    'Username/client id combination not found.',
  ],

  [
    'ChangePassword',
    'InvalidPasswordException',
    async () => call('ChangePassword', { AccessToken: await accessToken(await person()), ProposedPassword: 'short' }),
    notLongEnough,
  ],
  [
    'ChangePassword',
    'PasswordHistoryPolicyViolationException',
    async () => call('ChangePassword', { AccessToken: await accessToken(await person()), ProposedPassword: password }),
    usedBefore,
  ],

  [
    'AssociateSoftwareToken',
    'SoftwareTokenMFANotFoundException',
    async () => {
      const { email, password: ofDemo } = withoutMfa.services.demoUser;
      const { AccessToken } = await withoutMfa.tokens(email, ofDemo);
      return call('AssociateSoftwareToken', { AccessToken, Session: undefined }, withoutMfa);
    },
    'Software Token MFA has not been enabled by the userPool.',
  ],
  [
    'VerifySoftwareToken',
    'EnableSoftwareTokenMFAException',
    async () => {
      const request = { AccessToken: await accessToken(await person()), Session: undefined };
      const { SecretCode } = (await call('AssociateSoftwareToken', request)).body;
      return call('VerifySoftwareToken', { ...request, UserCode: code(SecretCode, 9) });
    },
    'Code mismatch',
  ],
  [
    'VerifySoftwareToken',
    'SoftwareTokenMFANotFoundException',
    async () => call('VerifySoftwareToken', { AccessToken: await accessToken(await person()), Session: undefined }),
    'Software Token MFA has not been associated.',
  ],

  [
    'UpdateUserAttributes',
    'AliasExistsException',
    async () => {
      const UserAttributes = [{ Name: 'email', Value: demo }];
      return call('UpdateUserAttributes', { AccessToken: await accessToken(await person()), UserAttributes });
    },
    emailTaken,
  ],
  [
    'VerifyUserAttribute',
    'AliasExistsException',
    async () => {
      const [next, ...people] = [newcomer(), newcomer(), newcomer()];
      const tokens: string[] = [];
      for (const Username of people) {
        await withoutMfa.admin('AdminCreateUser', { Username });
        await withoutMfa.admin('AdminSetUserPassword', { Username, Password: password, Permanent: true });
        const { AccessToken } = await withoutMfa.tokens(Username, password);
        await call(
          'UpdateUserAttributes',
          { AccessToken, UserAttributes: [{ Name: 'email', Value: next }] },
          withoutMfa,
        );
        const Code = await mailedCode(new OAuthClient(withoutMfa.services), next);
        tokens.push(AccessToken, Code);
      }
      const [first, codeOfFirst, second, codeOfSecond] = tokens;
      await call('VerifyUserAttribute', { AccessToken: second, Code: codeOfSecond }, withoutMfa);
      return call('VerifyUserAttribute', { AccessToken: first, Code: codeOfFirst }, withoutMfa);
    },
    emailTaken,
  ],
  [
    'GetUserAttributeVerificationCode',
    'LimitExceededException',
    async () => {
      const AccessToken = await accessToken(await person());
      return oneMoreThan(5, () => call('GetUserAttributeVerificationCode', { AccessToken }));
    },
    tooManyAttempts,
  ],
  [
    'VerifyUserAttribute',
    'CodeMismatchException',
    async () => {
      const AccessToken = await accessToken(await person());
      await call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name: 'email', Value: newcomer() }] });
      return call('VerifyUserAttribute', { AccessToken });
    },
    wrongCode,
  ],
  [
    'VerifyUserAttribute',
    'ExpiredCodeException',
    async () => call('VerifyUserAttribute', { AccessToken: await accessToken(await person()) }),
    noSuchCode,
  ],
  [
    'VerifyUserAttribute',
    'LimitExceededException',
    async () => {
      const AccessToken = await accessToken(await person());
      return oneMoreThan(15, () => call('VerifyUserAttribute', { AccessToken }));
    },
    tooManyAttempts,
  ],

  [
    'AdminCreateUser',
    'InvalidPasswordException',
    () => call('AdminCreateUser', { Username: newcomer(), TemporaryPassword: 'short' }),
    'Password did not conform with password policy: Password not long enough',
  ],
  [
    'AdminCreateUser',
    'InvalidPasswordException',
    async () =>
      call('AdminCreateUser', { Username: await invited(), MessageAction: 'RESEND', TemporaryPassword: 'short' }),
    'Password did not conform with password policy: Password not long enough',
  ],
  [
    'AdminCreateUser',
    'UnsupportedUserStateException',
    () => call('AdminCreateUser', { Username: demo, MessageAction: 'RESEND' }),
    'Resend not possible. User status is not FORCE_CHANGE_PASSWORD.',
  ],
  ['AdminCreateUser', 'UsernameExistsException', () => call('AdminCreateUser', { Username: demo }), emailTaken],
  [
    'AdminCreateUser',
    'UserNotFoundException',
    () => call('AdminCreateUser', { MessageAction: 'RESEND' }),
    userDoesNotExist,
  ],
  [
    'AdminSetUserPassword',
    'InvalidPasswordException',
    () => call('AdminSetUserPassword', { Username: demo, Password: 'short' }),
    notLongEnough,
  ],
  [
    'AdminSetUserPassword',
    'PasswordHistoryPolicyViolationException',
    async () => call('AdminSetUserPassword', { Username: await person() }),
    usedBefore,
  ],
  [
    'AdminResetUserPassword',
    'NotAuthorizedException',
    async () => call('AdminResetUserPassword', { Username: await invited() }),
    'User password cannot be reset in the current state.',
  ],
  [
    'AdminResetUserPassword',
    'LimitExceededException',
    async () => {
      const Username = await person();
      return oneMoreThan(5, () => call('AdminResetUserPassword', { Username }));
    },
    tooManyAttempts,
  ],
  [
    'AdminConfirmSignUp',
    'NotAuthorizedException',
    () => call('AdminConfirmSignUp', { Username: demo }),
    'User cannot be confirmed. Current status is CONFIRMED',
  ],
  [
    'AdminUpdateUserAttributes',
    'AliasExistsException',
    async () => {
      const UserAttributes = [{ Name: 'email', Value: demo }];
      return call('AdminUpdateUserAttributes', { Username: await person(), UserAttributes });
    },
    emailTaken,
  ],
  [
    'DescribeIdentityProvider',
    'ResourceNotFoundException',
    () => call('DescribeIdentityProvider'),
    'Identity provider x does not exist.',
  ],
  [
    'GetIdentityProviderByIdentifier',
    'ResourceNotFoundException',
    () => call('GetIdentityProviderByIdentifier'),
    'Identity provider with the identifier x does not exist.',
  ],
  ...(['AdminDisableProviderForUser', 'AdminLinkProviderForUser'] as const).flatMap((operation): Row[] => {
    const member = operation === 'AdminLinkProviderForUser' ? 'SourceUser' : 'User';
    return [
      [
        operation,
        'ResourceNotFoundException',
        () => call(operation, { [member]: identity('1', 'Facebook') }),
        'Identity provider Facebook does not exist.',
      ],
      [
        operation,
        'InvalidParameterException',
        () => call(operation, { [member]: { ...identity('1'), ProviderAttributeName: 'email' } }),
        /^Invalid \w+: ProviderAttributeName must be Cognito_Subject, .* not served\.$/,
      ],
    ];
  }),
  [
    'AdminLinkProviderForUser',
    'InvalidParameterException',
    () => call('AdminLinkProviderForUser', { SourceUser: identity(demo, 'Cognito') }),
    'Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser',
  ],
  [
    'AdminLinkProviderForUser',
    'InvalidParameterException',
    async () => {
      const DestinationUser = identity(await person(), 'Cognito');
      await call('AdminLinkProviderForUser', { DestinationUser, SourceUser: identity('again') });
      return call('AdminLinkProviderForUser', { DestinationUser, SourceUser: identity('again') });
    },
    'SourceUser is already linked to DestinationUser',
  ],
  [
    'AdminLinkProviderForUser',
    'AliasExistsException',
    async () => {
      const [DestinationUser, other] = [identity(await person(), 'Cognito'), identity(await person(), 'Cognito')];
      await call('AdminLinkProviderForUser', { DestinationUser, SourceUser: identity('of-one') });
      return call('AdminLinkProviderForUser', { DestinationUser: other, SourceUser: identity('of-one') });
    },
    'SourceUser is already linked to another user.',
  ],
  [
    'AdminLinkProviderForUser',
    'LimitExceededException',
    async () => {
      const DestinationUser = identity(await person(), 'Cognito');
      return oneMoreThan(5, () =>
        call('AdminLinkProviderForUser', { DestinationUser, SourceUser: identity(`${++people}`) }),
      );
    },
    'A user can have at most 5 linked identities.',
  ],
];

/** The errors that AWS documents, which the SDK names at each of its commands. */
const documented = Object.keys(operations).flatMap((operation) => {
  const file = ['@aws-sdk', 'client-cognito-identity-provider', 'dist-types', 'commands', `${operation}Command.d.ts`];
  const declaration = readFileSync(join('node_modules', ...file), 'utf8');
  return [...declaration.matchAll(/@throws {@link (\w+)} \((?:client|server) fault\)/g)].map(
    ([, error]) => `${operation}: ${error!}`,
  );
});

const given = [...new Set(rows.map(([operation, error]) => `${operation}: ${error}`))];

test('the chapter lists the operations that are served, and no others', () => {
  const chapter = readFileSync(join('src', 'local', 'user-pool', 'api', 'README.md'), 'utf8');
  const [, list] = /^## Operations\n(.*?)^Flows:/ms.exec(chapter)!;
  const names = [...list!.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  expect(names.sort()).toEqual(Object.keys(operations).sort());
});

test('AWS documents all of them', () => {
  expect(given.filter((pair) => !documented.includes(pair))).toEqual([]);
});

test.each(rows)('%s: %s', async (_, error, provoke, message) => {
  expectError(await provoke(), error, message);
});
