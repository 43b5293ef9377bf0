import { parseSettings } from '../../src/settings/environments';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const client = { scopes: ['openid'], callbackUrls: ['https://app.example.com/callback'] };

function withAttributes(attributes: object, lists: object = {}): object {
  return { userPool: { attributes }, appClients: { web: { ...client, ...lists } } };
}

function schema(userPool: object): unknown {
  return resourceAt(synthApp({ userPool }).cognito, 'aws_cognito_user_pool.user_pool').schema;
}

describe('the name of an attribute', () => {
  test.each(['custom:a', `custom:${'a'.repeat(20)}`, 'custom:größe-1', 'given_name', 'email', 'updated_at'])(
    'can be %s',
    (name) => {
      expect(() => parseSettings(withAttributes({ [name]: {} }))).not.toThrow();
    },
  );

  test.each([
    ['tenant', 'the name must be that of a standard attribute, or begin with custom:'],
    ['custom:', 'the name must have 1 to 20 characters after custom:, got 0'],
    [`custom:${'a'.repeat(21)}`, 'the name must have 1 to 20 characters after custom:, got 21'],
    ['custom:a b', 'the name must not contain " "'],
    ['sub', 'the name must not be an attribute that Cognito sets'],
    ['email_verified', 'the name must not be an attribute that Cognito sets'],
    ['custom:email', 'the name must not be that of an attribute of Cognito, email'],
    ['custom:sub', 'the name must not be that of an attribute of Cognito, sub'],
  ])('cannot be %s', (name, message) => {
    expect(() => parseSettings(withAttributes({ [name]: {} }))).toThrow(`userPool.attributes`);
    expect(() => parseSettings(withAttributes({ [name]: {} }))).toThrow(message);
  });

  test('can be one of 50', () => {
    const attributes = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`custom:a${index}`, {}]));
    expect(() => parseSettings(withAttributes(attributes(50)))).not.toThrow();
    expect(() => parseSettings(withAttributes(attributes(51)))).toThrow(
      'userPool.attributes: must have 0 to 50 entries, got 51',
    );
  });
});

describe('an attribute', () => {
  test.each<[string, object]>([
    ['custom:a', { type: 'string', minLength: 0, maxLength: 2048 }],
    ['custom:a', { minLength: 5, maxLength: 5, mutable: false }],
    ['custom:a', { type: 'number', minValue: -5, maxValue: 5 }],
    ['custom:a', { type: 'dateTime' }],
    ['custom:a', { type: 'boolean' }],
    ['given_name', { required: true, mutable: false }],
  ])('%s can be %j', (name, attribute) => {
    expect(() => parseSettings(withAttributes({ [name]: attribute }))).not.toThrow();
  });

  test.each<[string, object, string]>([
    ['custom:a', { required: true }, 'required: must be false: Cognito requires only standard attributes, got true'],
    ['custom:a', { type: 'number' }, 'minValue: is required for a number without maxValue'],
    ['custom:a', { type: 'text' }, 'type: must be one of "string", "number", "dateTime", "boolean", got "text"'],
    ['custom:a', { maxLength: 2049 }, 'maxLength: must be at most 2048'],
    ['custom:a', { minLength: 6, maxLength: 5 }, 'minLength: must not be more than maxLength, which is 5, got 6'],
    ['custom:a', { type: 'number', minValue: 2, maxValue: 1 }, 'minValue: must not be more than maxValue, which is 1'],
    ['custom:a', { type: 'number', maxLength: 5 }, 'maxLength: has no effect on the type number'],
    ['custom:a', { minValue: 5 }, 'minValue: has no effect on the type string'],
    ['custom:a', { type: 'boolean', maxLength: 5 }, 'maxLength: has no effect on the type boolean'],
    ['given_name', { type: 'string' }, 'type: has no effect: Cognito defines it for a standard attribute'],
    ['given_name', { maxLength: 5 }, 'maxLength: has no effect: Cognito defines it for a standard attribute'],
  ])('%s cannot be %j', (name, attribute, message) => {
    expect(() => parseSettings(withAttributes({ [name]: attribute }))).toThrow(message);
  });
});

