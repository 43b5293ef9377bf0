import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { Command } from '../support/command';
import { freePort } from '../support/free-port';

const cognitoOutputs = {
  CognitoUserPoolID: 'us-east-1_AbCdEfGhI',
  CognitoUserPoolAppClientID: '1example23456789',
  CognitoUserPoolAppClientSecret: 'never-for-a-page',
  Issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI',
  HostedDomainUrl: 'https://my-login.auth.us-east-1.amazoncognito.com',
  CallbackUrl: 'http://localhost:3000/dashboard',
  Scopes: 'awesomeapi-resource-server/awesomeapi.read openid',
};

/** Writes an outputs.json as a deploy does. */
function outputsFile(changes: Readonly<Record<string, string>> = {}): string {
  const file = join(mkdtempSync(join(tmpdir(), 'outputs-')), 'outputs.json');
  const ApiGatewayStack = { ProtectedResourceUrl: 'https://api.execute-api.us-east-1.amazonaws.com/prod/awesomeapi' };
  writeFileSync(file, JSON.stringify({ CognitoStack: { ...cognitoOutputs, ...changes }, ApiGatewayStack }));
  return file;
}

const configuration = {
  issuer: cognitoOutputs.Issuer,
  hostedDomainUrl: cognitoOutputs.HostedDomainUrl,
  clientId: cognitoOutputs.CognitoUserPoolAppClientID,
  scope: cognitoOutputs.Scopes,
  protectedResourceUrl: 'https://api.execute-api.us-east-1.amazonaws.com/prod/awesomeapi',
};

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
  "connect-src 'self' https://my-login.auth.us-east-1.amazoncognito.com https://api.execute-api.us-east-1.amazonaws.com; " +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

describe('npm run web', () => {
  test.each(['/dashboard', '/a%20b/:x'])(
    'serves the page and what it has to know of the deployed stack, at the callback URL %s',
    async (path) => {
      const callback = `http://localhost:${await freePort()}${path}`;
      const web = new Command('web', ['--outputs', outputsFile({ CallbackUrl: callback })]);
      const [, address] = await web.seen(/The web client is at (\S+)/);
      const page = await fetch(callback);
      expect(await page.text()).toContain(`content="${policy}"`);
      expect(Object.fromEntries(page.headers)).toMatchObject({
        'content-security-policy': "frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
      });
      expect(await (await fetch(`${address!}/config.json`)).json()).toEqual({
        ...configuration,
        redirectUri: callback,
      });
      expect((await fetch(address!)).status).toBe(200);
      expect((await fetch(`${address!}/other`)).status).toBe(404);
      expect((await fetch(`${address!}/..%2f..%2fpackage.json`)).status).toBe(404);
      await web.interrupt();
    },
  );

  test.each([
    ['no outputs', ['--outputs', 'none.json'], /^none\.json does not exist: npm run deploy writes/],
    [
      'a callback elsewhere',
      ['--outputs', outputsFile({ CallbackUrl: 'https://app.example.com/dashboard' })],
      /^The login returns to https:\/\/app\.example\.com\/dashboard, which is not on this machine: add .* --callback-url\.$/m,
    ],
    [
      'no address',
      ['--outputs', outputsFile(), '--callback-url', 'dashboard'],
      /^--callback-url must be a URL, got "dashboard"; allowed: an absolute http or https URL/,
    ],
  ])('ends with one line for %s', async (_, args, line) => {
    const web = new Command('web', args);
    expect(await web.end()).toBe(1);
    expect(web.stderr).toMatch(line);
    expect(web.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('npm run build:web', () => {
  test('makes a folder for a host, limited to the login and the API, and says what the app client needs', async () => {
    const args = ['--outputs', outputsFile(), '--callback-url', 'https://app.example.com/dashboard'];
    const build = new Command('build-web', args);
    expect(await build.end()).toBe(0);
    expect(build.stdout).toContain('"callbackUrls": ["https://app.example.com/dashboard"]');
    expect(build.stdout).toContain('"logoutUrls": ["https://app.example.com/"]');
    expect(build.stdout).toContain("Content-Security-Policy: frame-ancestors 'none'");
    const file = (name: string) => readFileSync(join('dist', 'web', name), 'utf8');
    expect(JSON.parse(file('config.json'))).toEqual({
      ...configuration,
      redirectUri: 'https://app.example.com/dashboard',
    });
    const html = file('index.html');
    expect(html).toContain(`content="${policy}"`);
    expect(html).not.toMatch(/<script>|<style| on\w+=/);
    const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(html)!;
    // In bytes, as a host sends it.
    expect(gzipSync(file(script!)).length).toBeLessThan(120_000);
  });

  test('gives the page the logout URL of the app client', async () => {
    const build = new Command('build-web', ['--outputs', outputsFile({ LogoutUrl: 'http://localhost:3000/' })]);
    expect(await build.end()).toBe(0);
    expect(JSON.parse(readFileSync(join('dist', 'web', 'config.json'), 'utf8'))).toMatchObject({
      logoutUri: 'http://localhost:3000/',
    });
  });
});
