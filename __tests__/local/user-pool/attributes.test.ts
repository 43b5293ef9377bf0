import { addSeed, type SeedError } from '../../../src/local/user-pool/seed';
import { type SchemaAttribute, standardSchema } from '../../../src/local/user-pool/users/attribute-schema';
import { Browser } from '../../support/browser';
import { type Changes, TestServices } from '../../support/local-services';
import { jwtPart, mailedCode, OAuthClient, openPage } from '../../support/oauth-client';
import { newUserPool } from '../../support/user-pool';
import { expectError, tokensIn, UserPoolApi } from '../../support/user-pool-api';
import { configurationOf, newUser } from '../../support/user-pool-parts';

jest.mock('../../../src/local/user-pool/tokens/tokens', () => jest.requireActual<object>('../../support/plain-tokens'));

const localServices = new TestServices();
const pool = 'aws_cognito_user_pool.user_pool';
const appClient = 'aws_cognito_user_pool_client.awesome-app-client';
const password = 'Correct-horse-1';
const lists = ['email', 'given_name', 'custom:tenant', 'custom:rank', 'custom:vip', 'custom:since', 'custom:origin'];

/** As the construct writes it. */
const schema = [
  { name: 'tenant', attribute_data_type: 'String', string_attribute_constraints: { min_length: '2', max_length: '5' } },
  { name: 'rank', attribute_data_type: 'Number', number_attribute_constraints: { min_value: '1', max_value: '5' } },
  { name: 'vip', attribute_data_type: 'Boolean' },
  { name: 'since', attribute_data_type: 'DateTime' },
  { name: 'origin', attribute_data_type: 'String', mutable: false, string_attribute_constraints: {} },
  { name: 'secret', attribute_data_type: 'String', string_attribute_constraints: {} },
  { name: 'given_name', attribute_data_type: 'String', required: true, string_attribute_constraints: {} },
].map((attribute) => ({ mutable: true, required: false, developer_only_attribute: false, ...attribute }));

const changes: Changes = {
  [pool]: { schema },
  [appClient]: { read_attributes: [...lists, 'email_verified'], write_attributes: lists },
};

let api: UserPoolApi;
let client: OAuthClient;
let people = 0;

beforeAll(async () => {
  api = new UserPoolApi(await localServices.serve(changes));
  client = new OAuthClient(api.services);
});

const newcomer = () => `person-${++people}@example.com`;

function attributesOf(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
}

function signUp(values: Readonly<Record<string, string>>, email = newcomer()) {
  const UserAttributes = attributesOf({ given_name: 'Ada', ...values });
  return api.forUser('SignUp', email, { Password: password, UserAttributes });
}

/** Someone who has signed up with attributes, confirmed the address and signed in. */
async function person(values: Readonly<Record<string, string>>) {
  const email = newcomer();
  expect(await signUp(values, email)).toMatchObject({ status: 200 });
  await api.forUser('ConfirmSignUp', email, { ConfirmationCode: await mailedCode(client, email) });
  return { email, ...(await api.tokens(email, password)) };
}

const nonconforming = (...problems: string[]) =>
  `Attributes did not conform to the schema: ${problems.map((problem) => `${problem}\n`).join('')}`;

