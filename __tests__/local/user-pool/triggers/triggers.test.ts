import * as operations from '../../../../src/local/user-pool/api/operations';
import { type Trigger, type TriggerName, triggerNames } from '../../../../src/local/user-pool/model';
import { Triggers } from '../../../../src/local/user-pool/triggers/triggers';
import { type UserPool } from '../../../../src/local/user-pool/user-pool';
import { commonMembers, documentedEvents } from '../../../support/documented-events';
import { newUserPool } from '../../../support/user-pool';
import { client, configurationOf } from '../../../support/user-pool-parts';

jest.mock('../../../../src/local/user-pool/tokens/tokens', () =>
  jest.requireActual<object>('../../../support/plain-tokens'),
);

interface TriggerEvent {
  readonly version: string;
  readonly triggerSource: string;
  readonly userName: string;
  readonly callerContext: { readonly clientId: string };
  readonly request: Readonly<Record<string, unknown>> & { readonly userAttributes: Readonly<Record<string, string>> };
  response: unknown;
}

type Handler = (event: TriggerEvent) => unknown;

const email = 'ada@example.com';
const [password, other] = ['Correct-horse-1', 'Battery-staple-2'];
const identity: Handler = (event) => event;

/** Handlers of triggers that return the event with this response. */
const responds =
  (response: object): Handler =>
  (event) => ({ ...event, response });

/** A user pool whose triggers call these handlers, with the events that they get. */
class TriggeredPool {
  readonly events: TriggerEvent[] = [];
  readonly pool: UserPool;

  constructor(
    handlers: Partial<Record<TriggerName, Handler>>,
    {
      eventVersion = 'V1_0',
      hidesUsers = false,
      reports = [],
    }: { eventVersion?: Trigger['eventVersion']; hidesUsers?: boolean; reports?: string[] } = {},
  ) {
    const ofPool = { ...client, preventUserExistenceErrors: hidesUsers };
    this.pool = newUserPool({
      configuration: configurationOf({
        clients: new Map([[client.id, ofPool]]),
        groups: new Map([['admins', { name: 'admins', description: '', precedence: 1, roleArn: 'arn:role' }]]),
        triggers: new Map(
          (Object.keys(handlers) as TriggerName[]).map((name) => [
            name,
            { functionArn: name, eventVersion: name === 'PreTokenGeneration' ? eventVersion : 'V1_0' },
          ]),
        ),
      }),
      report: (message) => reports.push(message),
      invokeFunction: (arn, json) => {
        const event = JSON.parse(json) as TriggerEvent;
        this.events.push(structuredClone(event));
        try {
          return Promise.resolve({ result: JSON.stringify(handlers[arn as TriggerName]!(event) ?? null) });
        } catch (error) {
          return Promise.resolve({ failure: (error as Error).message });
        }
      },
    });
  }

  call(name: keyof typeof operations, request: object = {}): Promise<Record<string, unknown>> {
    const operation = operations[name] as (pool: UserPool, request: object) => unknown;
    const common = { UserPoolId: this.pool.configuration.id, ClientId: client.id, Username: email };
    return Promise.resolve().then(() => operation(this.pool, { ...common, ...request })) as never;
  }

  signIn(username = email, PASSWORD = password): Promise<Record<string, unknown>> {
    return this.call('InitiateAuth', {
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD },
      ClientMetadata: { from: 'sign-in' },
    });
  }

  get code(): string {
    return /\d{6}/.exec(this.pool.mailbox.mails[0]!.text)![0];
  }
}

const every = Object.fromEntries(triggerNames.map((name) => [name, identity])) as Record<TriggerName, Handler>;
const metadata = { ClientMetadata: { from: 'app' } };

