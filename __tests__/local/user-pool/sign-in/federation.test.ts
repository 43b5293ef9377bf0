import * as operations from '../../../../src/local/user-pool/api/operations';
import { createUserPoolDomain } from '../../../../src/local/user-pool/login/user-pool-domain';
import {
  type AppClient,
  type IdentityProvider,
  type TriggerName,
  triggerNames,
  type UserPoolConfiguration,
} from '../../../../src/local/user-pool/model';
import { standardSchema } from '../../../../src/local/user-pool/users/attribute-schema';
import { providerGroup } from '../../../../src/local/user-pool/users/groups';
import { type UserPool } from '../../../../src/local/user-pool/user-pool';
import { Browser, type Page } from '../../../support/browser';
import { newUserPool } from '../../../support/user-pool';
import { client, configurationOf } from '../../../support/user-pool-parts';

jest.mock('../../../../src/local/user-pool/tokens/tokens', () =>
  jest.requireActual<object>('../../../support/plain-tokens'),
);

const email = 'ada@example.com';
const password = 'Correct-horse-1';
const google: IdentityProvider = {
  name: 'Google',
  type: 'Google',
  attributeMapping: new Map([
    ['email', 'email'],
    ['name', 'name'],
    ['username', 'sub'],
  ]),
  identifiers: ['example.com'],
  details: { client_id: 'at-google' },
};
const saml: IdentityProvider = {
  ...google,
  name: 'Okta',
  type: 'SAML',
  attributeMapping: new Map([['email', 'http://schemas.example.com/email']]),
  identifiers: [],
};
const both: AppClient = { ...client, identityProviders: ['COGNITO', 'Google', 'Okta'] };

interface TriggerEvent {
  readonly triggerSource: string;
  readonly userName: string;
  readonly request: { readonly userAttributes: Readonly<Record<string, string>>; readonly validationData?: object };
}

/** A user pool with identity providers, its login, and a browser that visits it. */
function newLogin(
  changes: Partial<UserPoolConfiguration> & { readonly client?: AppClient } = {},
  triggers: Partial<Record<TriggerName, (event: TriggerEvent, pool: UserPool) => unknown>> = {},
) {
  const { client: given = both, ...others } = changes;
  const events: TriggerEvent[] = [];
  const base = configurationOf();
  const pool: UserPool = newUserPool({
    configuration: configurationOf({
      clients: new Map([[given.id, given]]),
      identityProviders: new Map([google, saml].map((provider) => [provider.name, provider])),
      groups: new Map(
        [google, saml].map(({ name }) => providerGroup(base.id, name)).map((group) => [group.name, group]),
      ),
      triggers: new Map(
        Object.keys(triggers).map((name) => [name as TriggerName, { functionArn: name, eventVersion: 'V1_0' }]),
      ),
      ...others,
    }),
    invokeFunction: async (arn, json) => {
      const event = JSON.parse(json) as TriggerEvent;
      events.push(event);
      try {
        await triggers[arn as TriggerName]!(event, pool);
        return { result: json };
      } catch (error) {
        return { failure: (error as Error).message };
      }
    },
  });
  const domain = createUserPoolDomain(pool, { onError: (error) => console.error(error) });
  const newBrowser = () => new Browser((url, init) => Promise.resolve(domain.request(url, init)));
  const query = (parameters: object) =>
    new URLSearchParams({
      client_id: given.id,
      response_type: 'code',
      redirect_uri: given.callbackUrls[0]!,
      ...parameters,
    }).toString();
  const open = (path: string, parameters: object = {}, browser = newBrowser()) =>
    browser.open(`http://localhost:3001${path}?${query(parameters)}`);
  return {
    pool,
    events,
    newBrowser,
    open,
    /** Signs someone in with the page that simulates a provider. */
    signIn: async (fields: Readonly<Record<string, string>> = {}, provider = 'Google', browser = newBrowser()) =>
      browser.submit(await open('/oauth2/authorize', { identity_provider: provider, state: 's' }, browser), {
        subject: '1',
        'claims[email]': email,
        ...fields,
      }),
    call: (name: keyof typeof operations, request: object): Promise<Record<string, unknown>> =>
      Promise.resolve().then(() =>
        (operations[name] as (pool: UserPool, request: object) => never)(pool, {
          UserPoolId: pool.configuration.id,
          ...request,
        }),
      ),
  };
}