describe('a sign-up with Cognito’s API', () => {
  test('sets custom attributes, which the ID token and GetUser have as strings', async () => {
    const values = { 'custom:tenant': 'acme', 'custom:rank': '5', 'custom:vip': 'true', 'custom:since': '2026-01-02' };
    const { AccessToken, IdToken } = await person(values);
    expect(jwtPart(IdToken, 1)).toMatchObject({ ...values, given_name: 'Ada' });
    const { body } = await api.call('GetUser', { AccessToken });
    expect(body.UserAttributes).toEqual(expect.arrayContaining(attributesOf(values)));
  });

  test.each<[string, Record<string, string>, string]>([
    ['too long', { 'custom:tenant': 'toolong' }, 'custom:tenant: String must be no longer than 5 characters'],
    ['too short', { 'custom:tenant': 'x' }, 'custom:tenant: String must be no shorter than 2 characters'],
    ['no number', { 'custom:rank': 'high' }, 'custom:rank: Invalid number'],
    ['too small', { 'custom:rank': '0' }, 'custom:rank: Number must be no less than 1'],
    ['too great', { 'custom:rank': '6' }, 'custom:rank: Number must be no greater than 5'],
    ['no boolean', { 'custom:vip': 'yes' }, 'custom:vip: Invalid boolean'],
    ['no date', { 'custom:since': 'yesterday' }, 'custom:since: Invalid date'],
    ['no day', { 'custom:since': '2026-13-01' }, 'custom:since: Invalid date'],
    ['without an attribute', { 'custom:team': 'x' }, 'custom:team: Attribute does not exist in the schema.'],
    ['missing', { given_name: '' }, 'given_name: The attribute is required'],
  ])('rejects a value that is %s', async (_, values, problem) => {
    expectError(await signUp(values), 'InvalidParameterException', nonconforming(problem));
  });

  test('reports all problems at once', async () => {
    expectError(
      await signUp({ 'custom:tenant': 'x', 'custom:rank': '0' }),
      'InvalidParameterException',
      nonconforming(
        'custom:tenant: String must be no shorter than 2 characters',
        'custom:rank: Number must be no less than 1',
      ),
    );
  });

  test('rejects an attribute that is not in the list of the client', async () => {
    expectError(
      await signUp({ 'custom:secret': 'x' }),
      'NotAuthorizedException',
      'A client attempted to write unauthorized attribute',
    );
  });
});

describe('a client without lists', () => {
  test('neither reads nor writes custom attributes', async () => {
    const plain = new UserPoolApi(await localServices.serve({ [pool]: { schema } }));
    const email = newcomer();
    const given = { Name: 'given_name', Value: 'Ada' };
    const request = { Password: password, UserAttributes: [given, { Name: 'custom:tenant', Value: 'acme' }] };
    expectError(await plain.forUser('SignUp', email, request), 'NotAuthorizedException');
    const UserAttributes = [given, { Name: 'custom:tenant', Value: 'acme' }];
    await plain.admin('AdminCreateUser', { Username: email, UserAttributes });
    await plain.admin('AdminSetUserPassword', { Username: email, Password: password, Permanent: true });
    const { AccessToken, IdToken } = await plain.tokens(email, password);
    expect(jwtPart(IdToken, 1)).toMatchObject({ given_name: 'Ada' });
    expect(jwtPart(IdToken, 1)).not.toHaveProperty('custom:tenant');
    const { body } = await plain.call('GetUser', { AccessToken });
    expect(body.UserAttributes).not.toContainEqual({ Name: 'custom:tenant', Value: 'acme' });
    const { body: found } = await plain.admin('AdminGetUser', { Username: email });
    expect(found.UserAttributes).toContainEqual({ Name: 'custom:tenant', Value: 'acme' });
  });
});

describe('a later change', () => {
  test('is made of an attribute that is mutable, and removes one', async () => {
    const { AccessToken } = await person({ 'custom:tenant': 'acme' });
    const update = (Value: string) =>
      api.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name: 'custom:tenant', Value }] });
    const names = async () =>
      ((await api.call('GetUser', { AccessToken })).body.UserAttributes as { Name: string; Value: string }[]).filter(
        ({ Name }) => Name === 'custom:tenant',
      );
    expect((await update('other')).status).toBe(200);
    expect(await names()).toEqual([{ Name: 'custom:tenant', Value: 'other' }]);
    expect((await update('')).status).toBe(200);
    expect(await names()).toEqual([]);
  });

  test.each(['the value of a new user', 'no value'])('is rejected of one that is immutable and has %s', async (has) => {
    const { email } = await person(has === 'no value' ? {} : { 'custom:origin': 'web' });
    const UserAttributes = attributesOf({ 'custom:origin': 'phone' });
    expectError(
      await api.admin('AdminUpdateUserAttributes', { Username: email, UserAttributes }),
      'InvalidParameterException',
      'user.custom:origin: Attribute cannot be updated.\n',
    );
  });

  test('cannot remove a required attribute', async () => {
    const { AccessToken } = await person({});
    expectError(
      await api.call('DeleteUserAttributes', { AccessToken, UserAttributeNames: ['given_name'] }),
      'InvalidParameterException',
      nonconforming('given_name: The attribute is required'),
    );
  });
});