/** Goes through what invokes triggers, and returns what was invoked. */
async function everyCause(eventVersion: Trigger['eventVersion']) {
  const triggered = new TriggeredPool(every, { eventVersion, hidesUsers: true });
  const causes: Record<string, readonly string[]> = {};
  const cause = async (name: keyof typeof operations, request: object = {}, label: string = name) => {
    const before = triggered.events.length;
    const result = await triggered.call(name, { ...metadata, ...request }).catch((error: unknown) => error);
    causes[label] = triggered.events.slice(before).map(({ triggerSource }) => triggerSource);
    return result as Record<string, Record<string, string>>;
  };
  const ValidationData = [{ Name: 'campaign', Value: 'spring' }];
  await cause('SignUp', { Password: password, ValidationData });
  await cause('ResendConfirmationCode');
  await cause('ConfirmSignUp', { ConfirmationCode: triggered.code });
  const signIn = { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: email, PASSWORD: password } };
  const { AuthenticationResult } = await cause('InitiateAuth', signIn);
  const { AccessToken, RefreshToken } = AuthenticationResult!;
  await cause('GetTokensFromRefreshToken', { RefreshToken });
  const emailAttribute = [{ Name: 'email', Value: 'new@example.com' }];
  await cause('UpdateUserAttributes', { AccessToken, UserAttributes: emailAttribute });
  await cause('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' });
  await cause('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code: triggered.code });
  await cause('ForgotPassword', { Username: 'new@example.com' });
  const reset = { Username: 'new@example.com', ConfirmationCode: triggered.code, Password: other };
  await cause('ConfirmForgotPassword', reset);
  await cause('AdminResetUserPassword', { Username: 'new@example.com' });
  await cause('AdminCreateUser', { Username: 'bob@example.com', TemporaryPassword: password, ValidationData });
  const AuthParameters = { USERNAME: 'bob@example.com', PASSWORD: password };
  const { Session } = await cause('AdminInitiateAuth', { AuthFlow: 'ADMIN_NO_SRP_AUTH', AuthParameters });
  const ChallengeResponses = { USERNAME: 'bob@example.com', NEW_PASSWORD: other };
  const challenge = { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session, ChallengeResponses };
  await cause('RespondToAuthChallenge', challenge);
  const AuthFlow = 'USER_PASSWORD_AUTH';
  const unknown = { USERNAME: 'nobody@example.com', PASSWORD: password };
  await cause('InitiateAuth', { AuthFlow, AuthParameters: unknown }, 'InitiateAuth of an unknown user');
  await cause('ForgotPassword', { Username: 'nobody@example.com' }, 'ForgotPassword of an unknown user');
  await cause('SignUp', { Username: 'carl@example.com', Password: password }, 'SignUp of another');
  await cause('AdminConfirmSignUp', { Username: 'carl@example.com' });
  const srp = { AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: 'carl@example.com', SRP_A: 'abc' } };
  await cause('InitiateAuth', srp, 'InitiateAuth with SRP');
  return { causes, events: triggered.events };
}

test('each operation invokes the triggers that AWS documents for it, in this order', async () => {
  const { causes } = await everyCause('V1_0');
  expect(causes).toEqual({
    SignUp: ['PreSignUp_SignUp', 'CustomMessage_SignUp'],
    ResendConfirmationCode: ['CustomMessage_ResendCode'],
    ConfirmSignUp: ['PostConfirmation_ConfirmSignUp'],
    InitiateAuth: [
      'PreAuthentication_Authentication',
      'PostAuthentication_Authentication',
      'TokenGeneration_Authentication',
    ],
    GetTokensFromRefreshToken: ['TokenGeneration_RefreshTokens'],
    UpdateUserAttributes: ['CustomMessage_UpdateUserAttribute'],
    GetUserAttributeVerificationCode: ['CustomMessage_VerifyUserAttribute'],
    VerifyUserAttribute: [],
    ForgotPassword: ['CustomMessage_ForgotPassword'],
    ConfirmForgotPassword: ['PostConfirmation_ConfirmForgotPassword'],
    AdminResetUserPassword: ['CustomMessage_ForgotPassword'],
    AdminCreateUser: ['PreSignUp_AdminCreateUser', 'CustomMessage_AdminCreateUser'],
    AdminInitiateAuth: ['PreAuthentication_Authentication'],
    RespondToAuthChallenge: ['PostAuthentication_Authentication', 'TokenGeneration_NewPasswordChallenge'],
    'InitiateAuth of an unknown user': ['UserMigration_Authentication', 'PreAuthentication_Authentication'],
    'ForgotPassword of an unknown user': ['UserMigration_ForgotPassword'],
    'SignUp of another': ['PreSignUp_SignUp', 'CustomMessage_SignUp'],
    AdminConfirmSignUp: ['PostConfirmation_ConfirmSignUp'],
    'InitiateAuth with SRP': ['PreAuthentication_Authentication'],
  });
});

/** Lists the members of an object, those of an object with names of its own as one. */
function membersOf(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const isMap = ['userAttributes', 'validationData', 'clientMetadata'].includes(name);
    return typeof member === 'object' && member !== null && !Array.isArray(member) && !isMap
      ? membersOf(member, `${path}${name}.`)
      : [`${path}${name}`];
  });
}

/** Members that AWS sends and does not document, in the types of the events that it publishes for TypeScript. */
const undocumented = ['request.linkParameter'];

