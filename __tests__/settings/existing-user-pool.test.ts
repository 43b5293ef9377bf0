import { type GivenSettings } from '../../src/settings/cdktf-json';
import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { listSettings } from '../../src/settings/settings-list';
import { defaultSettings } from '../../src/settings/settings';

const arn = 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbC123';
const userPool = { arn };
const client = { scopes: ['openid'], callbackUrls: ['https://app.example.com'] };
const response = { body: 1 };

test.each([
  [arn, true],
  ['arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a', true],
  ['eu-central-1_AbC123', false],
  ['', false],
  ['arn:aws:cognito-idp:eu-central-1:11112222333:userpool/eu-central-1_AbC123', false],
  ['arn:aws:cognito-idp:eu-central-1:111122223333:userpool/us-east-1_AbC123', false],
  ['arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_', false],
  ['arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbC123/client/x', false],
  ['arn:aws:cognito-idp:mars:111122223333:userpool/mars_AbC123', false],
  ['arn:aws-cn:cognito-idp:cn-north-1:111122223333:userpool/cn-north-1_AbC123', false],
  ['arn:aws:cognito-identity:eu-central-1:111122223333:identitypool/eu-central-1_AbC123', false],
])('userPool.arn: %j is allowed: %j', (text, isAllowed) => {
  const parse = () => parseSettings({ userPool: { arn: text } }).userPool.arn;
  if (isAllowed) {
    expect(parse()).toBe(text);
  } else {
    expect(parse).toThrow('userPool.arn: must ');
  }
});

test('the settings of a pool are rejected together with the ARN of one, in the one report', () => {
  expect(() =>
    parseSettings(
      {
        userPool: { arn, name: 'mine' },
        resourceServers: { api: { scopes: { read: 'read' } } },
        appClients: { web: client },
        routes: { 'GET /a': { scopes: ['read', 'api/', 'openid', 'https://api.example.com/v1/read'], response } },
      },
      { DOMAIN_PREFIX: 'mine' },
    ),
  ).toThrowErrorMatchingInlineSnapshot(`
   "6 settings are wrong. Nothing was written.

   In cdktf.json, context.settings:
     resourceServers: conflicts with userPool.arn, because the stacks do not manage an existing user pool
     appClients: conflicts with userPool.arn, because the stacks do not manage an existing user pool
     userPool.name: conflicts with userPool.arn, because the stacks do not manage an existing user pool
     routes["GET /a"].scopes[0]: must be a scope, got "read"; allowed: IDENTIFIER/NAME of a scope of a resource server, openid, email, phone, profile, aws.cognito.signin.user.admin
     routes["GET /a"].scopes[1]: must be a scope, got "api/"; allowed: IDENTIFIER/NAME of a scope of a resource server, openid, email, phone, profile, aws.cognito.signin.user.admin

   In the environment variable DOMAIN_PREFIX:
     domainPrefix: conflicts with userPool.arn, because the stacks do not manage an existing user pool"
  `);
});

test('only the settings that have an effect are listed', () => {
  const given: GivenSettings = { settings: { userPool } };
  const [environment] = parseEnvironments(given);
  const listed = listSettings(environment!, given, {}).map(({ setting }) => setting);
  expect(listed).toEqual(expect.arrayContaining(['userPool.arn', 'restApi.name', 'region']));
  expect(
    listed.filter((setting) => /^(?:userPool\.(?!arn)|domainPrefix|resourceServers|appClients)/.test(setting)),
  ).toEqual([]);
});

describe('an environment', () => {
  const ofStaging = (settings: object, own: object) =>
    parseEnvironments({ settings, environments: { staging: own } })[1]!.settings;
  const ownPool = {
    domainPrefix: 'my-login',
    userPool: { name: 'mine', selfSignUpEnabled: false },
    resourceServers: { api: { scopes: { read: 'read' } } },
    appClients: { web: { ...client, scopes: ['api/read'] } },
    routes: { 'GET /a': { scopes: ['api/read'], response } },
  };

  test('with an ARN inherits no setting of a pool', () => {
    const { appClients, resourceServers, domainPrefix, routes, ...others } = ofStaging(ownPool, { userPool });
    expect(others.userPool).toEqual({ ...defaultSettings.userPool, arn });
    expect({ appClients, resourceServers, domainPrefix }).toEqual({
      appClients: defaultSettings.appClients,
      resourceServers: defaultSettings.resourceServers,
      domainPrefix: defaultSettings.domainPrefix,
    });
    expect(Object.keys(routes)).toEqual(['GET /a']);
    expect(others.restApi.name).toBe('awesome-api-staging');
  });

  test('inherits the ARN', () => {
    expect(ofStaging({ userPool }, {}).userPool.arn).toBe(arn);
  });

  test.each([
    ['its domain prefix', { domainPrefix: 'my-login' }],
    ['a setting of the pool', { userPool: { selfSignUpEnabled: false } }],
    ['a pool with the default settings', { userPool: {} }],
  ])('that sets %s has a pool of its own instead of the ARN', (_what, own) => {
    const routes = { 'GET /a': { scopes: ['openid'], response } };
    const settings = ofStaging({ userPool, routes }, own);
    expect(settings.userPool).toMatchObject({ name: 'awesome-cognito-user-pool-staging' });
    expect(settings.userPool.arn).toBeUndefined();
    expect(settings).toMatchObject({ domainPrefix: expect.stringContaining('-') as string, ...own });
  });

  test('that sets both is rejected', () => {
    expect(() => ofStaging({}, { userPool, domainPrefix: 'my-login' })).toThrow(
      'In cdktf.json, context.environments.staging:\n  domainPrefix: conflicts with userPool.arn, because the stacks do not manage an existing user pool',
    );
  });

  test('has no domain prefix, which another could use', () => {
    expect(() => parseEnvironments({ environments: { a: { userPool }, b: { userPool } } })).not.toThrow();
  });
});

test.each([
  ['customDomain', { name: 'login.example.com' }],
  ['login', { style: 'classic' }],
])('the %s of a pool is rejected together with the ARN of one', (name, value) => {
  expect(() => parseSettings({ userPool: { arn }, [name]: value })).toThrow(`${name}: conflicts with userPool.arn`);
});