describe('a user whom an administrator adds', () => {
  async function invited() {
    const email = newcomer();
    const request = { Username: email, TemporaryPassword: 'Temporary-1', MessageAction: 'SUPPRESS' };
    expect((await api.admin('AdminCreateUser', request)).status).toBe(200);
    return email;
  }

  test('sets the required attributes at the first sign-in', async () => {
    const email = await invited();
    const { body } = await api.signIn(email, 'Temporary-1');
    expect(body.ChallengeParameters).toMatchObject({ requiredAttributes: '["userAttributes.given_name"]' });
    const respond = (more: object) =>
      api.respond('NEW_PASSWORD_REQUIRED', body.Session, { USERNAME: email, NEW_PASSWORD: password, ...more });
    expectError(await respond({}), 'InvalidParameterException', 'Invalid attributes given, given_name is missing');
    expectError(
      await respond({ 'userAttributes.given_name': 'Ada', 'userAttributes.custom:origin': 'web' }),
      'InvalidParameterException',
      'Cannot modify the non-mutable attribute custom:origin',
    );
    const { IdToken } = tokensIn(await respond({ 'userAttributes.given_name': 'Ada' }));
    expect(jwtPart(IdToken, 1)).toMatchObject({ given_name: 'Ada' });
  });

  test('sets them on the page for the other password', async () => {
    const browser = new Browser();
    const username = await invited();
    const page = await browser.submit(await openPage(client, '/login', browser), { username, password: 'Temporary-1' });
    expect(page.html).toContain('name="requiredAttributes[given_name]"');
    const passwords = { new_password: password, confirm_password: password };
    const missing = await browser.submit(page, passwords);
    expect(missing.html).toContain('Invalid attributes given, given_name is missing');
    const done = await browser.submit(missing, { ...passwords, 'requiredAttributes[given_name]': 'Ada' });
    expect(done.url.searchParams.has('code')).toBe(true);
  });
});

describe('the sign-up page', () => {
  test('asks for the required attributes, and keeps what was entered', async () => {
    const browser = new Browser();
    const username = newcomer();
    const page = await openPage(client, '/signup', browser);
    expect(page.html).toMatch(/<label for="requiredAttributes\[given_name\]">Given name<\/label>/);
    const weak = await browser.submit(page, {
      username,
      password: 'x',
      'requiredAttributes[given_name]': '"Ada" & co',
    });
    expect(weak.html).toContain('value="&quot;Ada&quot; &amp; co"');
    const empty = await browser.submit(page, { username, password });
    expect(empty.html).toContain('given_name: The attribute is required');
    const confirm = await browser.submit(page, { username, password, 'requiredAttributes[given_name]': 'Ada' });
    expect(confirm.url.pathname).toBe('/confirmUser');
    const { body } = await api.admin('AdminGetUser', { Username: username });
    expect(body.UserAttributes).toContainEqual({ Name: 'given_name', Value: 'Ada' });
  });

  test('does not set what the client cannot write', async () => {
    const browser = new Browser();
    const form = { username: newcomer(), password, 'requiredAttributes[given_name]': 'Ada' };
    const page = await openPage(client, '/signup', browser);
    const answer = await browser.submit(page, { ...form, 'requiredAttributes[custom:secret]': 'x' });
    expect(answer.html).toContain('A client attempted to write unauthorized attribute');
  });
});

test('DescribeUserPool lists the attributes with their bounds', async () => {
  const { UserPool } = (await api.admin('DescribeUserPool', {})).body as {
    UserPool: { SchemaAttributes: readonly { Name: string }[] };
  };
  const found = (name: string) => UserPool.SchemaAttributes.find(({ Name }) => Name === name);
  expect(found('custom:tenant')).toEqual({
    Name: 'custom:tenant',
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    StringAttributeConstraints: { MinLength: '2', MaxLength: '5' },
  });
  expect(found('custom:rank')).toMatchObject({ NumberAttributeConstraints: { MinValue: '1', MaxValue: '5' } });
  expect(found('given_name')).toMatchObject({ Required: true });
  expect(found('sub')).toMatchObject({ Required: true, Mutable: false });
});

