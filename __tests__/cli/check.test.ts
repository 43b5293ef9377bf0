import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkFlow, type FlowOutputs } from '../../src/cli/flow-check';

interface StubAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const servers: Server[] = [];
afterAll(() => {
  servers.forEach((server) => server.close());
});

/** Serves what a deployed stack does, but for some answers by verb and path. */
async function deploy(faults: Readonly<Record<string, StubAnswer>> = {}): Promise<FlowOutputs> {
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host!}`;
    const call = `${request.method!} ${request.url!.split('?')[0]!}`;
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Content-Type,Authorization' };
    const answers: Readonly<Record<string, StubAnswer>> = {
      'GET /us-east-1_Pool/.well-known/openid-configuration': {
        status: 200,
        body: JSON.stringify({ issuer: `${url}/us-east-1_Pool`, jwks_uri: `${url}/jwks.json` }),
      },
      'GET /jwks.json': { status: 200, body: '{"keys":[{},{}]}' },
      'GET /oauth2/authorize': { status: 302, headers: { Location: '/login?client_id=c' } },
      'OPTIONS /prod/awesomeapi': { status: 204, headers: cors },
      'GET /prod/awesomeapi': { status: 401, headers: cors },
      ...faults,
    };
    const { status, headers, body } = answers[call] ?? { status: 403, headers: cors };
    response.writeHead(status, headers).end(body);
  }).listen(0, 'localhost');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    CognitoUserPoolID: 'us-east-1_Pool',
    Issuer: `${url}/us-east-1_Pool`,
    HostedDomainUrl: url,
    HostedLoginUrl: `${url}/oauth2/authorize?client_id=c`,
    ProtectedResourceUrl: `${url}/prod/awesomeapi`,
  };
}

describe('the check of the flow', () => {
  test('finds each step of a stack that works', async () => {
    expect(await checkFlow(await deploy())).toEqual([
      { name: 'Discovery document', ok: true, detail: expect.stringContaining('us-east-1_Pool') as string },
      { name: 'Public keys', ok: true, detail: '2 keys' },
      { name: 'Hosted login', ok: true, detail: 'the login URL leads to the login page' },
      { name: 'CORS preflight', ok: true, detail: 'allows any origin' },
      { name: 'Refusal without a token', ok: true, detail: 'any origin can read the response' },
    ]);
  });

  const cors = { 'Access-Control-Allow-Origin': '*' };
  test.each<[string, Readonly<Record<string, StubAnswer>>, RegExp]>([
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
      'a refusal that no page can read',
      { 'GET /prod/awesomeapi': { status: 401 } },
      /^Refusal without a token: no page can read the response: the header Access-Control-Allow-Origin is missing$/,
    ],
    [
      'a route that lets anyone in',
      { 'GET /prod/awesomeapi': { status: 200, headers: cors } },
      /^Refusal without a token: .* returns 200 instead of 401; anyone can call it$/,
    ],
    [
      'a route that lets anyone in with its own verb',
      { 'GET /prod/awesomeapi': { status: 403 }, 'PUT /prod/awesomeapi': { status: 200 } },
      /^Refusal without a token: .* returns 200 instead of 401; anyone can call it$/,
    ],
  ])('finds the cause: %s', async (_, faults, cause) => {
    const failed = (await checkFlow(await deploy(faults))).filter(({ ok }) => !ok);

    expect(failed.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([expect.stringMatching(cause)]);
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

  test('finds that nothing answers', async () => {
    const outputs = await deploy();
    const server = servers.at(-1)!;
    await once(server.close(), 'close');

    for (const { ok, detail } of await checkFlow(outputs)) {
      expect({ ok, detail }).toEqual({
        ok: false,
        detail: expect.stringMatching(/^localhost:\d+ cannot be reached: ECONNREFUSED$/) as string,
      });
    }
  });
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const folder = mkdtempSync(join(tmpdir(), 'check-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** Runs the command, in a folder without local services. */
function run(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'src/cli/commands/check.ts', ...args],
      { env: { ...process.env, CDKTF_OUTDIR: folder } },
      (_, stdout, stderr) => {
        resolve({ code: child.exitCode!, stdout, stderr });
      },
    );
  });
}

describe('npm run check', () => {
  test.each([
    ['a stack that works', {}, 0, /^(✓ .*\n){5}$/],
    [
      'a stack that does not',
      { 'GET /jwks.json': { status: 500 } },
      1,
      /^✓ .*\n✗ Public keys: .* returns 500\n(✓ .*\n){3}$/,
    ],
  ])('shows %s', async (_, faults, code, screen) => {
    const { ProtectedResourceUrl, ...cognito } = await deploy(faults);
    const file = fileOf(`${code}.json`, {
      CognitoStack: { ...cognito, ListOfMine: ['of no interest'] },
      ApiGatewayStack: { ProtectedResourceUrl },
    });

    const [forPeople, forScripts] = await Promise.all([run('--outputs', file), run('--outputs', file, '--json')]);

    expect(forPeople).toMatchObject({ code, stdout: expect.stringMatching(screen) as string });
    expect(JSON.parse(forScripts.stdout)).toMatchObject({ ok: code === 0, checks: { length: 5 } });
  });

  test.each([
    [[], 'The local services are not running'],
    [['--outputs', 'package.json'], 'package.json does not have the outputs of a deploy'],
    [['--outputs', 'src'], 'src does not have the outputs of a deploy'],
    [['--outputs', fileOf('none.json', {})], 'none.json has no output CognitoUserPoolID'],
    [
      ['--outputs', fileOf('url.json', { CognitoStack: { HostedDomainUrl: 'nope' } })],
      'url.json: HostedDomainUrl is not a URL, got "nope"',
    ],
  ])('ends with one line for %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
