import { request } from 'node:http';

import { TestServices } from '../../../support/local-services';
import { expectError, UserPoolApi } from '../../../support/user-pool-api';

const localServices = new TestServices();
let api: UserPoolApi;

beforeAll(async () => {
  api = new UserPoolApi(await localServices.serve());
});

describe('a response', () => {
  test('has the type of the AWS JSON protocol and a request ID', async () => {
    const { email, password } = api.services.demoUser;
    const { status, headers } = await api.signIn(email, password);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-amz-json-1.1']);
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('of an error has the name and the message in the body and in headers', async () => {
    const answer = await api.signIn(api.services.demoUser.email, 'wrong');
    expectError(answer, 'NotAuthorizedException', 'Incorrect username or password.');
    expect(answer.headers.get('x-amzn-errormessage')).toBe('Incorrect username or password.');
    expect(answer.headers.get('content-type')).toBe('application/x-amz-json-1.1');
  });

  test('is an error for a page of another host that calls an operation with credentials', async () => {
    const describeFrom = (Origin: string) => {
      const { headers, body } = api.adminRequest('DescribeUserPool', {});
      return api.call('DescribeUserPool', body, { ...headers, Origin });
    };
    for (const origin of ['https://example.com', 'http://localhost.example.com', 'null']) {
      expectError(await describeFrom(origin), 'AccessDeniedException', /^Pages of other hosts/);
    }
    expect((await describeFrom('http://localhost:3000')).status).toBe(200);
  });

  test('has its message in the header in part, if that would be too long for a client', async () => {
    const answer = await api.initiateAuth('x'.repeat(20_000), {});
    expectError(answer, 'InvalidParameterException');
    expect(answer.headers.get('x-amzn-errormessage')).toHaveLength(1024);
  });

  test('is one that a page of any origin can read', async () => {
    const preflight = await fetch(api.services.userPoolApiUrl, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://localhost:3000',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-amz-target,x-amz-user-agent',
      },
    });
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type,x-amz-target,x-amz-user-agent',
      'access-control-max-age': '172800',
    });
    const { headers } = await api.call('GetUser', { AccessToken: 'x' }, { Origin: 'http://localhost:3000' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('x-amzn-ErrorType');
  });
});

describe('the host of the API', () => {
  test.each(['jwks.json', 'openid-configuration'])('has %s under the ID of the pool, as on AWS', async (name) => {
    const { userPoolApiUrl, loginDomainUrl } = api.services;
    const at = (url: string) =>
      fetch(`${url}/${api.userPoolId}/.well-known/${name}`, { headers: { Origin: 'https://a.b' } });
    const response = await at(userPoolApiUrl);
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    const ofLogin = (await (await at(loginDomainUrl)).json()) as Record<string, unknown>;
    const keysUrl = `${userPoolApiUrl}/${api.userPoolId}/.well-known/jwks.json`;
    expect(await response.json()).toEqual({ ...ofLogin, ...('jwks_uri' in ofLogin && { jwks_uri: keysUrl }) });
  });
});

describe('an operation that is not served', () => {
  test.each(['CreateUserPool', 'ConfirmDevice', 'constructor', '__proto__'])('is named: %s', async (name) => {
    expectError(await api.call(name, {}), 'UnknownOperationException', `${name} is not served on this machine.`);
  });

  test.each([
    ['no name', { 'X-Amz-Target': '' }],
    ['the name of another service', { 'X-Amz-Target': 'AWSCognitoIdentityService.GetId' }],
    ['a name that no operation can have', { 'X-Amz-Target': 'AWSCognitoIdentityProviderService.Sign Up' }],
    ['another type of content', { 'Content-Type': 'application/json' }],
  ])('is what a request with %s asks for', async (_, headers) => {
    expectError(
      await api.call('SignUp', {}, headers),
      'UnknownOperationException',
      'The request does not name an operation.',
    );
  });

  test('is anything but a POST', async () => {
    const response = await fetch(api.services.userPoolApiUrl);
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'UnknownOperationException:']);
  });
});