function expectSignedIn({ url }: Page): void {
  expect([url.pathname, url.searchParams.has('code')]).toEqual(['/dashboard', true]);
}

/** The parameters with which the app gets an error, in their order. */
function errorOf({ url }: Page): string[][] {
  expect(url.pathname).toBe('/dashboard');
  return [...url.searchParams];
}

describe('the hosted login', () => {
  test('has a link for each identity provider of the client, below its own form', async () => {
    const { html } = await newLogin().open('/login', { state: 's', idp_identifier: 'x' });
    expect(html).toContain('name="cognitoSignInForm"');
    const links = [...html.matchAll(/href="(\/oauth2\/authorize[^"]*)"\s*>([^<]*)</g)];
    expect(links.map(([, , text]) => text!.trim())).toEqual(['Continue with Google', 'Continue with Okta']);
    const query = new URLSearchParams(links[0]![1]!.replaceAll('&amp;', '&').split('?')[1]);
    expect(Object.fromEntries(query)).toMatchObject({ identity_provider: 'Google', state: 's', client_id: client.id });
    expect(query.has('idp_identifier')).toBe(false);
  });

  test('has no link and no form for a client with only its own users', async () => {
    const { html } = await newLogin({ client }).open('/login');
    expect(html).not.toContain('Continue with');
  });

  test.each(['/login', '/signup', '/forgotPassword'])(
    'has no form at %s for a client without its own users, and takes none',
    async (path) => {
      const { newBrowser, open, pool } = newLogin();
      pool.signUp.addWithStatus('CONFIRMED', email, password);
      const form = await open(path);
      const only = { ...both, identityProviders: ['Google'] };
      pool.configure({ ...pool.configuration, clients: new Map([[only.id, only]]) });
      const { html, url } = await open(path);
      expect([url.pathname, html.includes('<form')]).toEqual(['/login', false]);
      const { url: after } = await newBrowser().submit(form, { username: email, password });
      expect(after.pathname).toBe('/login');
    },
  );

  test.each([
    ['its name', { identity_provider: 'Google' }],
    ['one of its identifiers', { idp_identifier: 'example.com' }],
  ])('goes directly to a provider with %s', async (_, parameters) => {
    const { html, url } = await newLogin().open('/oauth2/authorize', parameters);
    expect(url.pathname).toBe('/identityProvider');
    expect(html).toContain('<h1>Google, simulated by npm start: who signs in?</h1>');
  });

  test.each([{ identity_provider: 'google' }, { identity_provider: 'Facebook' }, { idp_identifier: 'example.org' }])(
    'says so when the client does not have the provider: %j',
    async (parameters) => {
      const { html, url } = await newLogin().open('/oauth2/authorize', parameters);
      expect(url.pathname).toBe('/login');
      expect(html).toContain('role="alert">Login option is not available. Please try another one<');
    },
  );

  test('says so when the pool has the provider, and the client does not', async () => {
    const { html, url } = await newLogin({ client }).open('/oauth2/authorize', { identity_provider: 'Google' });
    expect(url.pathname).toBe('/login');
    expect(html).toContain('Login option is not available.');
  });

  test('gives a session only to a client and a request that take its provider', async () => {
    const { newBrowser, open, pool } = newLogin();
    pool.signUp.addWithStatus('CONFIRMED', email, password);
    const browser = newBrowser();
    await browser.submit(await open('/login', {}, browser), { username: email, password });
    expectSignedIn(await open('/oauth2/authorize', {}, browser));
    expectSignedIn(await open('/oauth2/authorize', { identity_provider: 'COGNITO' }, browser));
    const other = await open('/oauth2/authorize', { identity_provider: 'Google' }, browser);
    expect(other.url.pathname).toBe('/identityProvider');
    const only = { ...both, identityProviders: ['Google'] };
    pool.configure({ ...pool.configuration, clients: new Map([[only.id, only]]) });
    expect((await open('/oauth2/authorize', {}, browser)).url.pathname).toBe('/login');
  });
});

