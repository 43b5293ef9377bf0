import { sign } from 'node:crypto';

import { PredictedState } from '../../../src/local/terraform/predicted-state';
import { mainStacks } from '../../support/main-stacks';
import { TestRestApi } from '../../support/rest-api';
import { byToken, restApiStack } from '../../support/rest-api-stack';
import { sharedKeys } from '../../support/shared-keys';
import { type Key, keyOf, signToken, signWithPublicKey, withOtherLastBits, writeToken } from '../../support/tokens';

const scope = 'awesomeapi-resource-server/awesomeapi.read';

const variants = restApiStack('variants', {
  stage: { variables: { greeting: 'hello' } },
  methods: {
    'GET /id-token': { method: byToken(), responses: { 200: { response_templates: json('open sesame') } } },
    'GET /orders': {},
    'GET /orders/new': { responses: { 200: { response_templates: json('named') } } },
    'GET /orders/{id}': { responses: { 200: { response_templates: json("one: $input.params('id')") } } },
    'ANY /files/{path+}': { responses: { 200: { response_templates: json("file: $input.params('path')") } } },
    'PUT /files/upload': {},
    'POST /echo': {
      integration: {
        request_templates: {
          'application/json': '#set($context.requestOverride.header.seen = $input.path("$.name")){"statusCode": 200}',
        },
      },
      responses: {
        200: { response_templates: json('$context.requestOverride.header.seen, $stageVariables.greeting') },
      },
    },
    'GET /override': {
      integration: {
        request_templates: {
          'application/json':
            '#set($context.responseOverride.status = 444)#set($context.responseOverride.header.X-Seen = "yes"){"statusCode": 200}',
        },
      },
    },
    'GET /override-own': {
      integration: {
        request_templates: json(
          ['Content-Length', 'Transfer-Encoding', 'connection', 'Content-Type']
            .map((name) => `#set($context.responseOverride.header.${name} = "5")`)
            .join('') + '{"statusCode": 200}',
        ),
      },
      responses: { 200: { response_templates: json('more than five') } },
    },
    'GET /claims': {
      method: byToken(scope),
      responses: {
        200: {
          response_templates: json(
            "$context.authorizer.claims.exp|$context.authorizer.claims.auth_time|$context.authorizer.claims['cognito:groups']",
          ),
        },
      },
    },
    'GET /headers': {
      responses: {
        200: {
          response_parameters: mapped({
            'X-CaSe': "'as written'",
            Server: "'mine'",
            Date: "'today'",
            Connection: "'upgrade'",
            'Content-Length': "'1'",
            'Content-Type': "'text/plain'",
            'Transfer-Encoding': "'chunked'",
            'X-Request': 'context.requestId',
            'X-None': 'integration.response.header.none',
          }),
        },
      },
    },
    'GET /line-break': {
      integration: {
        request_templates: {
          'application/json':
            '#set($context.responseOverride.header.X-Name = $input.params(\'name\')){"statusCode": 200}',
        },
      },
    },
    'GET /broken': { integration: { request_templates: json('{"statusCode": "200"}') } },
  },
});
const validating = restApiStack('validating', {
  authorizer: { identity_validation_expression: 'client-.*' },
  methods: { 'GET /id-token': { method: byToken() }, 'GET /scoped': { method: byToken(scope) } },
  gatewayResponses: {
    UNAUTHORIZED: {
      status_code: '418',
      response_parameters: {
        'gatewayresponse.header.X-Path': 'method.request.path.none',
        'gatewayresponse.header.X-Why': "'no'",
      },
      response_templates: {
        'application/json': '{"why":$context.error.messageString,"type":"$context.error.responseType"}',
      },
    },
  },
});
const otherPool = restApiStack('other');

const stacks = [...mainStacks(), variants, validating, otherPool];
const [issuer, variantsIssuer, validatingIssuer, otherIssuer] = new PredictedState(stacks)
  .resources('aws_cognito_user_pool')
  .map(({ attributes }) => `https://${String(attributes.endpoint)}`) as [string, string, string, string];

