import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadEnvironments, parseEnvironments } from '../../src/settings/environments';
import { defaultSettings } from '../../src/settings/settings';

const scopes = ['awesomeapi-resource-server/awesomeapi.read'];
const route = { scopes, response: { body: { next: null } } };

/** Parses the environment `staging` of a project with these settings. */
function staging(own: object, settings: object = {}) {
  const [, environment] = parseEnvironments({ settings, environments: { staging: own } });
  return environment!;
}

describe('environments', () => {
  test('are the default environment alone when none is given', () => {
    expect(parseEnvironments({})).toEqual([{ name: undefined, suffix: '', settings: defaultSettings }]);
  });

  test('have stack names that end in their name', () => {
    expect(staging({})).toMatchObject({ name: 'staging', suffix: '-staging' });
  });

  test('inherit the settings of the default environment, and append their name to the names that share an account', () => {
    const settings = { domainPrefix: 'my-login', restApi: { stageName: 'v1' } };
    const [byDefault] = parseEnvironments({ settings });
    expect(staging({}, settings).settings).toEqual({
      ...byDefault!.settings,
      domainPrefix: 'my-login-staging',
      userPool: { ...defaultSettings.userPool, name: 'awesome-cognito-user-pool-staging' },
      restApi: { ...defaultSettings.restApi, name: 'awesome-api-staging', stageName: 'v1' },
    });
  });

  test('inherit the region of a bucket with the bucket, and not without it', () => {
    const settings = { region: 'eu-west-1', state: { s3: { bucket: 'aaa', keyPrefix: 'b' } } };
    expect(staging({ region: 'eu-central-1' }, settings).settings.state).toEqual({
      s3: { bucket: 'aaa', keyPrefix: 'b', region: 'eu-west-1' },
    });
    const withRegion = { state: { s3: { ...settings.state.s3, region: 'us-east-1' } } };
    expect(staging({ state: { s3: { bucket: 'ccc' } } }, withRegion).settings.state).toEqual({
      s3: { bucket: 'ccc', keyPrefix: 'b' },
    });
  });

  test('keep a name that they set', () => {
    const names = { domainPrefix: 'a', userPool: { name: 'b' }, restApi: { name: 'c' } };
    expect(staging(names).settings).toMatchObject(names);
  });

  test('write the domain prefix in lowercase letters', () => {
    const [, environment] = parseEnvironments({ settings: { domainPrefix: 'my-login' }, environments: { Test: {} } });
    expect(environment!.settings.domainPrefix).toBe('my-login-test');
  });

  test.each([
    [
      'an object key by key',
      { cors: { allowOrigin: '*' } },
      { cors: { allowMethods: ['GET'] } },
      'cors',
      {
        ...defaultSettings.cors,
        allowOrigin: '*',
        allowMethods: ['GET'],
      },
    ],
    [
      'a map by entry',
      { tags: { team: 'a', stage: 'b' } },
      { tags: { stage: 'c', owner: 'd' } },
      'tags',
      {
        team: 'a',
        stage: 'c',
        owner: 'd',
      },
    ],
    ['a map without the entries that are null', { tags: { team: 'a' } }, { tags: { team: null } }, 'tags', {}],
    [
      'the state of a bucket key by key',
      { state: { s3: { bucket: 'aaa', keyPrefix: 'b' } } },
      {
        state: { s3: { bucket: 'ccc' } },
      },
      'state',
      { s3: { bucket: 'ccc', keyPrefix: 'b' } },
    ],
    [
      'a state of another kind as a whole',
      { state: { s3: { bucket: 'aaa', keyPrefix: 'b' } } },
      {
        state: 'local',
      },
      'state',
      'local',
    ],
  ])('merge %s', (_what, settings, own, name, merged) => {
    expect(staging(own, settings).settings[name as 'cors']).toEqual(merged);
  });

  test.each([
    ['a bucket that it inherits', {}, 'us-east-1'],
    ['a bucket of its own', { state: { s3: { bucket: 'other' } } }, undefined],
    ['a region of the bucket that it sets', { state: { s3: { region: 'eu-west-1' } } }, 'eu-west-1'],
  ])('in another region have the region of %s', (_what, own, region) => {
    const settings = { domainPrefix: 'my-login', state: { s3: { bucket: 'states', keyPrefix: 'a' } } };
    const { state } = staging({ region: 'eu-central-1', ...own }, settings).settings;
    expect(state === 'local' ? state : state.s3.region).toBe(region);
  });

  test('also merge the default map by entry', () => {
    expect(Object.keys(staging({ routes: { 'GET /orders': route } }).settings.routes)).toEqual([
      'GET /awesomeapi',
      'GET /orders',
    ]);
    expect(staging({ routes: { 'GET /awesomeapi': null, 'GET /orders': route } }).settings.routes).toEqual({
      'GET /orders': { ...route, response: { statusCode: 200, body: { next: null } } },
    });
  });

  test('can remove the host name, the login or a response of the default environment', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
    const settings = {
      customDomain: { name: 'login.example.com', certificateArn },
      login: { style: 'classic' },
      restApi: { customDomain: { name: 'api.example.com', certificateArn } },
      routes: { 'GET /a': route },
    };
    const http = { url: 'https://backend.example.com' };
    const own = {
      customDomain: null,
      login: null,
      restApi: { customDomain: null },
      routes: { 'GET /a': { scopes: null, public: true, response: null, http } },
    };
    expect(staging(own, settings).settings).toEqual({
      ...defaultSettings,
      domainPrefix: `${defaultSettings.domainPrefix}-staging`,
      userPool: { ...defaultSettings.userPool, name: 'awesome-cognito-user-pool-staging' },
      restApi: { ...defaultSettings.restApi, name: 'awesome-api-staging' },
      routes: { 'GET /a': { public: true, http } },
    });
  });

  test.each(['domainPrefix', 'userPool', 'restApi', 'region'])('cannot remove %s, which always has a value', (name) => {
    const settings = { domainPrefix: 'my-login', region: 'eu-west-1' };
    expect(() => staging({ [name]: null }, settings)).toThrow(`${name}: must be`);
  });

  const account = 'us-east-1:111122223333';
  const uuid = '11111111-2222-3333-4444-555555555555';

  test.each([
    [
      'customDomain',
      { name: 'login.example.com', hostedZone: 'example.com' },
      { name: 'staging.example.com', certificateArn: `arn:aws:acm:${account}:certificate/${uuid}` },
      'hostedZone',
    ],
    ['userPool', { webAcl: 'count' }, { webAclArn: `arn:aws:wafv2:${account}:regional/webacl/a/${uuid}` }, 'webAcl'],
  ])('set null for an inherited member of %s that conflicts with one of their own', (name, inherited, own, member) => {
    const settings = { [name]: inherited };
    expect(() => staging({ [name]: own }, settings)).toThrow(
      new RegExp(`${name}\\.${member}: conflicts with .* In an environment that inherits the other, set that to null`),
    );
    expect(staging({ [name]: { ...own, [member]: null } }, settings).settings).toMatchObject({ [name]: own });
  });

  test('have their own app clients after those of the default environment; the outputs describe the first of all', () => {
    const client = { scopes: ['openid'], callbackUrls: ['https://app.example.com'] };
    const settings = { appClients: { web: client, b: client } };
    const names = (appClients: object) => Object.keys(staging({ appClients }, settings).settings.appClients);
    expect(names({ a: client, b: { logoutUrls: [] }, web: { logoutUrls: [] } })).toEqual(['web', 'b', 'a']);
    expect(names({ a: client, web: null })).toEqual(['b', 'a']);
  });

  test('replace a list and a response as a whole', () => {
    const settings = { routes: { 'GET /a': { scopes, response: { statusCode: 201, body: { a: 1 } } } } };
    const own = { routes: { 'GET /a': { scopes: ['openid'], response: { bodyTemplate: 'x' } } } };
    expect(staging(own, settings).settings.routes['GET /a']).toEqual({
      scopes: ['openid'],
      response: { statusCode: 200, bodyTemplate: 'x' },
    });
  });

  test('do not take DOMAIN_PREFIX, which is for the default environment', () => {
    const [byDefault, other] = parseEnvironments(
      { settings: { domainPrefix: 'file' }, environments: { staging: {} } },
      { DOMAIN_PREFIX: 'shell' },
    );
    expect(byDefault!.settings.domainPrefix).toBe('shell');
    expect(other!.settings.domainPrefix).toBe('file-staging');
  });

  test('report all problems of all environments at once, each with its place, and an inherited one once', () => {
    expect(() =>
      parseEnvironments({
        settings: { domainPrefix: 'my-login', cors: { allowOrigin: 'x' } },
        environments: {
          staging: { region: 'mars', routes: { 'GET /a': null, 'GET /awesomeapi': { scopes: ['x/y'] } } },
          Staging: { domainPrefix: 'my-login' },
          'a b': {},
          other: { state: 's4' },
          list: [],
        },
      }),
    ).toThrowErrorMatchingInlineSnapshot(`
     "10 settings are wrong. Nothing was written.

     In cdktf.json, context.settings:
       cors.allowOrigin: must be an origin, got "x"; allowed: *, an origin without a path, such as https://www.example.com, or a list of origins

     In cdktf.json, context.environments.staging:
       region: unknown AWS region "mars"; allowed: a commercial AWS region, such as us-east-1 or eu-central-1
       routes["GET /a"]: must be an object, got null
       routes["GET /awesomeapi"].scopes[0]: must be a scope of a resource server, got "x/y"; allowed: awesomeapi-resource-server/awesomeapi.read, openid, email, phone, profile, aws.cognito.signin.user.admin

     In cdktf.json, context.environments.Staging:
       the stack name Staging is already used by staging
       domainPrefix: the domain prefix "my-login" in us-east-1 is already used by the default environment

     In cdktf.json, context.environments.a b:
       domainPrefix: must be a domain prefix, got "my-login-a b"; allowed: 1 to 63 lowercase letters, digits and hyphens, with no hyphen first or last, and without the words aws, amazon and cognito

     In cdktf.json, context.environments.other:
       state: must be "local" or an object, got "s4"

     In cdktf.json, context.environments.list:
       must be an object, got []

     In cdktf.json, context.environments:
       ["a b"]: invalid environment name; allowed: 1 to 32 letters, digits and hyphens, with a letter or digit first and last"
    `);
  });

  test('can share a domain prefix in two regions', () => {
    const settings = { domainPrefix: 'my-login' };
    expect(() => staging({ ...settings, region: 'eu-west-1' }, settings)).not.toThrow();
    expect(() => staging(settings, settings)).toThrow(
      'domainPrefix: the domain prefix "my-login" in us-east-1 is already used by the default environment',
    );
  });

  test.each([
    [{ restApi: { name: 'orders' } }, 'orders-orders__id__GET'],
    // Characters that a function's name cannot have.
    [{ restApi: { name: 'orders api' } }, 'orders-api-orders__id__GET'],
    [{ restApi: { name: 'orders' }, routes: { 'ANY /': { public: true, lambda: 'src/no.ts' } } }, 'orders-root_ANY'],
  ])('cannot share the name of the API %j in one region where it gives two functions one name', (own, functionName) => {
    const routes = { 'GET /orders/{id}': { public: true, lambda: 'src/no.ts' } };
    const settings = { routes, ...own, domainPrefix: 'my-login' };
    const staging = { ...own, restApi: { name: own.restApi.name.replace(' ', '/') }, domainPrefix: 'my-staging' };
    const parse = (changes: object) => () =>
      parseEnvironments({ settings, environments: { staging: { ...staging, ...changes } } });
    const problem = `restApi.name: the function "${functionName}" in us-east-1 is already used by the default environment`;
    expect(parse({})).toThrow(problem);
    // The handler does not exist, which is reported either way.
    expect(parse({ region: 'eu-west-1' })).toThrow(/^(?!.*restApi\.name).*src\/no\.ts/s);
    expect(parse({ restApi: { name: 'other' } })).toThrow(/^(?!.*restApi\.name).*src\/no\.ts/s);
  });

  test.each(['a', 'eu-staging', '2', 'x'.repeat(32)])('can have the name %j', (name) => {
    expect(parseEnvironments({ environments: { [name]: {} } })[1]!.name).toBe(name);
  });

  test.each(['', '-a', 'a-', 'a b', 'a_b', 'ä', '__proto__', 'x'.repeat(33)])('cannot have the name %j', (name) => {
    expect(() => parseEnvironments({ environments: { [name]: {} } })).toThrow('invalid environment name');
  });
});