test.each(Object.keys(documentedEvents))('the events of %s have the members that AWS documents', async (key) => {
  const [name, version = 'V1_0'] = key.split(' ') as [TriggerName, Trigger['eventVersion']?];
  const { events } = await everyCause(version);
  const { request, response } = documentedEvents[key]!;
  const own = events.filter(({ triggerSource }) => triggerSource.startsWith(name.replace('PreToken', 'Token')));
  const found = new Set(own.flatMap((event) => membersOf(event)));
  const documented = [
    ...commonMembers,
    ...request.map((member) => `request.${member}`),
    ...response.map((member) => `response.${member}`),
  ];
  expect([...found].filter((member) => !undocumented.includes(member) && member !== 'response').sort()).toEqual(
    documented.sort(),
  );
  expect(new Set(own.map((event) => event.version))).toEqual(new Set([version.slice(1, 2)]));
});

test('an event says who the user is, and what the app sends along', async () => {
  const { events } = await everyCause('V2_0');
  const [preSignUp, customMessage] = events as [TriggerEvent, TriggerEvent];
  expect(preSignUp).toEqual({
    version: '1',
    triggerSource: 'PreSignUp_SignUp',
    region: 'us-east-1',
    userPoolId: 'us-east-1_AbCdEfGhI',
    userName: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: client.id },
    request: {
      userAttributes: { email },
      validationData: { campaign: 'spring' },
      clientMetadata: { from: 'app' },
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  expect(customMessage).toMatchObject({
    userName: preSignUp.userName,
    request: {
      userAttributes: { sub: preSignUp.userName, 'cognito:user_status': 'UNCONFIRMED', email_verified: 'false', email },
      codeParameter: '{####}',
      usernameParameter: null,
    },
  });
  const of = (source: string) => events.find(({ triggerSource }) => triggerSource === source)!;
  // AWS gives the triggers of a sign-in the metadata as validation data, and the later ones nothing of it.
  expect(of('PreAuthentication_Authentication').request).toMatchObject({
    validationData: { from: 'app' },
    userNotFound: false,
  });
  expect(of('PostAuthentication_Authentication').request).not.toHaveProperty('clientMetadata');
  expect(of('TokenGeneration_Authentication').request).toMatchObject({
    scopes: ['aws.cognito.signin.user.admin'],
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
  });
  expect(of('TokenGeneration_NewPasswordChallenge').request).toMatchObject({ clientMetadata: { from: 'app' } });
  expect(of('PreSignUp_AdminCreateUser').callerContext.clientId).toBe('CLIENT_ID_NOT_APPLICABLE');
  expect(of('UserMigration_Authentication')).toMatchObject({
    userName: 'nobody@example.com',
    request: { password },
  });
  expect(of('UserMigration_ForgotPassword').request).not.toHaveProperty('password');
});

describe('a pre sign-up trigger', () => {
  test('confirms the user and verifies the address, without an email', async () => {
    const PreSignUp = responds({ autoConfirmUser: true, autoVerifyEmail: true });
    const triggered = new TriggeredPool({ ...every, PreSignUp });
    expect(await triggered.call('SignUp', { Password: password })).toMatchObject({ UserConfirmed: true });
    expect(triggered.pool.users.get(email)).toMatchObject({ status: 'CONFIRMED' });
    expect(triggered.pool.users.get(email).attributes.get('email_verified')).toBe('true');
    expect(triggered.pool.mailbox.mails).toEqual([]);
    expect(triggered.events.map(({ triggerSource }) => triggerSource)).toEqual([
      'PreSignUp_SignUp',
      'PostConfirmation_ConfirmSignUp',
    ]);
  });

  test('cannot verify a phone number that the user does not have', async () => {
    const triggered = new TriggeredPool({ PreSignUp: responds({ autoVerifyPhone: true }) });
    await expect(triggered.call('SignUp', { Password: password })).rejects.toThrow('Unrecognizable lambda output');
    expect(triggered.pool.users.count).toBe(0);
  });

  test('does not confirm a user whom an administrator adds', async () => {
    const triggered = new TriggeredPool({ PreSignUp: responds({ autoConfirmUser: true }) });
    await triggered.call('AdminCreateUser');
    expect(triggered.pool.users.get(email).status).toBe('FORCE_CHANGE_PASSWORD');
  });
});

describe('a custom message trigger', () => {
  const withMessage = (response: object) => new TriggeredPool({ CustomMessage: responds(response) });

  test('sets the subject and the message, in which Cognito puts the code', async () => {
    const triggered = withMessage({ emailSubject: 'Welcome', emailMessage: 'Type {####}' });
    await triggered.call('SignUp', { Password: password });
    expect(triggered.pool.mailbox.mails[0]).toMatchObject({ subject: 'Welcome', text: `Type ${triggered.code}` });
  });

  test('leaves what it does not set', async () => {
    const triggered = withMessage({ emailSubject: 'Welcome', emailMessage: null });
    await triggered.call('SignUp', { Password: password });
    expect(triggered.pool.mailbox.mails[0]).toMatchObject({ subject: 'Welcome', text: `Code: ${triggered.code}` });
  });

  test.each([
    ['SignUp', 'a message without the code', { emailMessage: 'hello' }, 'emailBody'],
    ['AdminCreateUser', 'a message without the user name', { emailMessage: 'password: {####}' }, 'emailBody'],
    ['SignUp', 'a message that is too long', { emailMessage: `{####}${'x'.repeat(19_995)}` }, 'emailBody'],
    ['SignUp', 'a subject that is too long', { emailSubject: 'x'.repeat(141) }, 'emailSubject'],
    ['SignUp', 'an empty subject', { emailSubject: '' }, 'emailSubject'],
  ] as const)('is rejected at %s with %s', async (operation, _, response, member) => {
    await expect(withMessage(response).call(operation, { Password: password })).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining(`1 validation error detected: Value at '${member}' failed`) as string,
    });
  });
});