const [own, other] = sharedKeys();
const key = keyOf(own, 'ours');
const foreignKey = keyOf(other, 'ours');
const otherKey = keyOf(other, 'theirs');

const now = Math.floor(Date.now() / 1000);
const accessToken = { iss: issuer, token_use: 'access', scope: `openid ${scope}`, client_id: 'any', exp: now + 3600 };
const idToken = { iss: variantsIssuer, token_use: 'id', aud: 'client-1', exp: now + 3600 };

let restApi: TestRestApi;
beforeAll(async () => {
  restApi = await TestRestApi.serve(stacks, {
    [issuer]: [key.jwk],
    [variantsIssuer]: [key.jwk],
    [validatingIssuer]: [key.jwk],
    [otherIssuer]: [otherKey.jwk],
  });
});

function get(path: string, authorization?: string) {
  return restApi.call({ path, headers: authorization === undefined ? {} : { Authorization: authorization } });
}

describe('the route of the default stacks', () => {
  test.each([
    ['raw', signToken(accessToken, key)],
    ['after Bearer', `Bearer ${signToken(accessToken, key)}`],
    ['of any client of the pool', signToken({ ...accessToken, client_id: 'another' }, key)],
    ['with one wanted scope among others', signToken({ ...accessToken, scope: `a/b ${scope} c/d` }, key)],
  ])('lets in an access token %s', async (_, authorization) => {
    const { statusCode, headers, body } = await get('/prod/awesomeapi', authorization);

    expect({ statusCode, body }).toEqual({
      statusCode: 200,
      body: '{"statusCode":200,"message":"Hello From Protected Resource"}',
    });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'access-control-allow-origin': '*' });
  });

  const token = signToken(accessToken, key);
  const [header, claims, signature] = token.split('.') as [string, string, string];
  const withClaims = Buffer.from(JSON.stringify({ ...accessToken, scope: `${scope} more` })).toString('base64url');
  test.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['Bearer and nothing', 'Bearer '],
    ['another scheme', `Basic ${token}`],
    ['garbage', 'garbage'],
    ['three parts of garbage', 'a.b.c'],
    ['a token with other claims under its signature', `${header}.${withClaims}.${signature}`],
    ['a token without its signature', `${header}.${claims}.`],
    ['a token with padding behind its signature', `${token}==`],
    ['a token with padding behind its header', `${header}=.${claims}.${signature}`],
    ['a token with a space in its signature', `${header}.${claims}. ${signature}`],
    ['a token with other bits at the end of its signature', withOtherLastBits(token)],
    ['a token with a fourth part', `${token}.${signature}`],
    ['a token of alg none', writeToken({ alg: 'none' }, accessToken, () => Buffer.alloc(0))],
    ['a token of alg none with the kid', writeToken({ kid: 'ours', alg: 'none' }, accessToken, () => Buffer.alloc(0))],
    ['a token signed by HS256 with the public key', signWithPublicKey(accessToken, key)],
    [
      'a token that brings its own key',
      writeToken({ alg: 'RS256', jwk: foreignKey.jwk }, accessToken, signer(foreignKey)),
    ],
    ['a token of a foreign key with the same kid', signToken(accessToken, foreignKey)],
    ['a token of another pool', signToken({ ...accessToken, iss: otherIssuer }, otherKey)],
    ["another pool's token that names this pool", signToken(accessToken, otherKey)],
    ['a token of an issuer that is none', signToken({ ...accessToken, iss: 'https://example.com' }, key)],
    ['a token without an issuer', signToken({ ...accessToken, iss: undefined }, key)],
    ['a token that never expires', signToken({ ...accessToken, exp: undefined }, key)],
    ['an ID token', signToken({ ...idToken, iss: issuer }, key)],
    ['an ID token with a scope', signToken({ ...idToken, iss: issuer, scope }, key)],
    ['an access token without a wanted scope', signToken({ ...accessToken, scope: 'openid' }, key)],
    ['an access token with a part of the scope', signToken({ ...accessToken, scope: 'awesomeapi.read' }, key)],
    ['an access token without scopes', signToken({ ...accessToken, scope: undefined }, key)],
    ['a token of another use', signToken({ ...accessToken, token_use: 'refresh' }, key)],
  ])('keeps out %s', async (_, authorization) => {
    const { statusCode, headers, body } = await get('/prod/awesomeapi', authorization);

    expect({ statusCode, body }).toEqual({ statusCode: 401, body: '{"message":"Unauthorized"}' });
    expect(headers).toMatchObject({
      'x-amzn-errortype': 'UnauthorizedException',
      'access-control-allow-origin': '*',
      'content-length': '26',
    });
    expect(headers).not.toHaveProperty('www-authenticate');
  });

  test('reports that a token has expired only if it was valid before', async () => {
    const expired = { ...accessToken, exp: now - 1 };

    expect(await get('/prod/awesomeapi', signToken(expired, key))).toMatchObject({
      statusCode: 401,
      body: '{"message":"The incoming token has expired"}',
    });
    expect(await get('/prod/awesomeapi', signToken(expired, foreignKey))).toMatchObject({
      statusCode: 401,
      body: '{"message":"Unauthorized"}',
    });
  });

  test('rejects a token that it accepted before, once it has expired', async () => {
    const short = signToken({ ...accessToken, exp: now + 20 }, key);

    expect(await get('/prod/awesomeapi', short)).toMatchObject({ statusCode: 200 });
    await restApi.setTime((now + 20) * 1000);
    expect(await get('/prod/awesomeapi', short)).toMatchObject({
      statusCode: 401,
      body: '{"message":"The incoming token has expired"}',
    });
    await restApi.setTime();
  });

  test.each(['/prod', '/prod/awesomeapi'])('responds to the preflight of %s without a token', async (path) => {
    const { statusCode, headers, body } = await restApi.call({ method: 'OPTIONS', path });

    expect({ statusCode, body }).toEqual({ statusCode: 204, body: '' });
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD',
      'access-control-allow-headers':
        'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent',
      'content-type': 'application/json',
    });
  });

  test("sends API Gateway's headers in its order and with its names", async () => {
    const rejected = await get('/prod/awesomeapi');
    const answered = await get('/prod/awesomeapi', token);

    expect(rejected.headerNames.slice(0, 7)).toEqual([
      ...['Date', 'Content-Type', 'Content-Length', 'Connection'],
      ...['x-amzn-RequestId', 'x-amzn-ErrorType', 'x-amz-apigw-id'],
    ]);
    expect(rejected.headers['x-amzn-requestid']).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(rejected.headers['x-amz-apigw-id']).toMatch(/^[\w+/]{15}=$/);
    expect(answered.headerNames).toContain('Access-Control-Allow-Origin');
    expect(answered.headerNames).not.toContain('x-amzn-ErrorType');
    expect(answered.headerNames).not.toContain('X-Amzn-Trace-Id');
  });
});