describe('loading the environments fails with one message and nothing else for', () => {
  const project = process.cwd();

  afterEach(() => {
    process.chdir(project);
    jest.restoreAllMocks();
  });

  test.each([
    [
      'wrong settings',
      '{"context":{"settings":{"region":"mars"}}}',
      'A setting is wrong. Nothing was written.\n\nIn cdktf.json, context.settings:\n  line 1, column 25: region: ',
    ],
    ['a cdktf.json that is not JSON', '{', 'cdktf.json is not valid JSON: '],
    ['a cdktf.json that is not an object', '[]', 'cdktf.json has the wrong structure: '],
    [
      'settings in the wrong place',
      '{"settings":{"region":"eu-west-1"}}',
      'cdktf.json: line 1, column 2: "settings" has no effect there: ',
    ],
    [
      'settings under a wrong name',
      '{"context":{"setings":{}}}',
      'cdktf.json: line 1, column 13: "setings" has no effect there: ',
    ],
    [
      'settings that are null',
      '{"context":{"settings":null}}',
      'A setting is wrong. Nothing was written.\n\nIn cdktf.json, context.settings:\n  line 1, column 13: must be an object, got null',
    ],
    ['no cdktf.json', undefined, 'cdktf.json does not exist in '],
  ])('%s', (_what, cdktfJson, message) => {
    process.chdir(mkdtempSync(join(tmpdir(), 'settings-')));
    if (cdktfJson !== undefined) {
      writeFileSync('cdktf.json', cdktfJson);
    }
    const said: string[] = [];
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${String(code)}`);
    });

    expect(() => loadEnvironments()).toThrow(new Error('exit 1'));
    expect(said).toEqual([expect.stringMatching(new RegExp(`^${message.replaceAll('.', '\\.')}`))]);
    expect(said[0]).not.toMatch(/^\s+at /m);
  });
});
