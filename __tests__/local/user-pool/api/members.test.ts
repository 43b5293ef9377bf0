import { createHmac } from 'node:crypto';

import { withoutEffect } from '../../../../src/local/user-pool/api/operation';
import * as operations from '../../../../src/local/user-pool/api/operations';
import { type AppClient, triggerNames } from '../../../../src/local/user-pool/model';
import { membersOf } from '../../../support/service-model';
import { totp } from '../../../support/totp';
import { newUserPool } from '../../../support/user-pool';
import { client, configurationOf } from '../../../support/user-pool-parts';

jest.mock('../../../../src/local/user-pool/tokens/tokens', () =>
  jest.requireActual<object>('../../../support/plain-tokens'),
);

/** Members of responses that never have a value here, of all operations or of one, and why. */
const withoutValue: Readonly<Record<string, string>> = {
  AcrMapping: 'step-up authentication',
  AvailableChallenges: 'the flow USER_AUTH',
  MFAOptions: 'deprecated by AWS',
  NewDeviceMetadata: 'device tracking',
  CreateAuthChallenge: 'custom authentication challenges',
  CustomEmailSender: 'custom senders',
  CustomSMSSender: 'custom senders',
  DefineAuthChallenge: 'custom authentication challenges',
  InboundFederation: 'identity providers',
  KMSKeyID: 'custom senders',
  VerifyAuthChallengeResponse: 'custom authentication challenges',
  SmsMfaConfiguration: 'SMS',
  EmailMfaConfiguration: 'codes by email as a second factor',
  WebAuthnConfiguration: 'passkeys',
  AnalyticsConfiguration: 'Amazon Pinpoint',
  ReplicaRegions: 'replicas of a user pool',
  ManagedBy: 'resource servers of other services',
  'ConfirmSignUp.Session': 'the flow USER_AUTH',
  'SignUp.Session': 'the flow USER_AUTH',
  'ListUserPools.UserPools.Status': 'no longer used by AWS',
  'DescribeUserPoolDomain.DomainDescription.S3Bucket': 'a bucket of AWS',
  'DescribeUserPoolDomain.DomainDescription.Version': 'a version of the app at AWS',
  'DescribeUserPoolDomain.DomainDescription.CustomDomainConfig': 'the certificate is on AWS',
  'DescribeUserPoolDomain.DomainDescription.Routing': 'replicas of a user pool',
};

/** Members of the description of a user pool that have no value here, and why. */
const withoutValueInUserPool: Readonly<Record<string, string>> = {
  AcrConfiguration: 'step-up authentication',
  AliasAttributes: 'a pool with aliases is not served',
  DcrConfiguration: 'registration of clients',
  DeviceConfiguration: 'device tracking',
  EmailConfiguration: 'emails stay on this machine',
  EmailConfigurationFailure: 'emails stay on this machine',
  EmailVerificationMessage: 'no longer used by AWS',
  EmailVerificationSubject: 'no longer used by AWS',
  IssuerConfiguration: 'replicas of a user pool',
  KeyConfiguration: 'keys of a customer',
  SmsAuthenticationMessage: 'SMS',
  SmsConfiguration: 'SMS',
  SmsConfigurationFailure: 'SMS',
  SmsVerificationMessage: 'SMS',
  Status: 'no longer used by AWS',
  UserPoolAddOns: 'threat protection',
  UserPoolTags: 'tags',
  'AdminCreateUserConfig.InviteMessageTemplate.SMSMessage': 'SMS',
  'SchemaAttributes.NumberAttributeConstraints.MaxValue': 'updated_at has no limit',
  'VerificationMessageTemplate.EmailMessageByLink': 'links',
  'VerificationMessageTemplate.EmailSubjectByLink': 'links',
  'VerificationMessageTemplate.SmsMessage': 'SMS',
};

type Name = keyof typeof operations;

const names = Object.keys(operations) as Name[];
/** The members that were read of a request, or returned in a response, as `Operation.Member`. */
const [read, returned] = [new Set<string>(), new Set<string>()];

beforeAll(useEverything);

