import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';

import { HttpIntegration } from '../../../../src/local/rest-api/integrations/http-integration';
import { type HttpConfiguration } from '../../../../src/local/rest-api/model';
import { incomingCall } from '../../../support/incoming-call';

let endpoint: Server;
let configuration: HttpConfiguration;

beforeAll(async () => {
  endpoint = createServer((request, response) => {
    response.writeHead(200, { 'X-Path': request.url!, 'WWW-Authenticate': 'Basic', 'Content-MD5': 'x' });
    response.end(JSON.stringify(request.headers));
  });
  endpoint.on('upgrade', (_, socket) => socket.end());
  endpoint.on('checkContinue', (_, response) => response.end());
  await once(endpoint.listen(0, '127.0.0.1'), 'listening');
  const { port } = endpoint.address() as AddressInfo;
  configuration = {
    type: 'HTTP_PROXY',
    uri: `http://127.0.0.1:${port}/base/{path}`,
    httpMethod: 'ANY',
    pathParameters: new Map([['path', 'proxy']]),
    timeout: 2000,
  };
});

afterAll(() => {
  endpoint.closeAllConnections();
  endpoint.close();
});

function respond(url: string, headers: Readonly<Record<string, string>> = {}, reports: string[] = []) {
  return new HttpIntegration(configuration, (message) => reports.push(message)).respond(incomingCall(url, { headers }));
}

test.each([
  ['/stage/a/b%20c?q=%2e%2e&q=?', '/base/a/b%20c?q=%2e%2e&q=?'],
  ['/stage/%2e%2e/%2E./secret', '/base/%2e%2e/%2E./secret'],
  ['/stage/../secret', '/base/../secret'],
  ['/stage/a%2fb', '/base/a%2fb'],
])('the endpoint gets the path as the client encoded it, below its own: %s', async (url, path) => {
  expect((await respond(url)).headers).toContainEqual(['X-Path', path]);
});

test.each([
  ['/stage/x?own=1', '/base/x?fixed=1&own=1'],
  ['/stage/x', '/base/x?fixed=1'],
])('the query of the caller follows that of the endpoint: %s', async (url, path) => {
  const integration = new HttpIntegration({ ...configuration, uri: `${configuration.uri}?fixed=1` }, () => undefined);
  expect((await integration.respond(incomingCall(url))).headers).toContainEqual(['X-Path', path]);
});

test('headers that belong to a connection do not reach the endpoint', async () => {
  const { body } = await respond('/stage/x', { Trailer: 'Expires', TE: 'trailers', Upgrade: 'h2c', 'X-Own': 'yes' });

  expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ 'x-own': 'yes' });
  expect(Buffer.from(body).toString()).not.toMatch(/"(?:trailer|te|upgrade)"/);
});

test('headers of API Gateway reach the client under another name', async () => {
  const names = (await respond('/stage/x')).headers.map(([name]) => name);

  expect(names).toEqual(
    expect.arrayContaining(['x-amzn-Remapped-WWW-Authenticate', 'x-amzn-Remapped-Content-MD5', 'x-amzn-Remapped-Date']),
  );
  expect(names).not.toContain('X-Amzn-Trace-Id');
});

test.each([
  ['101', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
  ['what is not HTTP', 'hello\r\n\r\n'],
  ['nothing', ''],
])('an endpoint that responds with %s is a 504, and its owner is told', async (_, bytes) => {
  const raw = createTcpServer((socket) => socket.resume().end(bytes)).listen(0, '127.0.0.1');
  await once(raw, 'listening');
  const { port } = raw.address() as AddressInfo;
  const reports: string[] = [];
  const integration = new HttpIntegration({ ...configuration, uri: `http://127.0.0.1:${port}/` }, (message) =>
    reports.push(message),
  );

  await expect(integration.respond(incomingCall('/stage/x'))).rejects.toMatchObject({ type: 'INTEGRATION_FAILURE' });
  expect(reports).toEqual([expect.stringMatching(/^id GET http:\/\/127\.0\.0\.1:\d+\/ has failed: /)]);
  raw.close();
});
