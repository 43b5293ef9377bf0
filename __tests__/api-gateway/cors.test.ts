import { parseSettings } from '../../src/settings/environments';
import { stacksOf } from '../support/main-stacks';
import { TestRestApi } from '../support/rest-api';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const [a, b, c] = ['https://a.example', 'https://b.example', 'http://localhost:3000'];
const routes = {
  'GET /order': { public: true, response: { body: { message: 'an order' } } },
  'GET /template': { public: true, response: { bodyTemplate: '{"origin": "$input.params(\'Origin\')"}' } },
  'DELETE /order': { public: true, response: { statusCode: 204 } },
};

/** Serves the API of these settings. */
function serve(cors: object): Promise<TestRestApi> {
  return TestRestApi.serve(stacksOf(synthApp({ cors, routes })), {});
}

describe('with a list of origins', () => {
  let api: TestRestApi;

  beforeAll(async () => {
    api = await serve({ allowOrigin: [a, b, c] });
  });

  const methods = [
    ['OPTIONS', '/prod/order', 204, ''],
    ['OPTIONS', '/prod', 204, ''],
    ['GET', '/prod/order', 200, '{"message":"an order"}'],
    ['DELETE', '/prod/order', 204, ''],
  ] as const;

  test.each(methods)('%s %s names the origin of the request, if it is allowed', async (method, path, status, body) => {
    for (const [headers, allowed] of [
      [{ Origin: a }, a],
      [{ Origin: b }, b],
      // As a client writes it with HTTP/2.
      [{ origin: c }, c],
      // No page of these reads the response, since the origin is not its own.
      [{ Origin: 'https://b.example.evil.example' }, a],
      [{ Origin: 'https://bXexample' }, a],
      [{ Origin: 'null' }, a],
      [{}, a],
    ] as const) {
      const answer = await api.call({ method, path, headers });
      expect({ headers, status: answer.statusCode, body: answer.body }).toEqual({ headers, status, body });
      expect({ headers, allowed: answer.headers['access-control-allow-origin'] }).toEqual({ headers, allowed });
      expect(answer.headers.vary).toBe('Origin');
    }
  });

  test('a parameter of the URL is not taken for the header', async () => {
    const { headers } = await api.call({ path: `/prod/order?Origin=${b}&origin=${b}` });
    expect(headers['access-control-allow-origin']).toBe(a);
  });

  test('a body template is evaluated after the origin is chosen', async () => {
    const { headers, body } = await api.call({ path: '/prod/template', headers: { Origin: b } });
    expect(headers['access-control-allow-origin']).toBe(b);
    expect(body).toBe(`{"origin": "${b}"}`);
  });

  test('an error response of API Gateway itself names the first origin', async () => {
    const { statusCode, headers } = await api.call({ path: '/prod/nowhere', headers: { Origin: b } });
    expect(statusCode).toBe(403);
    expect(headers).toMatchObject({ 'access-control-allow-origin': a, vary: 'Origin' });
  });
});

describe('credentials', () => {
  test('are allowed by every response', async () => {
    const api = await serve({ allowOrigin: [a, b], allowCredentials: true });
    for (const call of [
      { method: 'OPTIONS', path: '/prod/order' },
      { path: '/prod/order' },
      { path: '/prod/nowhere' },
    ]) {
      const { headers } = await api.call(call);
      expect({ call, allowed: headers['access-control-allow-credentials'] }).toEqual({ call, allowed: 'true' });
    }
  });

  test('can be allowed for one origin', () => {
    const { apiGateway } = synthApp({ cors: { allowOrigin: a, allowCredentials: true } });
    expect(
      resourceAt(apiGateway, 'aws_api_gateway_integration_response.root_OPTIONS_204').response_parameters,
    ).toMatchObject({
      'method.response.header.Access-Control-Allow-Origin': `'${a}'`,
      'method.response.header.Access-Control-Allow-Credentials': "'true'",
    });
  });

  test.each([
    [{}, 'cors.allowCredentials: requires origins in allowOrigin, because browsers reject credentials for *'],
    [
      { allowOrigin: '*' },
      'cors.allowCredentials: requires origins in allowOrigin, because browsers reject credentials for *',
    ],
    [
      { allowOrigin: a, allowHeaders: ['*'] },
      'cors.allowHeaders: must name each header, because * is not a wildcard with allowCredentials, got ["*"]',
    ],
  ])('are rejected with %j', (cors, message) => {
    expect(() => parseSettings({ cors: { ...cors, allowCredentials: true } })).toThrow(message);
    expect(() => parseSettings({ cors })).not.toThrow();
  });
});

test('pages can read the exposed headers, and keep a preflight, below a path with a colon as well', async () => {
  const route = { public: true, response: { body: 1 } };
  const cors = { exposeHeaders: ['X-Request-Id', 'Link'], maxAge: 600 };
  const api = await TestRestApi.serve(stacksOf(synthApp({ cors, routes: { 'GET /orders:batch': route } })), {});
  const get = await api.call({ path: '/prod/orders:batch' });
  expect(get).toMatchObject({ statusCode: 200, headers: { 'access-control-expose-headers': 'X-Request-Id,Link' } });
  const preflight = await api.call({ method: 'OPTIONS', path: '/prod/orders:batch' });
  expect(preflight).toMatchObject({ statusCode: 204, headers: { 'access-control-max-age': '600' } });
  expect((await api.call({ path: '/prod/none' })).headers).toHaveProperty('access-control-expose-headers');
});

test('with one origin, no template chooses', () => {
  const { apiGateway } = synthApp({ cors: { allowOrigin: [a] }, routes });
  expect(synthApp({ cors: { allowOrigin: a }, routes }).apiGateway).toBe(apiGateway);
  expect(apiGateway).not.toContain('responseOverride');
  expect(
    resourceAt(apiGateway, 'aws_api_gateway_integration_response.root_OPTIONS_204').response_parameters,
  ).toMatchObject({ 'method.response.header.Vary': "'Origin'" });
  expect(synthApp({ routes }).apiGateway).not.toContain('Vary');
});