describe('the page that simulates a provider', () => {
  test('asks for the subject and for each claim of the mapping', async () => {
    const { open } = newLogin();
    const { html } = await open('/oauth2/authorize', { identity_provider: 'Okta' });
    const labels = [...html.matchAll(/<label for="([^"]*)">([^<]*)</g)].map(([, id, text]) => [id, text]);
    expect(labels).toEqual([
      ['subject', 'NameID, which identifies the user'],
      ['claims[http://schemas.example.com/email]', 'http://schemas.example.com/email (email)'],
    ]);
    expect(html).toContain('name="claims[http://schemas.example.com/email]"');
  });

  test('signs a new user in, and does not send an empty field', async () => {
    const { pool, signIn } = newLogin();
    expectSignedIn(await signIn({ 'claims[name]': '' }));
    const [user] = [...pool.users.all];
    expect(user).toMatchObject({ username: 'Google_1', status: 'EXTERNAL_PROVIDER' });
    expect([...user!.groups]).toEqual([`${pool.configuration.id}_Google`]);
    const { identities, ...attributes } = Object.fromEntries(user!.attributes);
    expect(attributes).toEqual({ email, email_verified: 'false' });
    expect(JSON.parse(identities!)).toEqual([
      {
        userId: '1',
        providerName: 'Google',
        providerType: 'Google',
        issuer: null,
        primary: true,
        dateCreated: expect.any(Number) as unknown,
      },
    ]);
  });

  test('does not take a form of another site', async () => {
    const { newBrowser, open, pool } = newLogin();
    const page = await open('/oauth2/authorize', { identity_provider: 'Google' });
    const { html, status } = await newBrowser().submit(page, { subject: '1' });
    expect([status, html]).toEqual([400, expect.stringContaining('This page was out of date. Try again.')]);
    expect(pool.users.count).toBe(0);
  });

  test.each([
    [
      'Google',
      'access_denied',
      [
        ['error_description', 'Google Error - access_denied'],
        ['state', 's'],
        ['error', 'access_denied'],
      ],
    ],
    [
      'Google',
      'server_error',
      [
        ['error_description', 'Google Error - server_error'],
        ['state', 's'],
        ['error', 'server_error'],
      ],
    ],
    [
      'Okta',
      'access_denied',
      [
        ['error_description', 'Error in SAML response processing: Okta Error - access_denied'],
        ['state', 's'],
        ['error', 'server_error'],
      ],
    ],
  ])('%s can respond with the error %s, which the app gets', async (provider, error, expected) => {
    const { pool, signIn } = newLogin();
    expect(errorOf(await signIn({ error }, provider))).toEqual(expected);
    expect(pool.users.count).toBe(0);
  });
});