test('each member of a request is read, or listed as without effect', () => {
  const all = names.flatMap((name) => membersOf(name).request.map((path) => `${name}.${path}`));
  const isListed = listedIn(withoutEffect);
  expect(all.filter((path) => !read.has(path) && !isListed(path))).toEqual([]);
  expect(all.filter((path) => read.has(path) && isListed(path))).toEqual([]);
  expect(Object.keys(withoutEffect).filter((key) => !all.some(listedIn({ [key]: '' })))).toEqual([]);
});

test('each member of a response has a value, or is listed as without one', () => {
  const all = names.flatMap((name) => membersOf(name).response.map((path) => `${name}.${path}`));
  const listed = {
    ...withoutValue,
    ...Object.fromEntries(
      Object.entries(withoutValueInUserPool).map(([path, reason]) => [`DescribeUserPool.UserPool.${path}`, reason]),
    ),
  };
  const isListed = listedIn(listed);
  expect(all.filter((path) => !returned.has(path) && !isListed(path))).toEqual([]);
  expect(
    Object.keys(listed).filter((key) => !all.some((path) => !returned.has(path) && listedIn({ [key]: '' })(path))),
  ).toEqual([]);
});

/** Returns whether a list has a member, by its name alone or with its operation, or what the member is in. */
function listedIn(list: Readonly<Record<string, string>>): (path: string) => boolean {
  return (path) => {
    const [operation, ...parts] = path.split('.');
    return parts.some(
      (part, index) =>
        Object.hasOwn(list, part) || Object.hasOwn(list, [operation, ...parts.slice(0, index + 1)].join('.')),
    );
  };
}

