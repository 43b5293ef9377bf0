import { once } from 'node:events';

import { checkFlow, findUnchecked } from '../../src/cli/flow-check';
import { deploy, type StubResponse, stubCalls, stubServers } from '../support/stub-deployment';

describe('the check of the flow', () => {
  test('finds each step of a stack that works', async () => {
    expect(await checkFlow(await deploy())).toEqual([
      { name: 'Discovery document', ok: true, detail: expect.stringContaining('us-east-1_Pool') as string },
      { name: 'Public keys', ok: true, detail: '2 keys' },
      { name: 'Hosted login', ok: true, detail: 'the login URL leads to the login page' },
      { name: 'CORS preflight', ok: true, detail: 'allows any origin' },
      { name: 'Rejection without a token', ok: true, detail: 'any origin can read the response' },
    ]);
  });

  const cors = { 'Access-Control-Allow-Origin': '*' };
  test.each<[string, Readonly<Record<string, StubResponse>>, RegExp]>([
    ['no keys', { 'GET /jwks.json': { status: 200, body: '{"keys":[]}' } }, /^Public keys: .* has no keys$/],
    [
      'a page in their place',
      { 'GET /jwks.json': { status: 200, body: '<html>' } },
      /^Public keys: .* does not return a JSON object$/,
    ],
    [
      'null in their place',
      { 'GET /jwks.json': { status: 200, body: 'null' } },
      /^Public keys: .* does not return a JSON object$/,
    ],
    [
      'a login that sends the browser nowhere',
      { 'GET /oauth2/authorize': { status: 302, headers: { Location: 'http://' } } },
      /^Hosted login: .* returns 302 and does not redirect to the login page$/,
    ],
    [
      'a callback URL that is not registered',
      { 'GET /oauth2/authorize': { status: 302, headers: { Location: '/error?error=redirect_mismatch&client_id=c' } } },
      /^Hosted login: redirects to http:\/\/localhost:\d+\/error with redirect_mismatch; /,
    ],
    [
      'a login on another host',
      { 'GET /oauth2/authorize': { status: 302, headers: { Location: 'https://example.com/login' } } },
      /^Hosted login: redirects to https:\/\/example\.com\/login with no error; /,
    ],
    ['a preflight that needs a token', { 'OPTIONS /prod/awesomeapi': { status: 401 } }, /^CORS preflight: .* 401 /],
    [
      'a preflight without Authorization',
      { 'OPTIONS /prod/awesomeapi': { status: 204, headers: cors } },
      /^CORS preflight: pages cannot send the header Authorization; /,
    ],
    [
      'a rejection that no page can read',
      { 'GET /prod/awesomeapi': { status: 401 } },
      /^Rejection without a token: no page can read the response: the header Access-Control-Allow-Origin is missing$/,
    ],
    [
      'a route that lets anyone in',
      { 'GET /prod/awesomeapi': { status: 200, headers: cors } },
      /^Rejection without a token: .* returns 200 instead of 401; anyone can call it$/,
    ],
  ])('finds the cause: %s', async (_, faults, cause) => {
    const failed = (await checkFlow(await deploy(faults))).filter(({ ok }) => !ok);

    expect(failed.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([expect.stringMatching(cause)]);
  });

  test('sends only GET and OPTIONS, so that it changes nothing', async () => {
    const outputs = await deploy({
      'GET /prod/awesomeapi': { status: 403, headers: cors },
      'POST /prod/awesomeapi': { status: 200 },
    });
    const checks = await checkFlow({ ...outputs, ProtectedResourceMethod: 'DELETE' });

    expect(new Set(stubCalls.splice(0).map((call) => call.split(' ')[0]))).toEqual(new Set(['GET', 'OPTIONS']));
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['Discovery document', true],
      ['Public keys', true],
      ['Hosted login', true],
      ['CORS preflight', true],
    ]);
    expect(findUnchecked({ ...outputs, ProtectedResourceMethod: 'DELETE' })).toEqual({
      'Rejection without a token': 'No protected route has the HTTP method GET, and a DELETE could change something.',
    });
    await checkFlow(outputs);
    expect(new Set(stubCalls.map((call) => call.split(' ')[0]))).toEqual(new Set(['GET', 'OPTIONS']));
  });

  test('finds a discovery document of another pool, which names no keys either', async () => {
    const body = '{"issuer":"https://a"}';
    const outputs = await deploy({ 'GET /us-east-1_Pool/.well-known/openid-configuration': { status: 200, body } });

    expect((await checkFlow(outputs)).slice(0, 2)).toEqual([
      {
        name: 'Discovery document',
        ok: false,
        detail: expect.stringMatching(/has the issuer https:\/\/a, but the outputs have http:/) as string,
      },
      { name: 'Public keys', ok: false, detail: 'the discovery document has no valid jwks_uri' },
    ]);
  });

  test('finds that a port is one which no client asks', async () => {
    const [, , login] = await checkFlow({
      ...(await deploy()),
      HostedLoginUrl: 'http://localhost:25/oauth2/authorize',
    });

    expect(login).toMatchObject({ ok: false, detail: 'localhost:25 cannot be reached: bad port' });
  });

  test('finds that nothing responds', async () => {
    const outputs = await deploy();
    const server = stubServers.at(-1)!;
    await once(server.close(), 'close');

    for (const { ok, detail } of await checkFlow(outputs)) {
      expect({ ok, detail }).toEqual({
        ok: false,
        detail: expect.stringMatching(/^localhost:\d+ cannot be reached: ECONNREFUSED$/) as string,
      });
    }
  });
});