describe('a user of an identity provider', () => {
  test('is the same at the second sign-in, with the attributes that the provider then has', async () => {
    const { pool, signIn } = newLogin();
    await signIn({ 'claims[name]': 'Ada' });
    await signIn({ 'claims[email]': 'countess@example.com', 'claims[name]': '' });
    const users = [...pool.users.all].map(({ attributes }) => [attributes.get('email'), attributes.get('name')]);
    expect(users).toEqual([['countess@example.com', 'Ada']]);
  });

  test('is another one with the same subject at another provider', async () => {
    const { pool, signIn } = newLogin();
    await signIn();
    await signIn({ 'claims[http://schemas.example.com/email]': email }, 'Okta');
    expect([...pool.users.all].map(({ username }) => username)).toEqual(['Google_1', 'Okta_1']);
  });

  test('does not take over the account that signs in with the same address, nor its name', async () => {
    const { call, pool, signIn } = newLogin();
    const local = pool.signUp.addWithStatus('CONFIRMED', email, password);
    await signIn();
    expect(pool.users.count).toBe(2);
    expect(await call('AdminGetUser', { Username: email })).toMatchObject({ Username: local.sub });
    expect(await call('AdminGetUser', { Username: 'Google_1' })).toMatchObject({ UserStatus: 'EXTERNAL_PROVIDER' });
    await call('AdminDeleteUser', { Username: local.sub });
    await expect(call('AdminGetUser', { Username: email })).rejects.toMatchObject({ code: 'UserNotFoundException' });
    pool.signUp.addWithStatus('CONFIRMED', email, password);
    await signIn({ 'claims[name]': 'Ada' });
  });

  test('does not get the account of someone who has signed up with its user name', async () => {
    const { pool, signIn } = newLogin({ signIn: 'username' });
    pool.signUp.addWithStatus('CONFIRMED', 'Google_1', password);
    expect(errorOf(await signIn())).toEqual([
      ['error_description', 'Already found an entry for username Google_1'],
      ['state', 's'],
      ['error', 'invalid_request'],
    ]);
  });

  test('has no password until an administrator sets one', async () => {
    const { call, pool, signIn } = newLogin();
    await signIn();
    const Username = 'Google_1';
    const visible = { ...both, preventUserExistenceErrors: false };
    pool.configure({ ...pool.configuration, clients: new Map([[visible.id, visible]]) });
    const ClientId = visible.id;
    for (const [operation, request] of [
      ['ForgotPassword', { ClientId }],
      ['AdminResetUserPassword', {}],
    ] as const) {
      await expect(call(operation, { Username, ...request })).rejects.toMatchObject({
        code: 'NotAuthorizedException',
        message: 'User password cannot be reset in the current state.',
      });
    }
    const signInWithPassword = () =>
      call('InitiateAuth', {
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: Username, PASSWORD: password },
      });
    await expect(signInWithPassword()).rejects.toMatchObject({ message: 'Incorrect username or password.' });
    await call('AdminSetUserPassword', { Username, Password: password, Permanent: true });
    expect(await signInWithPassword()).toHaveProperty('AuthenticationResult');
    expect(await call('AdminGetUser', { Username })).toMatchObject({ UserStatus: 'CONFIRMED' });
    expectSignedIn(await signIn());
  });

  test('who is disabled returns to the app with an error', async () => {
    const { call, signIn } = newLogin();
    await signIn();
    await call('AdminDisableUser', { Username: 'Google_1' });
    expect(errorOf(await signIn())[0]).toEqual(['error_description', 'User is not enabled']);
  });

  test('needs no second factor', async () => {
    expectSignedIn(await newLogin({ mfa: 'ON' }).signIn());
  });
});