test('after a reload with a new attribute, users who were there before can have it', async () => {
  const served = newUserPool();
  const user = served.users.add(newUser('sub', 'ada@example.com'));
  const read = () => served.userAttributes.read([['custom:tenant', 'acme']]);
  expect(read).toThrow('custom:tenant: Attribute does not exist in the schema.');
  const tenant: SchemaAttribute = { type: 'String', mutable: true, required: false };
  served.configure(configurationOf({ attributes: new Map([...standardSchema, ['custom:tenant', tenant]]) }));
  await served.userAttributes.update(user, read(), {});
  expect(user.attributes.get('custom:tenant')).toBe('acme');
});

test('the demo user has the required attributes', async () => {
  const { body } = await api.admin('AdminGetUser', { Username: api.services.demoUser.email });
  expect(body.UserAttributes).toContainEqual({ Name: 'given_name', Value: 'Demo' });
});

describe('a sign-in with a user name', () => {
  let named: UserPoolApi;
  let login: OAuthClient;

  beforeAll(async () => {
    const email = { name: 'email', attribute_data_type: 'String', required: true, mutable: true };
    named = new UserPoolApi(
      await localServices.serve({
        [pool]: { username_attributes: null, schema: [email], username_configuration: { case_sensitive: false } },
        [appClient]: { explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
      }),
    );
    login = new OAuthClient(named.services);
  });

  /** Someone who has signed up at the hosted login, and is signed in there. */
  async function account(username: string, email: string) {
    const browser = new Browser();
    const page = await openPage(login, '/signup', browser);
    const form = { username, password, 'requiredAttributes[email]': email };
    const confirm = await browser.submit(page, form);
    expect(confirm.html).toContain(`code by email to <strong>${email}</strong>`);
    return browser.submit(confirm, { verification_code: await mailedCode(login, email) });
  }

  test('has a sign-up page for the name and the address, and a login page for the name', async () => {
    const browser = new Browser();
    const { html } = await openPage(login, '/login', browser);
    expect(html).toContain('Sign in with your username and password');
    expect(html).toContain('<label for="signInFormUsername">Username</label>');
    const done = await account('ada', 'ada@example.com');
    expect(done.url.searchParams.has('code')).toBe(true);
    const again = await browser.submit(await openPage(login, '/login', browser), { username: 'ADA', password });
    expect(again.url.searchParams.has('code')).toBe(true);
  });

  test('does not accept the address instead of the name', async () => {
    await account('grace', 'grace@example.com');
    expectError(await named.signIn('grace@example.com', password), 'NotAuthorizedException');
  });

  test('names the user in both tokens, whose sub is another value', async () => {
    await account('mary', 'mary@example.com');
    const { AccessToken, IdToken, RefreshToken } = await named.tokens('mary', password);
    const { sub } = jwtPart(IdToken, 1);
    expect(sub).toMatch(/^[0-9a-f-]{36}$/);
    expect(jwtPart(AccessToken, 1)).toMatchObject({ sub, username: 'mary' });
    expect(jwtPart(IdToken, 1)).toMatchObject({ sub, 'cognito:username': 'mary', email: 'mary@example.com' });
    expect((await named.call('GetUser', { AccessToken })).body).toMatchObject({ Username: 'mary' });
    const refreshed = await named.initiateAuth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken });
    expect(jwtPart(tokensIn(refreshed).AccessToken, 1)).toMatchObject({ username: 'mary' });
    const { body } = await named.admin('ListUsers', { Filter: 'username = "mary"' });
    expect(body.Users).toHaveLength(1);
  });

  test('allows two users the same address, but not the same name', async () => {
    await account('one', 'both@example.com');
    expect((await account('two', 'both@example.com')).url.searchParams.has('code')).toBe(true);
    const UserAttributes = attributesOf({ email: 'new@example.com' });
    expectError(
      await named.forUser('SignUp', 'One', { Password: password, UserAttributes }),
      'UsernameExistsException',
      'User already exists',
    );
    expectError(
      await named.admin('AdminCreateUser', { Username: 'One', UserAttributes }),
      'UsernameExistsException',
      'User account already exists',
    );
    const { body } = await named.admin('AdminGetUser', { Username: 'one' });
    const { Value: sub } = (body.UserAttributes as { Name: string; Value: string }[]).find(
      ({ Name }) => Name === 'sub',
    )!;
    expectError(await named.forUser('SignUp', sub, { Password: password, UserAttributes }), 'UsernameExistsException');
  });

  test.each(['white space', 'x'.repeat(129)])('does not take the name %j', async (username) => {
    const browser = new Browser();
    const page = await openPage(login, '/signup', browser);
    const form = { username, password, 'requiredAttributes[email]': newcomer() };
    expect((await browser.submit(page, form)).html).toContain('1 to 128 characters and no white space');
  });

  test('needs an address at the sign-up, but not of a user whom an administrator adds', async () => {
    expectError(
      await named.forUser('SignUp', 'without', { Password: password }),
      'InvalidParameterException',
      nonconforming('email: The attribute is required'),
    );
    const { status } = await named.admin('AdminCreateUser', { Username: 'without', TemporaryPassword: 'Temporary-1' });
    expect(status).toBe(200);
    const { body } = await named.signIn('without', 'Temporary-1');
    expect(body.ChallengeParameters).toMatchObject({ requiredAttributes: '["userAttributes.email"]' });
  });

  test('has a demo user with a name', async () => {
    const { username, password: demoPassword } = named.services.demoUser;
    expect(username).toBe('demo');
    expect((await named.signIn('demo', demoPassword)).status).toBe(200);
  });
});

