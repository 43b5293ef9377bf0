import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { rejectionWords } from '../../src/flow/words';
import { Browser } from '../support/browser';
import { anyPort, Command } from '../support/command';
import { curl } from '../support/curl';

/** Signs in at a login URL and returns the code. */
async function codeFrom(loginUrl: string, email: string, password: string): Promise<string> {
  const browser = new Browser();
  const { url } = await browser.submit(await browser.open(loginUrl), { username: email, password });
  return url.searchParams.get('code')!;
}

describe('npm start', () => {
  describe('for a person', () => {
    let start: Command;
    let screen: string;
    let password: string;
    let loginUrl: string;

    beforeAll(async () => {
      start = new Command('start', ['--verbose', ...anyPort]);
      await start.seen(/Ctrl-C/);
      screen = start.stdout;
      password = /with the password (\S+)/.exec(screen)![1]!;
      loginUrl = /http\S+\/oauth2\/authorize\S+/.exec(screen)![0];
    });

    afterAll(() => start.interrupt());

    test('shows the way to the protected resource, and each command of it works', async () => {
      const [tokenCommand, apiCommand] = [...screen.matchAll(/curl .*/g)].map(([command]) => command);
      const code = await codeFrom(loginUrl, 'demo@example.com', password);
      const tokens = (await (await curl(tokenCommand!.replace('=CODE', `=${code}`))).json()) as {
        access_token: string;
      };
      const answer = await curl(apiCommand!.replace('ACCESS_TOKEN', tokens.access_token));
      expect(await answer.json()).toEqual({ statusCode: 200, message: 'Hello From Protected Resource' });
    });

    test('fits on one screen', () => {
      expect(screen.trim().split('\n').length).toBeLessThan(30);
    });

    test('names an operation of the user pool’s API that is not served', async () => {
      const url = /User pool API\s+(\S+)/.exec(screen)![1]!;
      const headers = {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': 'AWSCognitoIdentityProviderService.ListDevices',
      };
      expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(400);
      await start.seen(/^Not served: ListDevices of the user pool's API$/m);
    });

    test('serves the web client at the callback, which shows the code to nobody else', async () => {
      const { origin } = new URL(/Web client\s+(\S+)/.exec(screen)![1]!);
      const response = await fetch(`${origin}/dashboard?code=secret-code`);
      expect(await response.text()).not.toContain('secret-code');
      expect(response.headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(await (await fetch(`${origin}/config.json`)).json()).toEqual({
        issuer: expect.stringMatching(/^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\//) as string,
        hostedDomainUrl: new URL(loginUrl).origin,
        clientId: new URL(loginUrl).searchParams.get('client_id'),
        scope: 'awesomeapi-resource-server/awesomeapi.read openid',
        redirectUri: 'http://localhost:3000/dashboard',
        protectedResourceUrl: expect.stringMatching(/^http:\/\/localhost:\d+\/prod\/awesomeapi$/) as string,
      });
    });

    test('shows mails, and with --verbose requests, but never a code, a token or a password', async () => {
      const browser = new Browser();
      const form = await browser.open(loginUrl.replace('/oauth2/authorize', '/signup'));
      await browser.submit(form, { username: 'new@example.com', password: 'Correct-horse-1' });
      const [, mailed] = await start.seen(
        /Mail to new@example\.com: You need to verify your email\n\s+.*code is (\d{6})/,
      );
      expect(mailed).toMatch(/^\d{6}$/);
      const code = await codeFrom(loginUrl, 'demo@example.com', password);
      await start.seen(/POST \/login 302\n/);
      const written = (start.stdout + start.stderr).replace(screen, '');
      expect(written).toContain('GET /oauth2/authorize 302');
      for (const secret of [code, password, 'Correct-horse-1']) {
        expect(written).not.toContain(secret);
      }
    });

    test('listens to this machine only', async () => {
      const port = Number(new URL(loginUrl).port);
      const isOpen = (host: string) =>
        new Promise((resolve) => {
          const socket = connect(port, host, () => {
            socket.destroy();
            resolve(true);
          }).on('error', () => {
            resolve(false);
          });
        });
      // A server that listened to every address would also respond at this one.
      expect([await isOpen('127.0.0.1'), await isOpen('127.0.0.2')]).toEqual([true, false]);
    });

    test('leaves the outputs of another npm start in the folder when it stops', async () => {
      const file = join(start.outdir, 'local-outputs.json');
      writeFileSync(file, '{"of":"another"}');
      await start.interrupt();
      expect(existsSync(file)).toBe(true);
    });
  });

  test('with --explain explains each message of the flow, without a code or a token', async () => {
    const start = new Command('start', ['--explain', '--json', ...anyPort]);
    await start.seen(/\n/);
    const { loginUrl, tokenUrl, clientId, protectedResourceUrl, demoUser } = JSON.parse(start.stdout) as Record<
      'loginUrl' | 'tokenUrl' | 'clientId' | 'protectedResourceUrl',
      string
    > & { demoUser: { email: string; password: string } };
    const code = await codeFrom(loginUrl, demoUser.email, demoUser.password);
    const form = {
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: 'http://localhost:3000/dashboard',
      code,
    };
    const exchange = () => fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
    const tokens = (await (await exchange()).json()) as { access_token: string; id_token: string };
    await exchange();
    for (const headers of [{ Authorization: tokens.access_token }, { Authorization: tokens.id_token }, {}]) {
      await fetch(protectedResourceUrl, { headers });
    }
    await start.seen(new RegExp(`Why: ${rejectionWords['no-token'].reason}[^]*\n`));
    const blocks = start.stderr.trim().split('\n\n');
    expect(blocks.map((block) => [/^(.*) \(/.exec(block)![1], /^ {2}Why: (.*)/m.exec(block)?.[1]])).toEqual([
      ['The client asks for a sign-in', undefined],
      ['A code comes back', undefined],
      ['The client exchanges the code', undefined],
      ['The tokens arrive', undefined],
      ['The client exchanges the code', undefined],
      ['No tokens arrive', rejectionWords['spent-code'].reason],
      ['The client calls the API', undefined],
      ['The API responds', undefined],
      ['The client calls the API', undefined],
      ['The API responds', rejectionWords['id-token'].reason],
      ['The client calls the API', undefined],
      ['The API responds', rejectionWords['no-token'].reason],
    ]);
    for (const secret of [code, demoUser.password, tokens.access_token, tokens.id_token]) {
      expect(start.stderr).not.toContain(secret);
    }
    await start.interrupt();
  });

  test('with --json prints one line when ready, writes the outputs while it runs, and stops at once', async () => {
    const start = new Command('start', ['--json', ...anyPort]);
    await start.seen(/\n/);
    const ready = JSON.parse(start.stdout) as Record<'loginDomainUrl' | 'loginUrl', string>;
    const url = (path: string) => expect.stringMatching(new RegExp(`^http://localhost:\\d+${path}$`)) as string;
    expect(ready).toEqual({
      webUrl: url(''),
      loginDomainUrl: url(''),
      loginUrl: url('/oauth2/authorize\\?client_id=.*'),
      tokenUrl: url('/oauth2/token'),
      apiUrl: url('/prod'),
      routes: [
        {
          method: 'GET',
          url: url('/prod/awesomeapi'),
          public: false,
          scopes: ['awesomeapi-resource-server/awesomeapi.read'],
          target: 'mock',
        },
      ],
      notServed: [],
      protectedResourceUrl: url('/prod/awesomeapi'),
      userPoolId: expect.stringMatching(/^us-east-1_\w{9}$/) as string,
      clientId: expect.stringMatching(/^[a-z0-9]{26}$/) as string,
      mailboxUrl: url('/mailbox'),
      userPoolApiUrl: expect.stringMatching(/^http:\/\/localhost:\d+$/) as string,
      demoUser: { email: 'demo@example.com', password: expect.any(String) as string },
    });

    const file = join(start.outdir, 'local-outputs.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      CognitoStack: { HostedDomainUrl: ready.loginDomainUrl, HostedLoginUrl: ready.loginUrl },
    });
    // A browser keeps its connection.
    await fetch(ready.loginUrl, { redirect: 'manual' });
    const since = Date.now();
    expect(await start.interrupt()).toBe(0);
    expect(Date.now() - since).toBeLessThan(1000);
    expect(existsSync(file)).toBe(false);
  });

  // On Windows, npm does not end with a signal.
  const testOnUnix = process.platform === 'win32' ? test.skip : test;
  testOnUnix.each(['SIGTERM', 'SIGKILL'] as const)('ends as with Ctrl-C when npm gets a %s', async (signal) => {
    const outdir = mkdtempSync(join(tmpdir(), 'start-'));
    const npm = spawn('npm', ['start', '--', '--json', ...anyPort], {
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const text of npm.stdout) {
      if (String(text).includes('loginUrl')) {
        break;
      }
    }
    const file = join(outdir, 'local-outputs.json');
    expect(existsSync(file)).toBe(true);
    npm.kill(signal);
    await once(npm, 'exit');
    for (let tries = 0; existsSync(file); tries++) {
      expect(tries).toBeLessThan(3000);
      await setTimeout(10);
    }
  });

  test('says in one line that a port is in use, and how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const start = new Command('start', [
      '--login-port',
      '0',
      '--api-port',
      String(port),
      '--user-pool-api-port',
      '0',
      '--web-port',
      '0',
    ]);
    expect(await start.end()).toBe(1);
    expect(start.stderr).toBe(
      `Port ${port} is in use. Stop the program that uses it, or choose another port with --api-port (0: any free port).\n`,
    );
    other.close();
  });

  test('says in one line that two services are given the same port', async () => {
    const start = new Command('start', ['--login-port', '3055', '--api-port', '3055']);
    expect(await start.end()).toBe(1);
    expect(start.stderr).toBe(
      'Port 3055 is given to more than one service: choose another with --login-port or --api-port (0: any free port).\n',
    );
  });

  test.each([
    ['Corp', /^--provider must be NAME=URL with the URL of a provider on this machine, got "Corp"; allowed: such as /],
    ['Corp=https://idp.example.com', /^--provider must be NAME=URL .*, got "Corp=https:\/\/idp\.example\.com"; /],
    [
      'Corp=http://localhost:4000/?a=b',
      /^--provider must be NAME=URL .*, got "Corp=http:\/\/localhost:4000\/\?\[hidden\]"; /,
    ],
    [
      'Corp=http://ada:pa=s/s@localhost:4000',
      /^--provider must be NAME=URL .*, got "Corp=\[hidden\]@localhost:4000"; /,
    ],
    ['http://ada:pa=s/s@localhost:4000', /^--provider must be NAME=URL .*, got "\[hidden\]@localhost:4000"; /],
    ['Corp=http://localhost:4000', /^--provider must name an identity provider .*, got "Corp"; allowed: none\.\n$/],
  ])('says in one line that --provider %s is wrong', async (provider, line) => {
    const start = new Command('start', ['--provider', provider, ...anyPort]);
    expect(await start.end()).toBe(1);
    expect(start.stderr).toMatch(line);
    expect(start.stderr.split('\n')).toHaveLength(2);
  });

  test('ends with the report of main.ts when a setting is wrong', async () => {
    const start = new Command('start', anyPort, { env: { DOMAIN_PREFIX: 'my-aws-login' } });
    expect(await start.end()).toBe(1);
    expect(start.stderr).toMatch(
      /^A setting is wrong\. Nothing was written\.\n\nIn the environment variable DOMAIN_PREFIX:\n {2}domainPrefix: .*\n$/,
    );
  });

  test('rejects an AWS profile that is in no file of this machine', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aws-'));
    const [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE] = [join(folder, 'config'), join(folder, 'credentials')];
    writeFileSync(AWS_CONFIG_FILE, '[profile mine]\nregion = us-east-1\n');
    const start = new Command('start', [...anyPort, '--profile', 'min'], {
      env: { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE },
    });
    expect([await start.end(), start.stderr]).toEqual([
      1,
      `--profile must be the name of a profile in ${AWS_CONFIG_FILE} or ${AWS_SHARED_CREDENTIALS_FILE}, got "min".\n`,
    ]);
  });

  test('has a usage that names every option', async () => {
    const start = new Command('start', ['--help']);
    expect(await start.end()).toBe(0);
    for (const option of [
      '--login-port',
      '--api-port',
      '--user-pool-api-port',
      '--web-port',
      '--issuer',
      '--verbose',
      '--seed',
      '--provider',
      '--data',
      '--profile',
      '--test-controls',
      '--explain',
      '--json',
      '--help',
    ]) {
      expect(start.stdout).toContain(option);
    }
  });
});