describe('a call that no method is for', () => {
  test.each([
    ['a path that is none', { path: '/prod/none' }],
    ['a path without its stage', { path: '/awesomeapi/awesomeapi' }],
    ['a longer path', { path: '/prod/awesomeapi/more' }],
    ['a path with dots', { path: '/prod/x/../awesomeapi' }],
    ['a path with another case', { path: '/prod/AwesomeApi' }],
    ['an HTTP method that is not declared', { path: '/prod/awesomeapi', method: 'DELETE' }],
    ["HEAD, which GET's method does not serve", { path: '/prod/awesomeapi', method: 'HEAD' }],
    [
      'an HTTP method that API Gateway does not have, on a path with ANY',
      { path: '/variants/files/a', headers: { 'X-HTTP-Method-Override': 'CONNECT' } },
    ],
    [
      'an HTTP method that a header overrides',
      {
        path: '/prod/awesomeapi',
        headers: { 'X-HTTP-Method-Override': 'DELETE' },
      },
    ],
  ])('gets 403 and never 404 or 405: %s', async (_, call) => {
    const { statusCode, body } = await restApi.call(call);

    expect(statusCode).toBe(403);
    expect(body).not.toContain('Hello');
  });

  test('gets the error for a missing token, before a token is verified', async () => {
    expect(await get('/prod/none')).toMatchObject({
      body: '{"message":"Missing Authentication Token"}',
      headers: { 'x-amzn-errortype': 'MissingAuthenticationTokenException', 'access-control-allow-origin': '*' },
    });
  });

  test('has its Authorization header read as a signature', async () => {
    const bearer = await get('/prod/none', 'Bearer xyz');
    const raw = await get('/prod/none', 'xyz');

    expect(bearer.headers['x-amzn-errortype']).toBe('IncompleteSignatureException');
    expect(bearer.body).toMatch(
      /^\{"message":"Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '[\w+/]{43}='\."\}$/,
    );
    expect(raw.headers['x-amzn-errortype']).toBe('IncompleteSignatureException');
    expect(raw.body).toContain(
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter.",
    );
    expect(`${bearer.body}${raw.body}`).not.toContain('xyz');
  });

  test.each([
    ['bad percent-encoding', { path: '/prod/awesomeapi%zz' }, 400],
    ['a body over 10 MB', { path: '/variants/echo', method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) }, 413],
    ['headers over 16 KB', { path: '/prod/awesomeapi', headers: { 'X-Long': 'x'.repeat(17_000) } }, 431],
  ])('is rejected for %s', async (_, call, status) => {
    const { statusCode, body } = await restApi.call(call);

    expect(statusCode).toBe(status);
    expect(body).not.toContain('Hello');
  });
});

