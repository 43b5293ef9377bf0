import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { anyPort, Command } from '../support/command';
import { jwtPart } from '../support/oauth-client';
import { otherProjectFile } from '../support/other-project';
import { StartedProject } from '../support/started-project';

const page = readFileSync(join('src', 'local', 'WHICH-LOCAL-COGNITO.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'cognito-local-'));

/** A file of cognito-local with two users: the fields are those of its `User`. */
const database = {
  Options: { Id: 'local_4ibFqoMZ', UsernameAttributes: ['email'] },
  Users: Object.fromEntries(
    ['CONFIRMED', 'FORCE_CHANGE_PASSWORD'].map((UserStatus) => {
      const email = `${UserStatus.toLowerCase()}@example.com`;
      const Attributes = [
        { Name: 'sub', Value: '28e1c1a8-7c6d-4d2e-8f5a-0c8d1a4e9b11' },
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ];
      return [email, { Attributes, Enabled: true, Password: 'Correct-horse-1', UserStatus, RefreshTokens: [] }];
    }),
  ),
};

let project: StartedProject;
beforeAll(async () => {
  const [, script] = /```js\n(.*?)```/s.exec(page)!;
  writeFileSync(join(folder, 'users.js'), script!);
  writeFileSync(join(folder, 'pool.json'), JSON.stringify(database));
  execFileSync(process.execPath, ['users.js', 'pool.json'], { cwd: folder });
  project = await StartedProject.begin({}, {}, ['--seed', join(folder, 'users.json'), '--issuer', 'local']);
});
afterAll(() => project.end());

/** A URL of the page at the ports of this start. */
function here(url: string): string {
  const { loginDomainUrl, apiUrl, userPoolApiUrl } = project.summary;
  return url
    .replace('http://localhost:3001', loginDomainUrl)
    .replace('http://localhost:3002/prod', apiUrl)
    .replace('http://localhost:3003', userPoolApiUrl);
}

async function signIn(email: string) {
  const response = await fetch(here('http://localhost:3003'), {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': 'AWSCognitoIdentityProviderService.InitiateAuth',
    },
    body: JSON.stringify({
      ClientId: project.summary.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: email, PASSWORD: 'Correct-horse-1' },
    }),
  });
  return (await response.json()) as { AuthenticationResult: { AccessToken: string }; ChallengeName?: string };
}

test('the script moves the users of cognito-local, with their passwords and their status', async () => {
  const { AuthenticationResult } = await signIn('confirmed@example.com');
  expect(jwtPart(AuthenticationResult.AccessToken, 1).iss).toBe(
    here('http://localhost:3003/POOL_ID').replace('POOL_ID', project.summary.userPoolId),
  );
  expect((await signIn('force_change_password@example.com')).ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
});

test('the URLs of the page are those of the services', async () => {
  const urls = [...page.matchAll(/\| `(http:\/\/localhost:300[\w/:]+)`/g)].map(([, url]) => url!);
  const methods = { '/login': 'GET', '/oauth2/token': 'POST', '/prod/awesomeapi': 'GET', '/': 'POST' };
  const responses = await Promise.all(
    urls.map(async (url) => {
      const method = methods[new URL(url).pathname as keyof typeof methods];
      return (await fetch(here(url), { method, redirect: 'manual' })).status;
    }),
  );
  // Each rejects a request without parameters or a token: none is missing.
  expect(Object.fromEntries(urls.map((url, index) => [url, responses[index]]))).toEqual({
    'http://localhost:3001/login': 302,
    'http://localhost:3001/oauth2/token': 400,
    'http://localhost:3002/prod/awesomeapi': 401,
    'http://localhost:3003': 400,
  });
  expect((await fetch(here('http://localhost:3001/mailbox'))).status).toBe(200);
});

test.each([...page.matchAll(/`npx local-cognito (.*?)`/g)].map(([, options]) => options!))(
  'the command of the page serves a plan: npx local-cognito %s',
  async (options) => {
    const files = options
      .replace('plan.json', otherProjectFile('plan.json'))
      .replace('users.json', join(folder, 'users.json'));
    const start = new Command('local-cognito', [...files.split(' '), '--json', ...anyPort.slice(0, -2)]);
    const [line] = await start.seen(/^\{.*\}$/m);
    expect(JSON.parse(line)).toMatchObject({ userPoolId: expect.stringMatching(/^eu-west-1_/) as string });
    await start.interrupt();
  },
);
