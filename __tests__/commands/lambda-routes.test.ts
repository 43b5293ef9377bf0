import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { StartedProject } from '../support/started-project';

const scopes = ['awesomeapi-resource-server/awesomeapi.read'];
const mock = { scopes, response: { body: { message: 'mock' } } };

/** Does what the query asks for. */
const handler = `import type { APIGatewayProxyEvent, Context } from 'aws-lambda';

let calls = 0;

export async function handler(event: APIGatewayProxyEvent, context: Context): Promise<unknown> {
  console.log('called with', event.queryStringParameters);
  switch (event.queryStringParameters?.do) {
    case 'throw':
      throw new Error('out of stock');
    case 'exit':
      return process.exit(3);
    case 'loop':
      for (;;);
    case 'answer':
      return JSON.parse(event.body!);
    default:
      return { body: JSON.stringify({ event, context, env: process.env, calls: ++calls }) };
  }
}
`;

let backend: ReturnType<typeof createServer>;
let project: StartedProject;

beforeAll(async () => {
  backend = createServer((request, response) => {
    response
      .writeHead(418, { 'X-Asked': `${request.method!} ${request.url!}`, Server: 'teapot' })
      .end('short and stout');
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const { port } = backend.address() as AddressInfo;
  project = await StartedProject.beginCopy(
    {
      restApi: { binaryMediaTypes: ['image/png'] },
      routes: {
        'GET /mock': mock,
        'ANY /orders/{id}': {
          scopes,
          lambda: { handler: 'src/handlers/orders.ts', timeout: 3, environment: { TABLE: 'orders' } },
        },
        'POST /public/{id}': { public: true, lambda: { handler: 'src/handlers/orders.ts', timeout: 3 } },
        'GET /backend/{proxy+}': { public: true, http: { url: `http://127.0.0.1:${port}/x/{proxy}` } },
        'GET /nobody': { public: true, http: { url: 'http://127.0.0.1:1024/' } },
      },
    },
    { 'src/handlers/orders.ts': handler },
  );
}, 120_000);

afterAll(async () => {
  backend.close();
  await project.end();
});

interface Called {
  readonly event: Readonly<Record<string, unknown>> & { readonly requestContext: Readonly<Record<string, unknown>> };
  readonly context: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly calls: number;
}

async function called(path: string, init?: RequestInit): Promise<Called> {
  return (await (await project.get(path, init)).json()) as Called;
}

function answered(answer: unknown): Promise<Response> {
  return project.get('/public/1?do=answer', { method: 'POST', body: JSON.stringify(answer) });
}

describe('a Lambda route', () => {
  test('gives the handler the event of a proxy integration, with the claims of the token', async () => {
    const Authorization = await project.accessToken();
    const { event } = await called('/orders/a%20b?x=1&x=2', { headers: { Authorization, 'X-Own': 'yes' } });
    expect(event).toMatchObject({
      resource: '/orders/{id}',
      path: '/orders/a%20b',
      httpMethod: 'GET',
      headers: { Authorization, 'X-Own': 'yes', 'X-Forwarded-Proto': 'http' },
      multiValueHeaders: { 'X-Own': ['yes'] },
      queryStringParameters: { x: '2' },
      multiValueQueryStringParameters: { x: ['1', '2'] },
      pathParameters: { id: 'a%20b' },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      requestContext: {
        stage: 'prod',
        path: '/prod/orders/a%20b',
        resourcePath: '/orders/{id}',
        accountId: '123456789012',
        identity: { sourceIp: '127.0.0.1', user: null },
        authorizer: { claims: { token_use: 'access', exp: expect.stringMatching(/ UTC \d{4}$/) as string } },
      },
    });
  });

  test('rejects a call without a token, which the handler does not see', async () => {
    expect((await project.get('/orders/1')).status).toBe(401);
  });

  test('runs the handler with its own environment, and without credentials of this machine', async () => {
    const Authorization = await project.accessToken();
    const { env, context } = await called('/orders/1', { headers: { Authorization } });
    expect(env).toMatchObject({ TABLE: 'orders', AWS_LAMBDA_FUNCTION_NAME: 'awesome-api-orders__id__ANY' });
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['AWS_ACCESS_KEY_ID']));
    expect(env).not.toHaveProperty('AWS_PROFILE');
    expect(env).not.toHaveProperty('PATH');
    expect(context).toMatchObject({ functionName: 'awesome-api-orders__id__ANY', memoryLimitInMB: '256' });
  });

  test('that is public lets everyone in, and shows no claims', async () => {
    const { event } = await called('/public/1', { method: 'POST', body: 'text' });
    expect(event.body).toBe('text');
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  test('gets a body of a binary type in base64, and returns one', async () => {
    const png = Buffer.from('89504e470d0a1a0a00ff', 'hex');
    const headers = { 'Content-Type': 'image/png', Accept: 'image/png' };
    const { event } = await called('/public/1', { method: 'POST', headers, body: png });
    expect(event).toMatchObject({ body: png.toString('base64'), isBase64Encoded: true });

    const answer = JSON.stringify({ body: png.toString('base64'), isBase64Encoded: true });
    const ask = (accept: string) =>
      project.get('/public/1?do=answer', { method: 'POST', headers: { Accept: accept }, body: answer });
    expect(Buffer.from(await (await ask('image/png')).arrayBuffer())).toEqual(png);
    expect(await (await ask('text/html')).text()).toBe(png.toString('base64'));
  });

  test('keeps what the module of the handler has in memory', async () => {
    const first = await called('/public/1', { method: 'POST' });
    expect((await called('/public/1', { method: 'POST' })).calls).toBe(first.calls + 1);
  });

  test('sends the response of the handler', async () => {
    const response = await answered({
      statusCode: 201,
      headers: { 'Content-Type': 'text/plain', 'X-Own': 'yes' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
      body: 'made',
    });
    expect([response.status, await response.text()]).toEqual([201, 'made']);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test.each([
    ['a string', 'text', 'must be an object'],
    ['null', null, 'must be an object'],
    ['an unknown member', { status: 200 }, 'unknown member "status"'],
    ['a body that is not a string', { statusCode: 200, body: {} }, 'body must be a string'],
    ['a wrong status', { statusCode: 'ok' }, 'statusCode must be 200 to 599'],
    ['a list in a header', { headers: { a: ['b'] } }, 'headers: a must be a string'],
  ])('responds with 502 for %s, and says why in the terminal', async (_what, answer, reason) => {
    const response = await answered(answer);
    expect([response.status, await response.text()]).toEqual([502, '{"message":"Internal server error"}']);
    const id = response.headers.get('x-amzn-requestid')!;
    await project.start.seen(new RegExp(`${id} \\S+: Malformed Lambda proxy response: ${reason}`));
  });

  test('responds with 502 when the handler throws, and logs the source line with the request ID', async () => {
    const response = await project.get('/public/1?do=throw', { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([502, '{"message":"Internal server error"}']);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const id = response.headers.get('x-amzn-requestid')!;
    await project.start.seen(new RegExp(`${id} INFO called with`));
    await project.start.seen(new RegExp(`${id} ERROR Error: out of stock\\n.*src/handlers/orders\\.ts:9:`));
  });

  test('responds with 502 when the handler ends its process, and the next call is as before', async () => {
    expect((await project.get('/public/1?do=exit', { method: 'POST' })).status).toBe(502);
    expect((await project.get('/public/1', { method: 'POST' })).status).toBe(200);
  });

  test('responds with 504 when the handler takes too long, and no other route waits for it', async () => {
    const endless = project.get('/public/1?do=loop', { method: 'POST' });
    expect((await project.get('/mock')).status).toBe(401);
    expect((await project.get('/public/1', { method: 'POST' })).status).toBe(200);
    const response = await endless;
    expect([response.status, await response.text()]).toEqual([504, '{"message":"Endpoint request timed out"}']);
    expect((await project.get('/public/1', { method: 'POST' })).status).toBe(200);
  });
});

describe('an HTTP route', () => {
  test('passes the call on, with the variables of the path, and the response back', async () => {
    const response = await project.get('/backend/a/b%20c?q=1');
    expect([response.status, await response.text()]).toEqual([418, 'short and stout']);
    expect(response.headers.get('x-asked')).toBe('GET /x/a/b%20c?q=1');
    expect(response.headers.get('x-amzn-remapped-server')).toBe('teapot');
  });

  test('responds with 504 when the endpoint cannot be reached, and reports it in the terminal', async () => {
    const response = await project.get('/nobody');
    expect([response.status, await response.text()]).toEqual([
      504,
      '{"message":"Network error communicating with endpoint"}',
    ]);
    await project.start.seen(/GET http:\/\/127\.0\.0\.1:1024\/ has failed: ECONNREFUSED/);
  });
});

describe('a change while npm start runs', () => {
  const text = (body: string) => `export const handler = () => Promise.resolve({ body: '${body}' });`;

  /** Sends requests until the response is the expected one, since a watcher sees a change a little later than it is made. */
  async function becomes(path: string, wanted: string): Promise<void> {
    for (let answer = ''; answer !== wanted;) {
      answer = await (await project.get(path, { method: 'POST' })).text();
    }
  }

  test('of a handler is in the next response; with a mistake in it the last good version stays', async () => {
    project.write({ 'src/handlers/orders.ts': text('changed') });
    await becomes('/public/1', 'changed');
    project.write({ 'src/handlers/orders.ts': 'export const handler = (;' });
    await project.start.seen(
      /A handler is wrong\. Nothing was written\.\n\nIn the code:\n {2}src\/handlers\/orders\.ts:1: Unexpected ";"\n[^]*still served as they were/,
    );
    expect(await (await project.get('/public/1', { method: 'POST' })).text()).toBe('changed');
    project.write({ 'src/handlers/orders.ts': text('corrected') });
    await becomes('/public/1', 'corrected');
  });

  test('of the settings is served, and users and tokens stay', async () => {
    const Authorization = await project.accessToken();
    project.set({ routes: { 'GET /mock': mock, 'POST /added': { public: true, response: { body: 'new' } } } });
    await becomes('/added', '"new"');
    expect((await project.get('/mock', { headers: { Authorization } })).status).toBe(200);
    expect(await project.accessToken()).toMatch(/^ey/);
  });
});