describe('routing', () => {
  test.each([
    ['a name goes before a parameter', '/variants/orders/new', 'named'],
    ['a parameter has the decoded part', '/variants/orders/a%2Fb', 'one: a/b'],
    ['a parameter takes its own name', '/variants/orders/%7Bid%7D', 'one: {id}'],
    ['a greedy parameter has the rest of the path', '/variants/files/a/b/c', 'file: a/b/c'],
    [
      'an HTTP method that a resource does not have goes to the greedy resource next to it',
      '/variants/files/upload',
      'file: upload',
    ],
  ])('%s', async (_, path, body) => {
    expect(await get(path)).toMatchObject({ statusCode: 200, body });
  });

  test.each(['/variants//orders/new', '//variants/orders/new', '/variants///orders/new/'])(
    'slashes before the first part of a path do not count: %s',
    async (path) => {
      expect(await get(path)).toMatchObject({ statusCode: 200, body: 'named' });
    },
  );

  test('slashes before the first part of a path do not lead past the authorizer', async () => {
    expect(await get('/prod//awesomeapi')).toMatchObject({ statusCode: 401 });
  });

  test('an encoded slash is part of a name, also in that of the stage', async () => {
    expect(await get('/variants%2Forders/new')).toMatchObject({ statusCode: 403 });
  });

  test('a greedy parameter needs at least one part', async () => {
    expect(await get('/variants/files')).toMatchObject({ statusCode: 403 });
  });
});