describe('a seed', () => {
  const custom = new Map([
    ...standardSchema,
    ['custom:tenant', { type: 'String', mutable: true, required: false, maximum: 5 }] as const,
    ['given_name', { type: 'String', mutable: true, required: true }] as const,
  ]);

  function problemsOf(signIn: 'email' | 'username', seed: readonly object[]): string[] {
    const seeded = newUserPool({ configuration: configurationOf({ attributes: custom, signIn }) });
    try {
      addSeed(seeded, seed);
      return [];
    } catch (error) {
      expect(seeded.users.count).toBe(0);
      return (error as SeedError).message.split('\n');
    }
  }

  const attributes = { email: 'ada@example.com', given_name: 'Ada', 'custom:tenant': 'acme' };

  test('sets custom attributes', () => {
    const seeded = newUserPool({ configuration: configurationOf({ attributes: custom }) });
    addSeed(seeded, [{ attributes, password }]);
    expect(Object.fromEntries([...seeded.users.all][0]!.attributes)).toMatchObject(attributes);
  });

  test('names every attribute that is wrong or missing', () => {
    expect(
      problemsOf('email', [
        { attributes: { email: 'a@example.com', 'custom:tenant': 'toolong' }, password, status: 'UNCONFIRMED' },
        { attributes: { email: 'b@example.com', 'custom:team': 'x', given_name: 'B' }, password },
        { attributes: { email: 'c@example.com' }, password, status: 'FORCE_CHANGE_PASSWORD' },
      ]),
    ).toEqual([
      '0.attributes.custom:tenant: Attributes did not conform to the schema: custom:tenant: String must be no longer than 5 characters',
      '0.attributes.given_name: is required',
      '1.attributes.custom:team: Attributes did not conform to the schema: custom:team: Attribute does not exist in the schema.',
    ]);
  });

  test('has a user name where users sign in with one, and only there', () => {
    const seeded = newUserPool({ configuration: configurationOf({ signIn: 'username' }) });
    addSeed(seeded, [
      { username: 'ada', attributes: { email: 'both@example.com' }, password },
      { username: 'grace', attributes: { email: 'both@example.com' }, password },
      { username: 'none', attributes: {}, password },
    ]);
    expect([...seeded.users.all].map(({ username }) => username)).toEqual(['ada', 'grace', 'none']);
    expect(seeded.users.find('ada')!.attributes.get('email_verified')).toBe('true');
    expect(
      problemsOf('username', [
        { username: 'ada', attributes, password },
        { username: 'ADA', attributes, password },
      ]),
    ).toEqual(['1.username: User already exists']);
    expect(problemsOf('username', [{ attributes, password }])).toEqual(['0.username: is required']);
    expect(problemsOf('email', [{ username: 'ada', attributes, password }])).toEqual([
      '0.username: unknown name; allowed: attributes, password, status, groups',
    ]);
  });
});