describe('the lists of an app client', () => {
  const attributes = { 'custom:tenant': {}, given_name: { required: true } };

  test('can have attributes of the user pool', () => {
    const lists = { readAttributes: ['custom:tenant'], writeAttributes: ['email', 'given_name', 'custom:tenant'] };
    expect(() => parseSettings(withAttributes(attributes, lists))).not.toThrow();
  });

  test.each<[object, string]>([
    [
      { readAttributes: ['custom:team'] },
      'readAttributes[0]: must be an attribute in userPool.attributes, got "custom:team"; allowed: custom:tenant',
    ],
    [{ readAttributes: ['tenant'] }, 'readAttributes[0]: must be a standard attribute, or begin with custom:'],
    [{ writeAttributes: ['email_verified'] }, 'writeAttributes[0]: must be a standard attribute'],
    [
      { writeAttributes: ['email', 'given_name', 'custom:team'] },
      'writeAttributes[2]: must be an attribute in userPool.attributes, got "custom:team"',
    ],
    [{ writeAttributes: ['email'] }, 'writeAttributes: must include given_name, which userPool.attributes requires'],
  ])('cannot be %j', (lists, message) => {
    expect(() => parseSettings(withAttributes(attributes, lists))).toThrow(`appClients.web.${message}`);
  });

  test('show in a warning which attributes nobody can read', () => {
    const warnings = (lists: object) =>
      synthApp(withAttributes({ 'custom:tenant': {}, 'custom:team': {} }, lists)).warnings.filter((text) =>
        text.includes('No app client can read'),
      );
    expect(warnings({ readAttributes: ['custom:team'] })).toEqual([
      'No app client can read custom:tenant, and no token has it. Add it to the readAttributes of an app client: ' +
        'without that list, a client reads the standard attributes only.',
    ]);
    expect(warnings({ readAttributes: ['custom:team', 'custom:tenant'] })).toEqual([]);
  });
});

test('the schema has what Cognito returns, so that the next plan is empty', () => {
  expect(
    schema({
      attributes: {
        'custom:tenant': { maxLength: 20 },
        'custom:rank': { type: 'number', minValue: 1, mutable: false },
        'custom:any': { type: 'number', maxValue: 5 },
        'custom:vip': { type: 'boolean' },
        'custom:since': { type: 'dateTime' },
        given_name: { required: true },
        birthdate: { mutable: false },
        // As every pool has it: a row of its own would be a custom attribute of that name.
        family_name: {},
      },
    }),
  ).toEqual(
    [
      ['tenant', 'String', { string_attribute_constraints: { min_length: '0', max_length: '20' } }],
      ['rank', 'Number', { mutable: false, number_attribute_constraints: { min_value: '1' } }],
      ['any', 'Number', { number_attribute_constraints: { max_value: '5' } }],
      ['vip', 'Boolean', {}],
      ['since', 'DateTime', {}],
      [
        'given_name',
        'String',
        { required: true, string_attribute_constraints: { min_length: '0', max_length: '2048' } },
      ],
      ['birthdate', 'String', { mutable: false, string_attribute_constraints: { min_length: '10', max_length: '10' } }],
    ].map(([name, attribute_data_type, changes]) => ({
      name,
      attribute_data_type,
      developer_only_attribute: false,
      mutable: true,
      required: false,
      ...(changes as object),
    })),
  );
});

describe('a sign-in with a user name', () => {
  test('leaves out the address as a user name, and requires it as an attribute', () => {
    const userPool = { signIn: 'username', attributes: { email: { mutable: false } } };
    const pool = resourceAt(synthApp({ userPool }).cognito, 'aws_cognito_user_pool.user_pool');
    expect(pool).not.toHaveProperty('username_attributes');
    expect(pool.auto_verified_attributes).toEqual(['email']);
    expect(pool.schema).toEqual([expect.objectContaining({ name: 'email', required: true, mutable: false })]);
    expect(schema({ signIn: 'username' })).toEqual([expect.objectContaining({ name: 'email', mutable: true })]);
  });

  test('is email or username', () => {
    expect(() => parseSettings({ userPool: { signIn: 'phone' } })).toThrow(
      'userPool.signIn: must be one of "email", "username", got "phone"',
    );
  });
});

test('an existing user pool has attributes of its own', () => {
  const arn = 'arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a';
  expect(() => parseSettings({ userPool: { arn, signIn: 'username', attributes: { 'custom:a': {} } } })).toThrow(
    /userPool\.signIn: conflicts with userPool\.arn[^]*userPool\.attributes: conflicts with userPool\.arn/,
  );
});