describe('a user migration trigger', () => {
  const migrating = (response: object) => new TriggeredPool({ UserMigration: responds(response) });
  const userAttributes = { email, email_verified: 'true', given_name: 'Ada' };

  test('adds a user who signs in with the old password, whatever the password policy', async () => {
    const triggered = migrating({ userAttributes, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' });
    expect(await triggered.signIn(email, 'old')).toMatchObject({ AuthenticationResult: expect.anything() as unknown });
    expect(Object.fromEntries(triggered.pool.users.get(email).attributes)).toEqual(userAttributes);
    await triggered.signIn(email, 'old');
    expect(triggered.events).toHaveLength(1);
  });

  test('adds a user who must reset the password first', async () => {
    const triggered = migrating({ userAttributes });
    await expect(triggered.signIn(email, 'old')).rejects.toMatchObject({ code: 'PasswordResetRequiredException' });
  });

  test('adds a user who has forgotten the password and gets a code', async () => {
    const triggered = migrating({ userAttributes });
    await triggered.call('ForgotPassword');
    await triggered.call('ConfirmForgotPassword', { ConfirmationCode: triggered.code, Password: other });
    expect(await triggered.signIn(email, other)).toMatchObject({ AuthenticationResult: expect.anything() as unknown });
  });

  test('adds a user once, however many requests sign in at the same time', async () => {
    const triggered = migrating({ userAttributes, finalUserStatus: 'CONFIRMED' });
    const results = await Promise.all([triggered.signIn(email, 'old'), triggered.signIn(email, 'old')]);
    expect(results.map((result) => Object.keys(result))).toEqual(
      Array(2).fill(['ChallengeParameters', 'AuthenticationResult']),
    );
    expect([triggered.events.length, triggered.pool.users.count]).toEqual([2, 1]);
  });

  test.each([[{}], [{ userAttributes: null }], [{ userAttributes: {} }]])('adds nobody with %j', async (response) => {
    const triggered = migrating(response);
    await expect(triggered.signIn()).rejects.toMatchObject({ code: 'UserNotFoundException' });
    expect(triggered.pool.users.count).toBe(0);
  });

  test.each([
    [{ email: 'other@example.com' }, 'User email should be empty or same as username'],
    [{ shoe_size: '42' }, 'Attribute does not exist in the schema'],
  ])('cannot add a user with %j', async (attributes, message) => {
    await expect(migrating({ userAttributes: attributes }).signIn()).rejects.toThrow(message);
  });
});

describe('a trigger that fails', () => {
  /** What invokes each trigger. */
  const causes: Readonly<Record<TriggerName, (triggered: TriggeredPool) => Promise<unknown>>> = {
    PreSignUp: (triggered) => triggered.call('SignUp', { Password: password }),
    CustomMessage: (triggered) => triggered.call('SignUp', { Password: password }),
    UserMigration: (triggered) => triggered.signIn('nobody@example.com'),
    PostConfirmation: (triggered) => {
      triggered.pool.signUp.addWithStatus('UNCONFIRMED', email, password);
      return triggered.call('AdminConfirmSignUp');
    },
    PreAuthentication: signsIn,
    PostAuthentication: signsIn,
    PreTokenGeneration: signsIn,
  };

  function signsIn(triggered: TriggeredPool): Promise<unknown> {
    triggered.pool.signUp.addWithStatus('CONFIRMED', email, password);
    return triggered.signIn();
  }

  test.each(triggerNames)('%s: an error rejects the request with its message', async (name) => {
    const handler = () => {
      throw new Error('Not today');
    };
    await expect(causes[name](new TriggeredPool({ [name]: handler }))).rejects.toMatchObject({
      code: 'UserLambdaValidationException',
      message: `${name} failed with error Not today.`,
    });
  });

  test.each(triggerNames.flatMap((name) => [null, 'event', {}, [], { response: 1 }].map((value) => ({ name, value }))))(
    '$name: $value is no event',
    async ({ name, value }) => {
      await expect(causes[name](new TriggeredPool({ [name]: () => value }))).rejects.toMatchObject({
        code: 'InvalidLambdaResponseException',
        message: 'Unrecognizable lambda output',
      });
    },
  );

  test('returns something else: a report says what', async () => {
    const reports: string[] = [];
    const triggered = new TriggeredPool({ PreSignUp: responds({ autoConfirmUser: 'true' }) }, { reports });
    await expect(triggered.call('SignUp', { Password: password })).rejects.toThrow('Unrecognizable lambda output');
    expect(reports).toEqual([
      'PreSignUp: the handler must return its event: response.autoConfirmUser: Invalid input: expected boolean, received string',
    ]);
  });

  test('does not respond: it is invoked three times, and the request then rejected', async () => {
    let invocations = 0;
    const triggers = new Triggers({
      configuration: configurationOf({
        triggers: new Map([['PreSignUp', { functionArn: 'arn', eventVersion: 'V1_0' }]]),
      }),
      invokeFunction: () => {
        invocations++;
        // The stacks change while the function runs.
        triggers.invokeFunction = () => Promise.reject(new Error('There is no such function'));
        return new Promise(() => undefined);
      },
      timeout: 5,
    });
    await expect(triggers.preSignUp('PreSignUp_SignUp', 'sub', new Map(), { client })).rejects.toMatchObject({
      code: 'UnexpectedLambdaException',
      message: 'PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.',
    });
    expect(invocations).toBe(3);
  });

  test('keeps the refresh token valid', async () => {
    let fails = false;
    const PreTokenGeneration: Handler = (event) => {
      if (fails) {
        throw new Error('Not now');
      }
      return event;
    };
    const triggered = new TriggeredPool({ PreTokenGeneration });
    const rotating = { ...client, rotationGraceSeconds: 0 };
    triggered.pool.configure({ ...triggered.pool.configuration, clients: new Map([[client.id, rotating]]) });
    const { AuthenticationResult } = (await signsIn(triggered)) as Record<string, Record<string, string>>;
    const { RefreshToken } = AuthenticationResult!;
    fails = true;
    await expect(triggered.call('GetTokensFromRefreshToken', { RefreshToken })).rejects.toThrow('Not now');
    fails = false;
    await triggered.call('GetTokensFromRefreshToken', { RefreshToken });
  });
});

test('wrong passwords lock a user out also while a trigger runs', async () => {
  const triggered = new TriggeredPool({ PreAuthentication: identity });
  await triggered.call('AdminCreateUser');
  await triggered.call('AdminSetUserPassword', { Password: password, Permanent: true });
  const attempts = [...Array<string>(10).fill(other), password].map((each) => triggered.signIn(email, each));
  const outcomes = await Promise.allSettled(attempts);
  expect(outcomes.at(-1)).toMatchObject({ reason: { message: 'Password attempts exceeded' } });
});

test('of an unknown user, only a client that must not know that has an event', async () => {
  for (const [hidesUsers, count] of [
    [true, 1],
    [false, 0],
  ] as const) {
    const triggered = new TriggeredPool({ PreAuthentication: identity }, { hidesUsers });
    await expect(triggered.signIn('nobody@example.com')).rejects.toThrow();
    expect(triggered.events.map(({ request }) => request.userNotFound)).toEqual(Array(count).fill(true));
  }
});

test('the access token of a machine has an event of version V3_0 only', async () => {
  const request = { user: undefined, groups: { groups: [], roles: [] }, scopes: ['api/read'] };
  for (const eventVersion of ['V1_0', 'V2_0', 'V3_0'] as const) {
    const { pool, events } = new TriggeredPool({ PreTokenGeneration: identity }, { eventVersion });
    await pool.triggers.preTokenGeneration('TokenGeneration_ClientCredentials', request, { client });
    expect(events).toHaveLength(eventVersion === 'V3_0' ? 1 : 0);
  }
});