/** Calls each operation in the ways that it can be called. */
async function useEverything(): Promise<void> {
  const [password, other, third] = ['Correct-horse-1', 'Battery-staple-2', 'Stapled-battery-3'];
  const email = 'ada@example.com';
  const secret = 'x'.repeat(51);
  const rotating: AppClient = { ...client, id: 'rotating', secret, rotationGraceSeconds: 60 };
  const narrow: AppClient = { ...client, id: 'narrow', readAttributes: ['email'], writeAttributes: ['email'] };
  const group = { description: 'Everyone', precedence: 1, roleArn: 'arn:aws:iam::123456789012:role/everyone' };
  let now = Date.UTC(2026, 0, 1);
  const pool = newUserPool({
    clock: () => now,
    configuration: configurationOf({
      clients: new Map([client, narrow, rotating].map((each) => [each.id, each])),
      groups: new Map(['a', 'b'].map((name) => [name, { ...group, name }])),
      identityProviders: new Map(
        ['Corp', 'Google'].map((name) => [
          name,
          {
            name,
            type: 'OIDC',
            attributeMapping: new Map([['email', 'email']]),
            identifiers: ['example.com'],
            details: { client_id: 'id' },
          },
        ]),
      ),
      resourceServers: ['a', 'b'].map((identifier) => ({
        identifier,
        name: identifier,
        scopes: [{ name: 'read', description: 'Reads' }],
      })),
      triggers: new Map(triggerNames.map((name) => [name, { functionArn: name, eventVersion: 'V2_0' as const }])),
    }),
    invokeFunction: (_arn, event) => Promise.resolve({ result: event }),
  });
  const { id: UserPoolId } = pool.configuration;
  const otherPool = { configuration: { ...pool.configuration, id: `${UserPoolId}z` }, createdAt: 0, modifiedAt: 0 };
  const common = { UserPoolId, ClientId: client.id, Username: email, MaxResults: 1, Limit: 1 };

  const call = async (name: Name, request: object = {}): Promise<Response> => {
    const operation = operations[name] as (...args: unknown[]) => unknown;
    const response = await operation(pool, watch({ ...common, ...request }, `${name}.`), [pool, otherPool]);
    note(response, `${name}.`);
    return response as Response;
  };
  const mailed = () => /\d{6}/.exec(pool.mailbox.mails[0]!.text)![0];
  const signIn = async (PASSWORD: string) =>
    call('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: email, PASSWORD } });
  const code = (Secret: string | undefined) => totp(Secret!, (now += 30_000));

  const ValidationData = [{ Name: 'campaign', Value: 'spring' }];
  await call('SignUp', { Password: password, ValidationData, UserAttributes: [{ Name: 'name', Value: 'Ada' }] });
  await call('ResendConfirmationCode');
  await call('ConfirmSignUp', { ConfirmationCode: mailed() });
  await call('AdminAddUserToGroup', { GroupName: 'b' });
  await call('AdminAddUserToGroup', { GroupName: 'a' });

  const { AccessToken, RefreshToken } = (await signIn(password)).AuthenticationResult!;
  await call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name: 'email', Value: 'x@example.com' }] });
  await call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' });
  await call('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code: mailed() });
  await call('AdminUpdateUserAttributes', {
    Username: 'x@example.com',
    UserAttributes: [
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'true' },
    ],
  });
  await call('DeleteUserAttributes', { AccessToken, UserAttributeNames: ['name'] });
  await call('AdminDeleteUserAttributes', { UserAttributeNames: ['nickname'] });
  await call('ChangePassword', { AccessToken, PreviousPassword: password, ProposedPassword: other });
  await call('ForgotPassword');
  await call('ConfirmForgotPassword', { ConfirmationCode: mailed(), Password: third });
  await call('AdminResetUserPassword');
  await call('AdminSetUserPassword', { Password: password, Permanent: true });

  const { SecretCode } = await call('AssociateSoftwareToken', { AccessToken });
  await call('VerifySoftwareToken', { AccessToken, UserCode: code(SecretCode) });
  const preference = {
    SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    ...Object.fromEntries(
      ['SMSMfaSettings', 'EmailMfaSettings', 'WebAuthnMfaSettings'].map((name) => [
        name,
        { Enabled: false, PreferredMfa: false },
      ]),
    ),
  };
  await call('SetUserMFAPreference', { AccessToken, ...preference });
  await call('AdminSetUserMFAPreference', preference);
  await call('GetUser', { AccessToken });
  await call('AdminGetUser');

  // A new password, and then the second factor: by both operations for each challenge.
  for (const admin of ['', 'Admin'] as const) {
    await call('AdminSetUserPassword', { Password: other, Permanent: false });
    const start = { AuthParameters: { USERNAME: email, PASSWORD: other } };
    const begun = await call(`${admin}InitiateAuth`, {
      ...start,
      AuthFlow: admin === '' ? 'USER_PASSWORD_AUTH' : 'ADMIN_USER_PASSWORD_AUTH',
    });
    const respond = (ChallengeName: string, { Session }: Response, responses: object) =>
      call(`${admin}RespondToAuthChallenge`, {
        ChallengeName,
        Session,
        ChallengeResponses: { USERNAME: email, ...responses },
      });
    const next = await respond('NEW_PASSWORD_REQUIRED', begun, { NEW_PASSWORD: password });
    await respond('SOFTWARE_TOKEN_MFA', next, { SOFTWARE_TOKEN_MFA_CODE: code(SecretCode) });
  }
  await call('AdminInitiateAuth', { AuthFlow: 'REFRESH_TOKEN', AuthParameters: { REFRESH_TOKEN: RefreshToken } });
  await call('AdminSetUserMFAPreference', { SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false } });

  await call('AdminInitiateAuth', {
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: email, PASSWORD: password },
  });

  const AuthParameters = {
    USERNAME: email,
    PASSWORD: password,
    SECRET_HASH: createHmac('sha256', secret).update(`${email}${rotating.id}`).digest('base64'),
  };
  const request = { ClientId: rotating.id, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters };
  const ofRotating = { ClientId: rotating.id, ClientSecret: secret };
  const { RefreshToken: first } = (await call('InitiateAuth', request)).AuthenticationResult!;
  await call('GetTokensFromRefreshToken', { ...ofRotating, RefreshToken: first });
  await call('RevokeToken', { ...ofRotating, Token: first });

  await call('AdminCreateUser', {
    Username: 'bob@example.com',
    TemporaryPassword: password,
    UserAttributes: [{ Name: 'name', Value: 'Bob' }],
    ValidationData,
    MessageAction: 'SUPPRESS',
    DesiredDeliveryMediums: ['EMAIL'],
  });
  await call('AdminAddUserToGroup', { Username: 'bob@example.com', GroupName: 'a' });
  for (const [name, token, filter] of [
    ['ListUsers', 'PaginationToken', { AttributesToGet: ['email'], Filter: 'status = "Enabled"' }],
    ['ListUsersInGroup', 'NextToken', { GroupName: 'a' }],
    ['ListGroups', 'NextToken', {}],
    ['AdminListGroupsForUser', 'NextToken', {}],
    ['ListUserPoolClients', 'NextToken', { ClientType: 'REGULAR' }],
    ['ListResourceServers', 'NextToken', {}],
    ['ListIdentityProviders', 'NextToken', {}],
    ['ListUserPools', 'NextToken', {}],
  ] as const) {
    await call(name, { ...filter, [token]: (await call(name, filter))[token] });
  }
  await call('GetGroup', { GroupName: 'a' });
  await call('DescribeResourceServer', { Identifier: 'a' });
  await call('DescribeIdentityProvider', { ProviderName: 'Corp' });
  await call('GetIdentityProviderByIdentifier', { IdpIdentifier: 'example.com' });
  const identity = { ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: '1' };
  await call('AdminLinkProviderForUser', {
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: email },
    SourceUser: { ProviderName: 'Corp', ...identity },
  });
  await call('AdminDisableProviderForUser', { User: { ProviderName: 'Corp', ...identity } });
  await call('GetUserPoolMfaConfig');
  for (const isCustom of [true, false]) {
    pool.configure({ ...pool.configuration, domain: { ...pool.configuration.domain!, isCustom } });
    await call('DescribeUserPool');
  }
  await call('DescribeUserPoolDomain', { Domain: pool.configuration.domain!.name });
  await call('DescribeUserPoolClient', { ClientId: rotating.id });
  await call('DescribeUserPoolClient', { ClientId: narrow.id });

  // The setup of the second factor as a part of the sign-in.
  pool.configure({ ...pool.configuration, mfa: 'ON' });
  await call('AdminSetUserPassword', { Username: 'bob@example.com', Password: other, Permanent: true });
  const { Session } = await call('InitiateAuth', {
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'bob@example.com', PASSWORD: other },
  });
  const { SecretCode: ofBob } = await call('AssociateSoftwareToken', { Session });
  await call('VerifySoftwareToken', { Session, UserCode: code(ofBob) });

  await call('AdminRemoveUserFromGroup', { GroupName: 'a' });
  await call('GlobalSignOut', { AccessToken });
  await call('AdminUserGlobalSignOut');
  await call('AdminDisableUser');
  await call('AdminEnableUser');
  await call('AdminDeleteUser');
  await call('SignUp', { Password: password });
  await call('AdminConfirmSignUp');
  pool.configure({ ...pool.configuration, mfa: 'OFF' });
  now += 1000;
  const { AccessToken: last } = (await signIn(password)).AuthenticationResult!;
  await call('DeleteUser', { AccessToken: last });
}

interface Response {
  readonly AuthenticationResult?: { readonly AccessToken: string; readonly RefreshToken: string };
  readonly NextToken?: string;
  readonly PaginationToken?: string;
  readonly SecretCode?: string;
  readonly Session?: string;
}

/** Returns a value that notes which members are read of it. */
function watch<Value>(value: Value, path: string): Value {
  if (Array.isArray(value)) {
    return value.map((item) => watch(item as unknown, path)) as Value;
  }
  return typeof value !== 'object' || value === null
    ? value
    : new Proxy(value, {
        get: (target, name) => {
          read.add(`${path}${String(name)}`);
          return watch((target as Readonly<Record<string | symbol, unknown>>)[name], `${path}${String(name)}.`);
        },
      });
}

/** Notes which members a response has. */
function note(value: unknown, path: string): void {
  if (Array.isArray(value)) {
    value.forEach((item) => note(item, path));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (member !== undefined) {
        returned.add(`${path}${name}`);
        note(member, `${path}${name}.`);
      }
    }
  }
}