describe('the Cognito authorizer', () => {
  test('asks for an ID token where a method has no scopes', async () => {
    expect(await get('/variants/id-token', signToken(idToken, key))).toMatchObject({ statusCode: 200 });

    const rejected = await get('/variants/id-token', signToken({ ...accessToken, iss: variantsIssuer }, key));
    expect(rejected).toMatchObject({ statusCode: 401, body: '{"message":"Unauthorized"}' });
    // Without gateway responses of its own, an API lets no page read its rejections.
    expect(rejected.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('rejects an access token, which has no audience, when it has an expression for the audience', async () => {
    const ours = { ...idToken, iss: validatingIssuer };
    const call = async (path: string, claims: object) => (await get(path, signToken(claims, key))).statusCode;

    expect(await call('/validating/id-token', ours)).toBe(200);
    expect(await call('/validating/id-token', { ...ours, aud: 'not-client-1' })).toBe(418);
    expect(await call('/validating/scoped', { ...accessToken, iss: validatingIssuer })).toBe(418);
  });

  test('gives the claims to templates, all of them as strings', async () => {
    const claims = { exp: 4_000_000_000, auth_time: 1_784_695_444, 'cognito:groups': ['a', 'b'] };
    const { body } = await get('/variants/claims', signToken({ ...accessToken, iss: variantsIssuer, ...claims }, key));

    expect(body).toBe('Tue Oct 02 07:06:40 UTC 2096|1784695444|a,b');
  });
});

test.each([
  ['no token', undefined, 'Unauthorized'],
  [
    'an expired token',
    signToken({ ...accessToken, iss: validatingIssuer, exp: now - 1 }, key),
    'The incoming token has expired',
  ],
  ['an access token without a wanted scope', signToken({ ...accessToken, iss: validatingIssuer }, key), 'Unauthorized'],
])('%s gets the gateway response of type UNAUTHORIZED, as the API customises it', async (_, token, why) => {
  const { statusCode, headers, body } = await get('/validating/scoped', token);

  expect({ statusCode, body }).toEqual({ statusCode: 418, body: `{"why":"${why}","type":"UNAUTHORIZED"}` });
  expect(headers).toMatchObject({ 'x-why': 'no', 'x-amzn-errortype': 'UnauthorizedException' });
  expect(headers).not.toHaveProperty('x-path');
});

describe('the mock integration', () => {
  test('shows the response template what the request template has left in the context', async () => {
    const body = '{"name":"Grace"}';

    expect(await restApi.call({ method: 'POST', path: '/variants/echo', body })).toMatchObject({
      statusCode: 200,
      body: 'Grace, hello',
    });
  });

  test('lets the request template override the status and headers of the response, with no response template', async () => {
    expect(await get('/variants/override')).toMatchObject({ statusCode: 444, headers: { 'x-seen': 'yes' }, body: '' });
  });

  test("lets an override change none of API Gateway's own headers", async () => {
    const { headers, headerNames, body } = await get('/variants/override-own');

    expect(body).toBe('more than five');
    expect(headers).toMatchObject({
      'content-type': '5',
      'content-length': '14',
      'x-amzn-remapped-content-length': '5',
      'x-amzn-remapped-connection': '5',
    });
    expect(headerNames.filter((name) => /^(?:connection|transfer-encoding)$/i.test(name))).toEqual(['Connection']);
  });

  test('responds with 500 to a body of another media type, which yields no status', async () => {
    const headers = { 'Content-Type': 'text/plain' };

    expect(await restApi.call({ method: 'POST', path: '/variants/echo', headers, body: 'x' })).toMatchObject({
      statusCode: 500,
      body: '{"message":"Internal server error"}',
      headers: { 'x-amzn-errortype': 'InternalServerErrorException' },
    });
    expect(
      await restApi.call({ method: 'POST', path: '/variants/echo', headers, body: '{"statusCode":200}' }),
    ).toMatchObject({ statusCode: 200 });
  });

  test('responds with 500 when the status is a string', async () => {
    expect(await get('/variants/broken')).toMatchObject({
      statusCode: 500,
      body: '{"message":"Internal server error"}',
    });
  });

  test('sends header names as the mapping writes them, and its own under another name', async () => {
    const { headers, headerNames } = await get('/variants/headers');

    expect(headerNames).toEqual(
      expect.arrayContaining([
        ...['X-CaSe', 'x-amzn-Remapped-Server', 'x-amzn-Remapped-Date'],
        ...['x-amzn-Remapped-Connection', 'x-amzn-Remapped-Content-Length'],
      ]),
    );
    expect(headers).toMatchObject({
      'content-type': 'text/plain',
      'x-request': headers['x-amzn-requestid'],
      'x-amzn-remapped-date': 'today',
    });
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers).not.toHaveProperty('x-none');
  });

  test('does not put line breaks of a caller into headers', async () => {
    const { statusCode, statusMessage, headers } = await get('/variants/line-break?name=a%0d%0aSet-Cookie:%20b');

    expect([statusCode, statusMessage]).toEqual([500, 'Internal Server Error']);
    expect(headers).not.toHaveProperty('set-cookie');
  });
});

function signer({ privateKey }: Key): (signed: string) => Buffer {
  return (signed) => sign('RSA-SHA256', Buffer.from(signed), privateKey);
}

function json(template: string): Readonly<Record<string, string>> {
  return { 'application/json': template };
}

function mapped(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, value]));
}