describe('a linked identity', () => {
  const identity = (ProviderAttributeValue: string, ProviderName = 'Google') => ({
    ProviderName,
    ProviderAttributeName: 'Cognito_Subject',
    ProviderAttributeValue,
  });

  test('signs in as the user, whose attributes the provider then writes', async () => {
    const { call, pool, signIn } = newLogin();
    const user = pool.signUp.addWithStatus('CONFIRMED', email, password);
    await call('AdminLinkProviderForUser', {
      DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: user.username },
      SourceUser: identity('1'),
    });
    expectSignedIn(await signIn({ 'claims[name]': 'Ada' }));
    expect([...pool.users.all]).toEqual([user]);
    expect(user).toMatchObject({ status: 'CONFIRMED', groups: new Set() });
    expect(user.attributes.get('name')).toBe('Ada');
    expect(JSON.parse(user.attributes.get('identities')!)).toMatchObject([{ userId: '1', primary: false }]);
  });

  test('can belong to a user of another provider', async () => {
    const { call, pool, signIn } = newLogin();
    await signIn();
    await call('AdminLinkProviderForUser', { DestinationUser: identity('1'), SourceUser: identity('2', 'Okta') });
    expectSignedIn(await signIn({ subject: '2' }, 'Okta'));
    expect([...pool.users.all].map(({ username }) => username)).toEqual(['Google_1']);
  });

  test('cannot be one that has signed in', async () => {
    const { call, pool, signIn } = newLogin();
    pool.signUp.addWithStatus('CONFIRMED', email, password);
    await signIn();
    const DestinationUser = { ProviderName: 'Cognito', ProviderAttributeValue: email };
    await expect(
      call('AdminLinkProviderForUser', { DestinationUser, SourceUser: identity('1') }),
    ).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: 'Merging is not currently supported, provide a SourceUser that has not been signed up in order to link',
    });
  });

  test('can be linked by the trigger of its first sign-in', async () => {
    const { call, events, pool, signIn } = newLogin(
      {},
      {
        PreSignUp: () =>
          call('AdminLinkProviderForUser', {
            DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: email },
            SourceUser: identity('1'),
          }),
        PostConfirmation: jest.fn(),
      },
    );
    const user = pool.signUp.addWithStatus('CONFIRMED', email, password);
    expectSignedIn(await signIn());
    expect([...pool.users.all]).toEqual([user]);
    expect(events.map(({ triggerSource }) => triggerSource)).toEqual(['PreSignUp_ExternalProvider']);
  });

  test('that is disabled signs in as a user of its own', async () => {
    const { call, pool, signIn } = newLogin();
    const user = pool.signUp.addWithStatus('CONFIRMED', email, password);
    const DestinationUser = { ProviderName: 'Cognito', ProviderAttributeValue: email };
    await call('AdminLinkProviderForUser', { DestinationUser, SourceUser: identity('1') });
    await call('AdminDisableProviderForUser', { User: identity('1') });
    expect(user.attributes.has('identities')).toBe(false);
    await signIn();
    expect([...pool.users.all].map(({ username }) => username)).toEqual([user.username, 'Google_1']);
  });

  test('that is disabled can no longer sign in as the user who was created for it', async () => {
    const { call, signIn } = newLogin();
    await signIn();
    await call('AdminDisableProviderForUser', { User: identity('1') });
    expect(errorOf(await signIn())[0]![1]).toBe('Already found an entry for username Google_1');
  });

  test('is all that is left of a user whose password is disabled', async () => {
    const { call, newBrowser, open, pool, signIn } = newLogin();
    const user = pool.signUp.addWithStatus('CONFIRMED', email, password);
    const DestinationUser = { ProviderName: 'Cognito', ProviderAttributeValue: email };
    await call('AdminLinkProviderForUser', { DestinationUser, SourceUser: identity('1') });
    await call('AdminDisableProviderForUser', { User: identity(email, 'Cognito') });
    const { url } = await newBrowser().submit(await open('/login'), { username: email, password });
    expect(url.pathname).toBe('/login');
    await expect(call('AdminResetUserPassword', { Username: email })).rejects.toMatchObject({
      message: 'User password cannot be reset in the current state.',
    });
    expectSignedIn(await signIn());
    expect([...pool.users.all]).toEqual([user]);
  });
});

describe('the attributes of a mapping', () => {
  const withEmail = (changes: object) =>
    new Map([...standardSchema, ['email', { ...standardSchema.get('email')!, ...changes }] as const]);

  test('that are required must have a value', async () => {
    const { pool, signIn } = newLogin({ attributes: withEmail({ required: true }) });
    expect(errorOf(await signIn({ 'claims[email]': '' }))[0]).toEqual([
      'error_description',
      'attributes required: [email]',
    ]);
    expect(pool.users.count).toBe(0);
  });

  test('that cannot change fail the second sign-in', async () => {
    const { signIn } = newLogin({ attributes: withEmail({ mutable: false }) });
    expectSignedIn(await signIn());
    expect(errorOf(await signIn())).toEqual([
      ['error_description', 'user.email: Attribute cannot be updated.\n'],
      ['state', 's'],
      ['error', 'invalid_request'],
    ]);
  });

  test('that the client cannot write fail the sign-in, but not whether an address is verified', async () => {
    const verified = { ...google, attributeMapping: new Map([...google.attributeMapping, ['email_verified', 'ok']]) };
    const { pool, signIn } = newLogin({
      client: { ...both, writeAttributes: ['email'] },
      identityProviders: new Map([['Google', verified]]),
    });
    expectSignedIn(await signIn({ 'claims[name]': '', 'claims[ok]': 'true' }));
    expect([...pool.users.all][0]!.attributes.get('email_verified')).toBe('true');
    expect(errorOf(await signIn({ 'claims[name]': 'Ada' }))[0]).toEqual([
      'error_description',
      'A client attempted to write unauthorized attribute',
    ]);
  });

  test('have the form that Cognito gives lists, numbers and objects', async () => {
    const { pool } = newLogin();
    const provider = {
      ...google,
      attributeMapping: new Map([
        ['name', 'roles'],
        ['updated_at', 'updated_at'],
        ['address', 'address'],
        ['nickname', '__proto__'],
      ]),
    };
    const user = await pool.federation.signIn(both, provider, '1', {
      roles: ['a b', 'c,d'],
      updated_at: 5,
      address: { country: 'DE' },
    });
    expect(Object.fromEntries([...user.attributes].filter(([name]) => name !== 'identities'))).toEqual({
      name: '[a+b, c%2Cd]',
      updated_at: '5',
      address: '{"country":"DE"}',
    });
  });

  test('have no effect on a subject that is missing or too long', async () => {
    const { signIn } = newLogin();
    expect(errorOf(await signIn({ subject: '' }))[0]![1]).toBe('username attribute mapping required');
    expect(errorOf(await signIn({ subject: 'x'.repeat(122) }))[0]![1]).toContain("Value at 'username'");
  });
});