describe('a request that AWS wants signed', () => {
  const operations = ['AdminGetUser', 'ListUsers', 'DescribeUserPool', 'AdminInitiateAuth', 'AdminCreateUser'];

  test.each(operations)('is rejected without a signature: %s', async (operation) => {
    const request = { UserPoolId: api.userPoolId, Username: api.services.demoUser.email };
    expectError(await api.call(operation, request), 'MissingAuthenticationTokenException');
    expectError(await api.call(operation, request, { Authorization: 'Bearer x.y.z' }), 'IncompleteSignatureException');
  });

  test('succeeds with any signature', async () => {
    expect((await api.admin('DescribeUserPool', {})).status).toBe(200);
  });
});

describe('a request is checked against AWS’s model before anything else:', () => {
  const missing = (name: string) =>
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`;

  test.each<[string, string, object, string]>([
    ['a missing member', 'GetUser', {}, missing('accessToken')],
    ['a null', 'InitiateAuth', { ClientId: null, AuthFlow: 'USER_PASSWORD_AUTH' }, missing('clientId')],
    [
      'a pattern, without the value, which is a secret',
      'InitiateAuth',
      { ClientId: 'a-b', AuthFlow: 'USER_PASSWORD_AUTH' },
      "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+",
    ],
    [
      'a set of values, with the value',
      'VerifyUserAttribute',
      { AccessToken: 'x', AttributeName: 'x'.repeat(33), Code: '1' },
      `1 validation error detected: Value '${'x'.repeat(33)}' at 'attributeName' failed to satisfy constraint: Member must have length less than or equal to 32`,
    ],
    [
      'two members at once',
      'ForgotPassword',
      { ClientId: '', Username: 'x' },
      "2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+; Value at 'clientId' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'a member of a list',
      'SignUp',
      { ClientId: 'x', Username: 'x', UserAttributes: [{ Name: 'a', Value: 'b' }, { Value: 'b' }] },
      missing('userAttributes.2.member.name'),
    ],
  ])('%s', async (_, operation, request, message) => {
    expectError(await api.call(operation, request), 'InvalidParameterException', message);
  });

  test('a null as a member that is missing', async () => {
    expect((await api.admin('ListUsers', { Limit: null, Filter: null, PaginationToken: null })).status).toBe(200);
    expectError(
      await api.call('AssociateSoftwareToken', { AccessToken: null }),
      'InvalidParameterException',
      'Exactly one of AccessToken and Session is required.',
    );
  });

  test('numbers and values of a list', async () => {
    expectError(
      await api.admin('ListUsers', { Limit: 61 }),
      'InvalidParameterException',
      "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
    );
    expectError(
      await api.admin('AdminCreateUser', { Username: 'x', MessageAction: 'SEND' }),
      'InvalidParameterException',
      "1 validation error detected: Value 'SEND' at 'messageAction' failed to satisfy constraint: Member must satisfy enum value set: [RESEND, SUPPRESS]",
    );
  });

  test.each<[string, object | string]>([
    ['what is not JSON', '{'],
    ['a list', []],
    ['null', 'null'],
    ['a number for a string', { AccessToken: 1 }],
    ['a string for an object', { AccessToken: 'x', SoftwareTokenMfaSettings: 'on' }],
  ])('%s', async (_, request) => {
    expectError(await api.call('SetUserMFAPreference', request), 'SerializationException');
  });

  test('more than 256 KiB', async () => {
    expectError(await api.call('GetUser', { AccessToken: 'x'.repeat(300_000) }), 'RequestEntityTooLargeException');
  });
});

test('a request for another host name is rejected', async () => {
  const { port } = new URL(api.services.userPoolApiUrl);
  const status = await new Promise((resolve, reject) => {
    request({ port, method: 'POST', headers: { Host: 'evil.example.com' } }, (response) => {
      // A response that nobody reads keeps its connection open.
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(421);
});
