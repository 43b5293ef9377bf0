import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Browser } from '../support/browser';
import { Command } from '../support/command';
import { TestServices } from '../support/local-services';
import { jwtPart, OAuthClient } from '../support/oauth-client';

const localServices = new TestServices();
let client: OAuthClient;
let outputsFile: string;
/** Has the port of the callback URL. */
let otherProgram: Server;
/** Another callback URL, on which nobody listens. */
let freeCallbackUrl: string;

beforeAll(async () => {
  otherProgram = createServer((_, response) => response.end('<html>')).listen(0, 'localhost');
  const free = createServer().listen(0, 'localhost');
  await Promise.all([once(otherProgram, 'listening'), once(free, 'listening')]);
  const [callback, freeCallback] = [otherProgram, free].map(
    (server) => `localhost:${(server.address() as AddressInfo).port}/dashboard`,
  );
  await once(free.close(), 'close');
  freeCallbackUrl = `http://${freeCallback!}`;
  const services = await localServices.serve({
    'aws_cognito_user_pool_client.awesome-app-client': { callback_urls: [`http://${callback!}`, freeCallbackUrl] },
  });
  const outputs = JSON.stringify(services.outputs)
    .replaceAll('localhost:3000/dashboard', callback!)
    .replaceAll(encodeURIComponent('localhost:3000/dashboard'), encodeURIComponent(callback!));
  client = new OAuthClient({ ...services, outputs: JSON.parse(outputs) as typeof services.outputs });
  outputsFile = join(mkdtempSync(join(tmpdir(), 'login-')), 'outputs.json');
  writeFileSync(outputsFile, outputs);
});

afterAll(() => {
  otherProgram.close();
});

/** Signs in at the URL that the command has printed, and returns the address on which the browser ends. */
async function signInAt(command: Command): Promise<URL> {
  const [loginUrl] = await command.seen(/http\S+\/oauth2\/authorize\S+/);
  const browser = new Browser();
  const { email, password } = client.services.demoUser;
  return (await browser.submit(await browser.open(loginUrl), { username: email, password })).url;
}

/** Options for the callback URL on which nobody listens. */
function freeCallback(): string[] {
  return ['--outputs', outputsFile, '--callback-url', freeCallbackUrl];
}

describe('npm run login', () => {
  test('takes the URL on which the browser ends while another program listens there, and prints only the access token', async () => {
    const login = new Command('login', ['--print-url', '--outputs', outputsFile]);
    const address = await signInAt(login);
    login.write(address.href.replace(/state=[^&]*/, 'state=of-another-login'));
    await login.seen(/This is not the callback URL of this sign-in/);
    login.write(address.href);
    expect(await login.end()).toBe(0);
    expect(jwtPart(login.stdout.trim(), 1)).toMatchObject({ token_use: 'access', client_id: client.clientId });
    expect((await client.protectedResource(login.stdout.trim())).status).toBe(200);
    expect(login.stderr).not.toContain(address.searchParams.get('code'));
  });

  test('says why the login was rejected', async () => {
    const login = new Command('login', ['--print-url', '--outputs', outputsFile]);
    const [, state] = await login.seen(/state=([\w-]+)/);
    login.write(`${client.redirectUri}?error_description=invalid_scope&state=${state!}&error=invalid_request`);
    expect(await login.end()).toBe(1);
    expect(login.stderr).toMatch(/The login was rejected: invalid_scope\n$/);
    expect(login.stdout).toBe('');
  });

  test('fails when the input ends before the login does', async () => {
    const login = new Command('login', ['--print-url', '--outputs', outputsFile]);
    login.endInput();
    expect(await login.end()).toBe(1);
    expect(login.stderr).toMatch(/\nThe input ended before the login was complete\.\n$/);
  });

  test('reports a response to the code without a token', async () => {
    const page = createServer((_, response) => response.end('<html>')).listen(0, 'localhost');
    await once(page, 'listening');
    const domain = `http://localhost:${(page.address() as AddressInfo).port}`;
    const file = join(mkdtempSync(join(tmpdir(), 'login-')), 'outputs.json');
    writeFileSync(file, readFileSync(outputsFile, 'utf8').replaceAll(client.services.loginDomainUrl, domain));
    const login = new Command('login', ['--print-url', '--outputs', file]);
    const [, state] = await login.seen(/state=([\w-]+)/);
    login.write(`${client.redirectUri}?code=c&state=${state!}`);
    expect(await login.end()).toBe(1);
    expect(login.stderr).toContain(`\n${domain}/oauth2/token returns 200 without a token: is it the login`);
    page.close();
  });

  test('asks for npm start, or for the outputs of a deploy, when there are none', async () => {
    const login = new Command('login', []);
    expect(await login.end()).toBe(1);
    expect(login.stderr).toBe(
      'The local services are not running: start them with npm start, or use the outputs of a deploy with --outputs outputs.json.\n',
    );
  });

  test('listens at the callback URL, if no other program does', async () => {
    const login = new Command('login', ['--print-url', '--json', ...freeCallback()]);
    await login.seen(/Waiting for the browser/);
    const address = await signInAt(login);
    login.endInput();
    for (const path of ['/favicon.ico', '//', '//[']) {
      expect((await fetch(`${address.origin}${path}`)).status).toBe(404);
    }
    expect((await fetch(address)).status).toBe(200);
    expect(await login.end()).toBe(0);
    expect(Object.keys(JSON.parse(login.stdout) as object)).toContain('refresh_token');
  });

  test('tells the browser that the login was rejected', async () => {
    const login = new Command('login', ['--print-url', ...freeCallback()]);
    const [, state] = await login.seen(/state=([\w-]+)[^]*Waiting for the browser/);
    const page = await fetch(`${freeCallbackUrl}?error=access_denied&state=${state!}`);
    expect(await page.text()).toContain('<h1>You are not signed in</h1>');
    expect(await login.end()).toBe(1);
    expect(login.stderr).toMatch(/\nThe login was rejected: access_denied\n$/);
  });
});

describe('npm run login while the web client runs', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'login-'));
  const announced = () => readdirSync(join(outdir, 'sign-ins'));
  let web: Command;

  beforeAll(async () => {
    web = new Command('web', freeCallback(), { outdir });
    await web.seen(/The web client is at/);
  });

  afterAll(() => web.interrupt());

  async function begin(): Promise<Command> {
    const login = new Command('login', ['--print-url', ...freeCallback()], { outdir });
    await login.seen(/Waiting for the browser/);
    return login;
  }

  test('gets the callback from its server, once', async () => {
    const [login, other] = await Promise.all([begin(), begin()]);
    const callback = await signInAt(login);
    expect(await (await fetch(callback)).text()).toContain('<h1>You are signed in</h1>');
    expect(await login.end()).toBe(0);
    expect((await client.protectedResource(login.stdout.trim())).status).toBe(200);
    expect(login.stderr + web.stdout + web.stderr).not.toContain(callback.searchParams.get('code'));
    // The page takes what nobody waits for, as any callback that no tab began.
    expect(await (await fetch(callback)).text()).toContain('<main id="page">');
    expect(announced()).toHaveLength(1);
    await other.interrupt();
    expect(announced()).toEqual([]);
  });

  test('gets no other callback', async () => {
    const login = await begin();
    for (const query of ['', '?code=c', '?code=c&state=', '?code=c&state=of-another', '?code=c&state=..%2Fmanifest']) {
      expect(await (await fetch(`${freeCallbackUrl}${query}`)).text()).toContain('<main id="page">');
    }
    await login.interrupt();
  });
});
