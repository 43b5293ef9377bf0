import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { anyPort, Command } from '../support/command';

const dataFolder = mkdtempSync(join(tmpdir(), 'data-'));
/** Puts the authority of this run into a folder of its own, on each system. */
const env = { XDG_DATA_HOME: dataFolder, HOME: dataFolder, LOCALAPPDATA: dataFolder };

type Summary = Readonly<
  Record<'webUrl' | 'loginDomainUrl' | 'loginUrl' | 'protectedResourceUrl' | 'userPoolApiUrl' | 'userPoolId', string>
> & {
  readonly certificateAuthorityFile: string;
  readonly demoUser: { readonly email: string; readonly password: string };
};

describe('npm start -- --https', () => {
  let start: Command;
  let summary: Summary;
  let outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;

  beforeAll(async () => {
    start = new Command('start', ['--https', '--issuer', 'local', '--json', ...anyPort], { env });
    await start.seen(/\n/);
    summary = JSON.parse(start.stdout) as Summary;
    outputs = JSON.parse(readFileSync(join(start.outdir, 'local-outputs.json'), 'utf8')) as typeof outputs;
  });

  afterAll(() => start.interrupt());

  /** Makes one request as a client that trusts the authority alone. */
  async function get(url: string, headers: Readonly<Record<string, string>> = {}) {
    const ca = readFileSync(summary.certificateAuthorityFile);
    const request = httpsRequest(url, { ca, servername: 'localhost', headers }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  test('names https in every URL, also where the login returns to', () => {
    const urls = [
      ...start.stdout.matchAll(/(https?):(?:\/\/|%2F%2F)/g),
      ...JSON.stringify(outputs).matchAll(/(https?):(?:\/\/|%2F%2F)/g),
    ];
    expect(urls.length).toBeGreaterThan(12);
    expect(new Set(urls.map(([, scheme]) => scheme))).toEqual(new Set(['https']));
    expect(outputs.CognitoStack).toMatchObject({
      CallbackUrl: 'https://localhost:3000/dashboard',
      Issuer: `${summary.userPoolApiUrl}/${summary.userPoolId}`,
    });
  });

  test('sends Secure cookies, and no HSTS, which every other port of localhost would have to follow', async () => {
    const { headers } = await get(summary.loginUrl);
    expect(headers['set-cookie']).toHaveLength(3);
    for (const cookie of headers['set-cookie']!) {
      expect(cookie).toMatch(
        /^(?:XSRF-TOKEN|csrf-state|csrf-state-legacy)=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
    }
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  test('is in the configuration of the web client, whose page can connect only to these hosts', async () => {
    expect(JSON.parse((await get(`${summary.webUrl}/config.json`)).body)).toMatchObject({
      hostedDomainUrl: summary.loginDomainUrl,
      redirectUri: 'https://localhost:3000/dashboard',
    });
    const { origin } = new URL(summary.protectedResourceUrl);
    expect((await get(`${summary.webUrl}/dashboard`)).body).toContain(
      `connect-src 'self' ${summary.loginDomainUrl} ${origin};`,
    );
  });

  test('serves no other host name', async () => {
    for (const url of [summary.webUrl, summary.loginDomainUrl, summary.protectedResourceUrl]) {
      expect(await get(url, { Host: 'attacker.example' })).toMatchObject({
        status: 421,
        body: 'Only https://localhost is served here.\n',
      });
    }
  });

  test('does not respond over http', async () => {
    const request = httpRequest(summary.loginUrl.replace('https:', 'http:')).end();
    const [error] = (await once(request, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });

  test.each(['openid-client', 'oidc-client-ts'])('is all that %s asks for', async (name) => {
    const client = spawn(process.execPath, ['--import', 'tsx', '__tests__/support/clients/run.ts', name], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: summary.certificateAuthorityFile },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    client.stdin.end(JSON.stringify({ ...summary, outputs }));
    expect(JSON.parse(await text(client.stdout))).toMatchObject({
      email: 'demo@example.com',
      api: { message: 'Hello From Protected Resource' },
      afterRevocation: 'invalid_grant',
    });
  });

  test('is what npm run check trusts by itself', async () => {
    const check = new Command('check', [], { outdir: start.outdir, env });
    expect([await check.end(), check.stderr]).toEqual([0, '']);
    expect(check.stdout).toMatch(/^(✓ .*\n){5}$/);
  });

  test('is what npm run login trusts by itself', async () => {
    const login = new Command('login', ['--print-url'], { outdir: start.outdir, env });
    const [, state] = await login.seen(/state=([\w-]+)[^]*where this command cannot listen/);
    login.write(`https://localhost:3000/dashboard?code=never-issued&state=${state!}`);
    expect(await login.end()).toBe(1);
    expect(login.stderr).toMatch(/The code was rejected: invalid_grant\./);
  });

  test('has the same authority at the next start, which says how to trust it', async () => {
    const before = readFileSync(summary.certificateAuthorityFile, 'utf8');
    const next = new Command('start', ['--https', ...anyPort], { env });
    await next.seen(/Ctrl-C/);
    expect(readFileSync(summary.certificateAuthorityFile, 'utf8')).toBe(before);
    for (const command of [
      `NODE_EXTRA_CA_CERTS="${summary.certificateAuthorityFile}"`,
      `curl --cacert "${summary.certificateAuthorityFile}" https://localhost`,
      'src/local/HTTPS.md',
    ]) {
      expect(next.stdout).toContain(command);
    }
    expect(await next.interrupt()).toBe(0);
  });
});

test('npm start without --https makes no authority', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'data-'));
  const start = new Command('start', ['--json', ...anyPort], {
    env: { XDG_DATA_HOME: folder, HOME: folder, LOCALAPPDATA: folder },
  });
  await start.seen(/\n/);
  expect(readdirSync(folder)).toEqual([]);
  await start.interrupt();
});

test('npm start -- --https says in one line that the authority cannot be kept', async () => {
  const start = new Command('start', ['--https', ...anyPort], {
    env: { XDG_DATA_HOME: '/dev/null', HOME: '/dev/null', LOCALAPPDATA: '/dev/null' },
  });
  expect(await start.end()).toBe(1);
  expect(start.stderr).toMatch(/^The certificate authority in \/dev\/null\/.* cannot be read or made: .*\n$/);
});
