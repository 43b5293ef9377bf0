import { parseSettings } from '../../src/settings/environments';
import { defaultSettings } from '../../src/settings/settings';
import { synthesizedByMain } from '../support/main-stacks';
import { addresses, parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const client = {
  scopes: ['openid'],
  callbackUrls: ['https://app.example.com/callback'],
};
const route = { scopes: ['openid'], response: { body: {} } };

function withClient(change: object): object {
  return { appClients: { web: { ...client, ...change } } };
}

const uuid = '12345678-90ab-cdef-1234-567890abcdef';
const certificateArn = `arn:aws:acm:us-east-1:111122223333:certificate/${uuid}`;
const kmsKeyArn = `arn:aws:kms:us-east-1:111122223333:key/${uuid}`;
const webAclArn = `arn:aws:wafv2:us-east-1:111122223333:regional/webacl/login-1/${uuid}`;

/** A text of the wanted length. */
const x = (length: number) => 'x'.repeat(length);

describe('settings', () => {
  test('are the reference when none is given', () => {
    expect(parseSettings({})).toEqual(defaultSettings);
  });

  test('replace the default map as a whole, and within an entry only what is given', () => {
    const { appClients, resourceServers } = parseSettings({
      appClients: { web: client },
    });
    expect(Object.keys(appClients)).toEqual(['web']);
    expect(appClients.web).toMatchObject({
      ...client,
      accessTokenValidity: '60 minutes',
      generateSecret: false,
    });
    expect(resourceServers).toEqual(defaultSettings.resourceServers);
  });

  test('take the domain prefix from the environment before the file', () => {
    expect(parseSettings({ domainPrefix: 'file' }, { DOMAIN_PREFIX: 'shell' }).domainPrefix).toBe('shell');
    expect(parseSettings({ domainPrefix: 'file' }, {}).domainPrefix).toBe('file');
  });

  test('do not take the region from the environment', () => {
    expect(parseSettings({}, { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' }).region).toBe('us-east-1');
  });

  test.each([
    [
      'domainPrefix',
      ['a', 'my-app-1', x(63)],
      ['', x(64), 'My-app', '-app', 'app-', 'my_app', 'my-aws', 'cognitos', 'amazonia', 'ä'],
    ],
    [
      'region',
      ['us-east-1', 'ap-southeast-4'],
      ['', 'us-east', 'US-EAST-1', 'eu-west-4', 'cn-north-1', 'us-gov-west-1'],
    ],
    ['providerVersion', ['6.25.0', '~> 6.0', '>= 5.100.0, < 7.0.0'], ['', 'latest', '^6.0.0', '>= 6 || < 5']],
    ['userPool.name', ['p', 'my pool+=,.@-_', x(128)], ['', x(129), 'pool!', 'pool/1']],
    ['userPool.verificationEmail.subject', ['s', x(140)], ['', x(141), 'a\u0000b', 'a\u00a0b']],
    [
      'userPool.verificationEmail.message',
      ['{####}', `${x(19_994)}{####}`],
      ['', 'no code', '{###}', `${x(19_995)}{####}`],
    ],
    ...['restApi.name', 'restApi.authorizerName'].map((path): [string, unknown[], unknown[]] => [
      path,
      ['a', 'Bestellungen für Ärzte', x(1024)],
      ['', x(1025), 'a\u0000', 'a\nb', 'a\u0085', 'a\u2028', 'a\ud800'],
    ]),
    ['groups.admins.description', ['may\tread\nand write'], ['a\u0000', 'a\u001b[1m', 'a\ud800']],
    ['userPool.name', ['a\tb'], ['a\u00a0b']],
    ['userPool.verificationEmail.message', ['line\nline {####}'], ['{####}\u0000', '{####}\u2028']],
    ['providerVersion', ['6.0.0-beta1'], []],
    [
      'cors.allowOrigin',
      ['capacitor://localhost', 'http://[::1]:3000', 'http://localhost:443'],
      [
        'https://example.com:443',
        'http://example.com:80',
        "https://ex'ample.com",
        'https://*.example.com',
        'https://user@example.com',
        'https://-a.example',
        'http://256.1.1.1',
        'http://[::g]',
        'https://a.example:0',
        'https://a.example:65536',
      ],
    ],
    [
      'tags',
      [Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, '']))],
      [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, '']))],
    ],
    ['restApi.stageName', ['prod', 'v_1-2', x(128)], ['', x(129), 'a.b', 'a/b', '$default', 'test-invoke-stage']],
    ['restApi.endpointType', ['REGIONAL', 'EDGE'], ['PRIVATE', 'regional']],
    [
      'cors.allowOrigin',
      ['*', 'https://app.example.com', 'http://localhost:3000'],
      ['', 'app.example.com', 'https://app.example.com/', "'*'"],
    ],
    [
      'cors.allowOrigin',
      [['https://a.example'], ['https://a.example', 'https://b.example:8443']],
      [[], ['*'], ['https://a.example', 'https://b.example/'], [1]],
    ],
    ['cors.allowCredentials', [false], ['true', true]],
    [
      'restApi.accessLogs',
      [{}, { retentionInDays: 3653 }, { retentionInDays: 0 }],
      ['on', true, { retentionInDays: 2 }, { format: 'x' }],
    ],
    [
      'restApi.executionLogs',
      [{}, { level: 'info', retentionInDays: 1 }],
      ['info', { level: 'INFO' }, { level: 'off' }, { retentionInDays: -1 }],
    ],
    ['restApi.binaryMediaTypes', [[], ['image/png', 'application/vnd.api+json']], [['image/png', 'image/png']]],
    ['restApi.metrics', [true], ['yes']],
    ['restApi.tracing', [true], [1]],
    ['restApi.manageAccountLogging', [true], ['yes']],
    [
      'restApi.throttling',
      [
        { rateLimit: 1, burstLimit: 1 },
        { rateLimit: 0.1, burstLimit: 2 ** 31 - 1 },
        { rateLimit: 0.000001, burstLimit: 1 },
      ],
      [
        {},
        { rateLimit: 10 },
        { burstLimit: 10 },
        // The provider does not send 0.
        { rateLimit: 0, burstLimit: 1 },
        { rateLimit: 1, burstLimit: 0 },
        { rateLimit: 1, burstLimit: 2 ** 31 },
        { rateLimit: 1, burstLimit: 1.5 },
        { rateLimit: 1e300, burstLimit: 1 },
        // The provider would send 0.000000.
        { rateLimit: 1e-9, burstLimit: 1 },
        { rateLimit: 0.1234567, burstLimit: 1 },
        { rateLimit: -1, burstLimit: -1 },
      ],
    ],
    [
      'restApi.customDomain',
      [
        { name: 'api.example.com', certificateArn },
        { name: `${x(63)}.example`, certificateArn, basePath: 'v1' },
        { name: 'a.io', certificateArn, basePath: x(300) },
        { name: '*.example.com', certificateArn },
      ],
      [
        {},
        { name: 'api.example.com' },
        ...[
          '',
          'localhost',
          'API.example.com',
          '*.com',
          'a.*.example.com',
          'abc.execute-api.us-east-1.amazonaws.com',
          'd111.cloudfront.net',
          'https://api.example.com',
          `${x(64)}.example`,
          '-a.b',
        ].map((name) => ({ name, certificateArn })),
        { name: '10.0.0.1', certificateArn },
        { name: 'a.b', certificateArn: certificateArn.replace('us-east-1', 'eu-west-1') },
        { name: 'a.b', certificateArn: certificateArn.replace(':acm:', ':iam:') },
        ...['', '/', 'a/b', '..', 'a b', x(301)].map((basePath) => ({ name: 'a.b', certificateArn, basePath })),
      ],
    ],
    ...['restApi.logKmsKeyArn', 'userPool.logKmsKeyArn'].map((path): [string, unknown[], unknown[]] => [
      path,
      [kmsKeyArn, kmsKeyArn.replace(uuid, `mrk-${'0'.repeat(32)}`)],
      ['', uuid, kmsKeyArn.replace('us-east-1', 'us-east-2'), 'arn:aws:kms:us-east-1:111122223333:alias/logs'],
    ]),
    ...['restApi.webAclArn', 'userPool.webAclArn'].map((path): [string, unknown[], unknown[]] => [
      path,
      [webAclArn],
      [
        '',
        webAclArn.replace('us-east-1', 'eu-west-1'),
        // A web ACL for CloudFront.
        webAclArn.replace('regional', 'global'),
        webAclArn.replace('webacl', 'rulegroup'),
        webAclArn.replace('arn:aws:', 'arn:aws-cn:'),
      ],
    ]),
    ['restApi.disableExecuteApiEndpoint', [false], [true, 'no']],
    ['cors.allowHeaders', [['Authorization']], [[], ["It's"], ['A B'], 'Authorization']],
    ['cors.allowMethods', [['GET']], [[], ['get'], ['ANY']]],
    ['cors.exposeHeaders', [['X-Request-Id'], ['*']], [[], [''], ['A B'], "It's"]],
    ['cors.maxAge', [-1, 0, 86_400], [-2, 86_401, 0.5, '1 hour']],
    [
      'tags',
      [{}, { 'a:b': '' }, { 'cost center': 'team ä' }],
      [
        { ' a': 'y' },
        { 'a ': 'y' },
        { a: ' y' },
        { a: 'aws:y' },
        { 'aws:x': 'y' },
        { 'AWS:x': 'y' },
        { a: '<' },
        { '': 'y' },
        [],
        { Team: 'a', team: 'b' },
      ],
    ],
    [
      'state',
      ['local', { s3: { bucket: 'a.b-c', keyPrefix: 'a' } }],
      [
        's3',
        ...['ab', 'a..b', '10.0.0.1', 'xn--a', 'a-s3alias', 'a--x-s3'].map((bucket) => ({
          s3: { bucket, keyPrefix: 'a' },
        })),
      ],
    ],
  ] as [string, unknown[], unknown[]][])('%s takes %j and not %j', (path, right, wrong) => {
    const at = (value: unknown) => path.split('.').reduceRight((inner, name) => ({ [name]: inner }), value) as object;
    for (const value of right) {
      expect(() => parseSettings(at(value))).not.toThrow();
    }
    for (const value of wrong) {
      expect(() => parseSettings(at(value))).toThrow(path);
    }
  });

  test('requires each member of an object that is one of several values', () => {
    expect(() => parseSettings({ state: { s3: { bucket: 'aaa' } } })).toThrow('state.s3.keyPrefix: is required');
  });

  test.each([
    [
      'accessTokenValidity',
      ['5 minutes', '300 seconds', '24 hours', '1 day'],
      ['4 minutes', '299 seconds', '25 hours', '60', '1.5 hours', '0 days', 60],
    ],
    ['idTokenValidity', ['5 minutes', '1 day'], ['299 seconds', '2 days']],
    ['refreshTokenValidity', ['60 minutes', '3650 days'], ['59 minutes', '3651 days']],
    [
      'callbackUrls',
      [
        ['https://a.example'],
        ['http://localhost:3000/x'],
        ['http://127.0.0.1'],
        ['http://[::1]:8080/'],
        ['myapp://callback'],
        [`https://a.example/${x(1006)}`],
      ],
      [
        [],
        ['http://a.example'],
        ['/callback'],
        ['https://a.example/#x'],
        ['https://'],
        ['javascript:alert(1)'],
        ['file:///etc'],
        ['http://localhost.example'],
        ['https://a b.example'],
        ['https://a.example:0/'],
        ['https:///a.example'],
        ['https://?a=b'],
        ['https://*.example.com/'],
        ['https://user@a.example/'],
        ['https://a.example/<b>'],
        ['https://a.example/%zz'],
        ['https://1.2.3/'],
        ['about:/blank'],
        ['mailto:/a'],
        ['wss://a.example'],
        [`https://a.example/${x(1007)}`],
      ],
    ],
    ['logoutUrls', [[], ['https://a.example/bye']], [['http://a.example'], ['']]],
    [
      'scopes',
      [['openid', 'email'], ['awesomeapi-resource-server/awesomeapi.read'], undefined],
      [
        [],
        ['email'],
        ['phone', 'profile'],
        ['awesomeapi.read'],
        ['awesomeapi-resource-server/other'],
        ['offline_access'],
      ],
    ],
    [
      'explicitAuthFlows',
      [['ALLOW_REFRESH_TOKEN_AUTH']],
      [[], ['ALLOW_USER_SRP_AUTH'], ['ALLOW_REFRESH_TOKEN_AUTH', 'USER_PASSWORD_AUTH']],
    ],
    ['generateSecret', [true, false], ['yes', 1]],
    [
      'scopes',
      [Array.from({ length: 50 }, () => 'openid')],
      [Array.from({ length: 51 }, () => 'openid'), ['x'.repeat(257)]],
    ],
    [
      'callbackUrls',
      [Array.from({ length: 100 }, () => 'myapp://x'), ['com.example.app:/callback']],
      [
        Array.from({ length: 101 }, () => 'myapp://x'),
        ['javascript://x'],
        ['https:/a.example'],
        ['http://0x7f.1/'],
        ['https://a.example/\u200b'],
        ['http://localhost@evil.example/'],
      ],
    ],
  ])('%s of an app client takes %j and not %j', (name, right, wrong) => {
    for (const value of right) {
      expect(() => parseSettings(withClient({ [name]: value }))).not.toThrow();
    }
    for (const value of wrong) {
      expect(() => parseSettings(withClient({ [name]: value }))).toThrow(`appClients.web.${name}`);
    }
  });

  test.each([
    [
      'GET /',
      'POST /a',
      'ANY /a/{id}',
      'DELETE /b/{rest+}',
      'PUT /a.b/c_d-e',
      'PATCH /.well-known/a..b',
      'HEAD /methods/GET',
      'GET /Default',
      'GET /resources',
      'POST /orders:cancel',
      'GET /events:batch/{a:b}',
    ],
  ])('routes take the names %j', (...names) => {
    const routes = Object.fromEntries(names.map((name) => [name, route]));
    expect(() => synthApp({ routes })).not.toThrow();
  });

  test.each([
    '/a',
    'GET',
    'GET a',
    'get /a',
    'OPTIONS /a',
    'TRACE /a',
    'GET /a/',
    'GET //a',
    'GET /{rest+}/a',
    'GET /a b',
    'GET /{}',
    'GET  /a',
    'GET /.',
    'GET /a/../b',
    'GET /a$',
    `GET /${x(1400)}`,
  ])('routes do not take the name %j', (name) => {
    expect(() => parseSettings({ routes: { [name]: route } })).toThrow(
      name === 'GET' ? 'routes.GET: ' : `routes["${name}"]: `,
    );
  });

  test.each([
    [
      'resource servers with one identifier',
      {
        resourceServers: {
          a: { identifier: 'x', scopes: { s: 's' } },
          b: { identifier: 'x', scopes: { s: 's' } },
        },
      },
      'resourceServers.b.identifier: must not be that of the resource server "a"',
    ],
    [
      'app clients with one address',
      { appClients: { 'a b': client, 'a.b': client } },
      'appClients["a.b"]: has the same Terraform address as "a b" (a_b)',
    ],
    [
      'paths with one address',
      { routes: { 'GET /a/b': route, 'GET /a_b': route } },
      'routes["GET /a_b"]: has the same Terraform address as "GET /a/b" (a_b)',
    ],
    [
      'a path with the address of the root',
      { routes: { 'GET /root': route } },
      'routes["GET /root"]: has the same Terraform address as the root of the API (root)',
    ],
    [
      'two variables below one path',
      { routes: { 'GET /a/{b}': route, 'GET /a/{c}/d': route } },
      'routes["GET /a/{c}/d"]: the variable {c} must be {b}, as in "GET /a/{b}"',
    ],
    [
      'a scope of a route that no server has',
      { routes: { 'GET /a': { ...route, scopes: ['x/y'] } } },
      'routes["GET /a"].scopes[0]: must be a scope of a resource server',
    ],
    [
      'an access token that outlives the refresh token',
      withClient({
        refreshTokenValidity: '1 hour',
        accessTokenValidity: '61 minutes',
      }),
      'accessTokenValidity: must not be longer',
    ],
    [
      'an ID token that outlives the refresh token',
      withClient({ refreshTokenValidity: '1 hour', idTokenValidity: '2 hours' }),
      'idTokenValidity: must not be longer',
    ],
    [
      'a Terraform template in a list',
      { cors: { allowHeaders: ['${x}'] } },
      'cors.allowHeaders[0]: must not contain ${',
    ],
    [
      'a name that cannot stand in for an identifier',
      { resourceServers: { 'Orders API': { scopes: { s: 's' } } } },
      'resourceServers["Orders API"].identifier: is required, because the name has characters',
    ],
    [
      'an app client that JavaScript has in every object',
      { appClients: { constructor: client } },
      'appClients.constructor: the name "constructor" is reserved',
    ],
    [
      'an app client that JavaScript puts before the first',
      { appClients: { web: client, '2': client } },
      'appClients["2"]: the name must contain a character that is not a digit',
    ],
    [
      'a path that JavaScript has in every object',
      { routes: { 'GET /toString': route } },
      'routes["GET /toString"]: the name "toString" is reserved',
    ],
    [
      'a name that JavaScript swallows',
      JSON.parse('{"tags":{"__proto__":"x"}}') as object,
      'tags.__proto__: the name "__proto__" is reserved',
    ],
    [
      'a default that no longer fits',
      { resourceServers: { a: { scopes: { s: 's' } } } },
      'appClients: is required, because the default uses a scope that no resource server has; allowed: a/s, openid',
    ],
    [
      'a Terraform template in a string',
      { restApi: { name: '${file("/etc/passwd")}' } },
      'restApi.name: must not contain ${',
    ],
    ['a Terraform template in a name', { tags: { '%{if}': 'x' } }, 'tags["%{if}"]: must not contain ${'],
    ['no app client', { appClients: {} }, 'appClients: must have 1 to 1000 entries, got 0'],
    ['no route', { routes: {} }, 'routes: must have at least 1 entry, got 0'],
    ['settings that are not an object', [], 'must be an object, got []'],
  ])('fail for %s', (_what, settings, message) => {
    expect(() => parseSettings(settings)).toThrow(message);
  });

  test.each([['statusCode', [200, 599], [199, 600, 200.5, '200']]])(
    '%s of a mock response takes %j and not %j',
    (name, right, wrong) => {
      const withResponse = (value: unknown) => ({
        routes: { 'GET /a': { ...route, response: { body: {}, [name]: value } } },
      });
      for (const value of right) {
        expect(() => parseSettings(withResponse(value))).not.toThrow();
      }
      for (const value of wrong) {
        expect(() => parseSettings(withResponse(value))).toThrow(`routes["GET /a"].response.${name}`);
      }
    },
  );

  test('the URL of an HTTP endpoint has a host that API Gateway takes, and is encoded', () => {
    const withUrl = (url: string) => ({ routes: { 'GET /a/{id}': { public: true, http: { url } } } });
    for (const url of [
      'https://backend.example.com',
      'HTTPS://Backend.example.com:8443/a%20b/{id}?q=~(x)!',
      'http://203.0.113.5/',
      'http://[2001:db8::1]:8080/',
    ]) {
      expect(() => parseSettings(withUrl(url))).not.toThrow();
    }
    for (const [url, problem] of [
      ['https://my_host.example.com/', 'must have a valid host'],
      ['https://-a.example/', 'must have a valid host'],
      ['https://a..example/', 'must have a valid host'],
      [`https://${x(64)}.example/`, 'must have a valid host'],
      [`https://${'a.'.repeat(127)}example/`, 'must have a valid host'],
      ['http://0x7f.1/', 'must have a valid host'],
      ['https://a.example:0/', 'must use port'],
      ['https://a.example/%zz', 'must be encoded'],
      ['https://a.example/[1]', 'must be encoded'],
      ['https://a.example/ä', 'must be encoded'],
      ['https://{id}.example/', 'must have braces only around a variable'],
      ['https://a.example/{', 'must have braces only around a variable'],
    ] as const) {
      expect(() => parseSettings(withUrl(url))).toThrow(`.http.url: ${problem}`);
    }
  });

  test.each([['the description of a scope', ['d', x(256)], ['', x(257)]]])(
    '%s takes %j and not %j',
    (_what, right, wrong) => {
      const withScope = (description: string) => ({
        resourceServers: { 'awesomeapi-resource-server': { scopes: { 'awesomeapi.read': description } } },
      });
      for (const description of right) {
        expect(() => parseSettings(withScope(description))).not.toThrow();
      }
      for (const description of wrong) {
        expect(() => parseSettings(withScope(description))).toThrow(
          'scopes["awesomeapi.read"]: must have 1 to 256 characters',
        );
      }
      expect(() => parseSettings(withScope('a\u0000'))).toThrow(
        'scopes["awesomeapi.read"]: must not contain "\\u0000"',
      );
    },
  );

  test('report every mistake of a file, those in an entry whose name is wrong as well', () => {
    const report = () =>
      parseSettings({
        regoin: 'eu-west-1',
        providerVersion: 'latest',
        tags: { 'aws:a': '<' },
        state: { s3: { bucket: 'B', keyPrefix: '/' } },
        userPool: { nmae: 'x', name: '!', verificationEmail: { subject: '', message: 'Hello ${x}' } },
        resourceServers: { 'a/b': { identifer: 'x', scopes: { 'x y': '' } }, c: { identifier: 'a b', scopes: {} } },
        appClients: {
          'web!': {
            scopes: ['x/y'],
            callbackUrls: ['http://app.example.com'],
            accessTokenValidity: '60',
            idTokenValidity: '2 hours',
            refreshTokenValidity: '1 hour',
            generateSecret: 'no',
            explicitAuthFlows: ['USER_PASSWORD_AUTH'],
          },
          mobile: {},
        },
        restApi: { endpointType: 'PRIVATE' },
        cors: { allowMethods: [] },
        routes: {
          'GET orders': { scopes: [], response: { statusCode: 700 } },
          'GET /{a}': { scopes: ['openid'], response: { statusCode: 204, bodyTemplate: '#if(' } },
          'GET /{b}': null,
        },
      });
    const wrong = [
      ...['regoin', 'providerVersion', 'tags["aws:a"]', 'tags["aws:a"]', 'state.s3.bucket', 'state.s3.keyPrefix'],
      ...['userPool.nmae', 'userPool.name', 'userPool.verificationEmail.subject'],
      ...['userPool.verificationEmail.message', 'userPool.verificationEmail.message'],
      ...['resourceServers["a/b"]', 'resourceServers["a/b"].identifer'],
      ...['resourceServers["a/b"].scopes["x y"]', 'resourceServers["a/b"].scopes["x y"]'],
      ...['resourceServers.c.identifier', 'resourceServers.c.scopes'],
      ...['appClients["web!"]', 'appClients["web!"].scopes[0]', 'appClients["web!"].callbackUrls[0]'],
      ...['appClients["web!"].accessTokenValidity', 'appClients["web!"].idTokenValidity'],
      ...['appClients["web!"].generateSecret', 'appClients["web!"].explicitAuthFlows[0]'],
      'appClients.mobile.callbackUrls',
      ...['restApi.endpointType', 'cors.allowMethods'],
      ...['routes["GET orders"]', 'routes["GET orders"].scopes', 'routes["GET orders"].response.statusCode'],
      'routes["GET orders"].response.body',
      ...['routes["GET /{a}"].response.bodyTemplate', 'routes["GET /{a}"].response.bodyTemplate'],
      ...['routes["GET /{b}"]', 'routes["GET /{b}"]'],
    ];
    expect(report).toThrow(`${wrong.length} settings are wrong. `);
    for (const path of wrong) {
      expect(report).toThrow(`\n  ${path}: `);
    }
  });

  test('report an unknown name in an object that can be a string as well', () => {
    const routes = { 'GET /orders': { scopes: ['openid'], lambda: { handler: 'src/README.md', memory: 128 } } };
    expect(() => parseSettings({ routes })).toThrow(
      /\.lambda\.handler: must .*\n.*\.lambda\.memory: unknown name.*; allowed: handler, memorySize, /,
    );
    const entry = { 'GET /orders': { scopes: ['openid'], lambda: { entry: 'src/orders.ts' } } };
    expect(() => parseSettings({ routes: entry })).toThrow(
      /\.lambda\.handler: is required\n.*\.lambda\.entry: unknown name; allowed: handler, /,
    );
  });

  test('report all mistakes at once, each with the value got, what is allowed and where to change it', () => {
    expect(() =>
      parseSettings(
        {
          regoin: 'eu-west-1',
          userPool: { name: 'pool!', verificationEmail: { message: 'Hello' } },
          resourceServers: { api: { scopes: { 'a/b': 'read' } } },
          appClients: {
            web: {
              scopes: ['api/write'],
              callbackUrls: ['http://app.example.com'],
              accessTokenValidity: '60',
            },
          },
          restApi: { stageName: 'v 1' },
          routes: { 'GET awesomeapi': { scopes: [], response: { body: {} } } },
        },
        { DOMAIN_PREFIX: 'my-cognito-app' },
      ),
    ).toThrowErrorMatchingInlineSnapshot(`
     "11 settings are wrong. Nothing was written.

     In the environment variable DOMAIN_PREFIX:
       domainPrefix: must not contain the reserved word "cognito", got "my-cognito-app"; allowed: 1 to 63 lowercase letters, digits and hyphens, with no hyphen first or last, and without the words aws, amazon and cognito

     In cdktf.json, context.settings:
       userPool.name: must not contain "!", got "pool!"; allowed: 1 to 128 characters: letters, digits, spaces and _ + = , . @ -
       userPool.verificationEmail.message: must have 6 to 20000 characters, got 5; allowed: 6 to 20000 letters, marks, symbols, digits, punctuation and spaces, with {####} where Cognito puts the code
       resourceServers.api.scopes["a/b"]: the name must not contain "/"; allowed: 1 to 256 characters: printable ASCII without space, " \\ and /
       appClients.web.callbackUrls[0]: must use https, except for localhost, got "http://app.example.com"; allowed: an absolute URL of 1 to 1024 characters without a fragment: https, http on localhost, 127.0.0.1 or [::1], or an app's own scheme such as myapp://callback
       appClients.web.accessTokenValidity: must be a duration, got "60"; allowed: 5 minutes to 1 day, in whole seconds, minutes, hours or days
       restApi.stageName: must not contain " ", got "v 1"; allowed: 1 to 128 characters: letters, digits, _ and -
       routes["GET awesomeapi"].scopes: must have at least 1 entry, got 0
       routes["GET awesomeapi"]: invalid path "awesomeapi"; allowed: GET, POST, PUT, PATCH, DELETE, HEAD, ANY, followed by a path of letters, digits and . _ - : with {variables}, of which the last can be {name+}
       regoin: unknown name (did you mean "region"?); allowed: region, providerVersion, tags, permissionsBoundary, state, domainPrefix, customDomain, login, userPool, groups, identityProviders, resourceServers, appClients, restApi, cors, routes
       appClients.web.scopes[0]: must be a scope of a resource server, got "api/write"; allowed: api/a/b, openid, email, phone, profile, aws.cognito.signin.user.admin"
    `);
  });
});