describe('triggers', () => {
  test('are those of AWS at the first and at the second sign-in', async () => {
    const { events, pool, signIn } = newLogin({}, Object.fromEntries(triggerNames.map((name) => [name, jest.fn()])));
    await signIn();
    expect(events.map(({ triggerSource }) => triggerSource)).toEqual([
      'PreSignUp_ExternalProvider',
      'PostConfirmation_ConfirmSignUp',
      'TokenGeneration_HostedAuth',
    ]);
    expect(events[0]).toMatchObject({ userName: 'Google_1' });
    expect(events[0]!.request).toEqual({
      userAttributes: {
        'cognito:email_alias': '',
        'cognito:phone_number_alias': '',
        email_verified: 'false',
        email,
      },
      validationData: {},
    });
    const [user] = [...pool.users.all];
    expect(events[1]!.request.userAttributes).toEqual({
      sub: user!.sub,
      'cognito:user_status': 'EXTERNAL_PROVIDER',
      ...Object.fromEntries(user!.attributes),
    });
    events.length = 0;
    await signIn();
    expect(events.map(({ triggerSource }) => triggerSource)).toEqual([
      'PreAuthentication_Authentication',
      'PostAuthentication_Authentication',
      'TokenGeneration_HostedAuth',
    ]);
  });

  test.each(['PostConfirmation', 'PreAuthentication', 'PostAuthentication'] as const)(
    'that delete the user end the sign-in: %s',
    async (name) => {
      let deletes = false;
      const { pool, signIn } = newLogin(
        {},
        {
          [name]: () => {
            if (deletes) {
              pool.deleteUser([...pool.users.all][0]!);
            }
          },
        },
      );
      if (name !== 'PostConfirmation') {
        await signIn();
      }
      deletes = true;
      expect(errorOf(await signIn())[2]).toEqual(['error', 'invalid_request']);
      expect(pool.users.count).toBe(0);
    },
  );

  test('that see the provider removed end the sign-in without a user', async () => {
    const { pool, signIn } = newLogin(
      {},
      {
        PreSignUp: () => {
          pool.configure({ ...pool.configuration, groups: new Map(), identityProviders: new Map() });
        },
      },
    );
    expect(errorOf(await signIn())[0]![1]).toBe('Group not found.');
    expect(pool.users.count).toBe(0);
  });

  test('that fail end the sign-in before there is a user', async () => {
    const { pool, signIn } = newLogin(
      {},
      {
        PreSignUp: () => {
          throw new Error('Not from there');
        },
      },
    );
    expect(errorOf(await signIn())[0]![1]).toBe('PreSignUp failed with error Not from there.');
    expect(errorOf(await signIn({}, 'Okta'))).toEqual([
      ['error_description', 'Error in SAML response processing: PreSignUp failed with error Not from there.'],
      ['state', 's'],
      ['error', 'server_error'],
    ]);
    expect(pool.users.count).toBe(0);
  });
});