describe('the stacks', () => {
  test('define as many resource servers, app clients and routes as the settings name', () => {
    const { cognito, apiGateway } = synthApp({
      resourceServers: {
        orders: {
          identifier: 'https://api.example.com/orders',
          scopes: { read: 'read orders' },
        },
        people: { scopes: { read: 'read people', write: 'change people' } },
      },
      appClients: {
        web: {
          ...client,
          scopes: ['https://api.example.com/orders/read', 'openid'],
        },
        people: {
          ...client,
          scopes: ['people/write'],
          logoutUrls: ['https://app.example.com/'],
        },
      },
      routes: {
        'GET /orders/{id}': {
          ...route,
          scopes: ['https://api.example.com/orders/read'],
        },
        'POST /people': {
          scopes: ['people/write', 'people/read'],
          response: { statusCode: 201, body: [1] },
        },
      },
    });
    expect(resourceAt(cognito, 'aws_cognito_user_pool_client.web').allowed_oauth_scopes).toEqual([
      '${aws_cognito_resource_server.orders.identifier}/read',
      'openid',
    ]);
    expect(resourceAt(cognito, 'aws_cognito_user_pool_client.people')).toMatchObject({
      allowed_oauth_scopes: ['${aws_cognito_resource_server.people.identifier}/write'],
      logout_urls: ['https://app.example.com/'],
    });
    expect(addresses(apiGateway)).toEqual(
      expect.arrayContaining([
        'aws_api_gateway_resource.orders__id_',
        'aws_api_gateway_method.orders_OPTIONS',
        'aws_api_gateway_method.orders__id__GET',
        'aws_api_gateway_method.people_POST',
        'aws_api_gateway_integration_response.people_POST_201',
      ]),
    );
    expect(resourceAt(apiGateway, 'aws_api_gateway_integration.people_POST').request_templates).toEqual({
      'application/json': "{ 'statusCode': 201 }",
    });
    expect(resourceAt(apiGateway, 'aws_api_gateway_integration_response.people_POST_201').response_templates).toEqual({
      'application/json': '[1]',
    });
  });

  test('leave out an empty list, which would be proposed again by every plan', () => {
    expect(
      resourceAt(synthesizedByMain().cognito, 'aws_cognito_user_pool_client.awesome-app-client'),
    ).not.toHaveProperty('logout_urls');
  });

  test('write the settings of one value', () => {
    const { cognito, apiGateway } = synthApp({
      region: 'eu-central-1',
      domainPrefix: 'mine',
      userPool: { selfSignUpEnabled: false },
      restApi: { endpointType: 'EDGE', stageName: 'v1' },
      cors: { allowOrigin: 'https://app.example.com' },
      ...withClient({
        preventUserExistenceErrors: false,
        refreshTokenValidity: '36 hours',
      }),
    });
    expect(resourceAt(cognito, 'aws_cognito_user_pool.user_pool').admin_create_user_config).toEqual({
      allow_admin_create_user_only: true,
    });
    expect(resourceAt(cognito, 'aws_cognito_user_pool_client.web')).toMatchObject({
      prevent_user_existence_errors: 'LEGACY',
      refresh_token_validity: 36,
      token_validity_units: [
        {
          access_token: 'minutes',
          id_token: 'minutes',
          refresh_token: 'hours',
        },
      ],
    });
    expect(parse(cognito).output.HostedDomainUrl?.value).toBe(
      'https://${aws_cognito_user_pool_domain.domain.domain}.auth.eu-central-1.amazoncognito.com',
    );
    expect(resourceAt(apiGateway, 'aws_api_gateway_rest_api.rest_api').endpoint_configuration).toEqual({
      types: ['EDGE'],
    });
    expect(resourceAt(apiGateway, 'aws_api_gateway_stage.stage').stage_name).toBe('v1');
    for (const address of [
      'aws_api_gateway_integration_response.root_OPTIONS_204',
      'aws_api_gateway_integration_response.awesomeapi_GET_200',
    ] as const) {
      expect(resourceAt(apiGateway, address).response_parameters).toMatchObject({
        'method.response.header.Access-Control-Allow-Origin': "'https://app.example.com'",
      });
    }
  });
});

test('under a custom domain, the routes and the base path leave API Gateway the paths of its health check', () => {
  const domain = (basePath?: string) => ({
    restApi: { customDomain: { name: 'api.example.com', certificateArn, ...(basePath && { basePath }) } },
  });
  const routes = { 'GET /awesomeapi': route, 'GET /ping': route, 'GET /sping/{id}': route };
  expect(() => parseSettings({ ...domain(), routes })).toThrow(/^2 settings are wrong/);
  expect(() => parseSettings(domain('ping'))).toThrow('must not be /ping under a custom domain');
  expect(() => parseSettings({ ...domain('v1'), routes })).not.toThrow();
  expect(() => parseSettings({ routes })).not.toThrow();
});

test('a path has each variable once', () => {
  expect(() => parseSettings({ routes: { 'GET /{a}/{a}': route } })).toThrow('must not have the variable {a} twice');
  expect(() => parseSettings({ routes: { 'GET /{a}/{b}': route } })).not.toThrow();
});
