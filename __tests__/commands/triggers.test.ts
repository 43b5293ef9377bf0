import { readFileSync } from 'node:fs';

import { Browser } from '../support/browser';
import { StartedProject } from '../support/started-project';

const chapter = /## Triggers\n(.*?)\n## /s.exec(readFileSync('src/cognito/README.md', 'utf8'))![1]!;
const [, handler] = /```ts\n(.*?)```/s.exec(chapter)!;
const [, json] = /```json\n(.*?)```/s.exec(chapter)!;
const { userPool } = (JSON.parse(json!) as { context: { settings: { userPool: object } } }).context.settings;
const file = 'src/handlers/token.ts';
/** Its users cannot request the scope of the route. */
const appClients = { web: { scopes: ['openid'], callbackUrls: ['http://localhost:3000/dashboard'] } };

let project: StartedProject;

beforeAll(async () => {
  project = await StartedProject.beginCopy({ userPool, appClients }, { [file]: handler! });
}, 120_000);

afterAll(() => project.end());

/** Serves another handler. */
async function change(code: string): Promise<void> {
  const served = project.start.seen(/The changed stacks are served\./);
  project.write({ [file]: code });
  await served;
}

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
}

test('the trigger of the chapter adds a claim, and a scope that opens a route', async () => {
  const token = await project.accessToken();
  expect(claimsOf(token)).toMatchObject({
    tenant: 'acme',
    scope: 'openid awesomeapi-resource-server/awesomeapi.read',
  });
  expect((await project.get('/awesomeapi', { headers: { Authorization: token } })).status).toBe(200);
});

test('a changed handler is loaded before its first event, and has no credentials', async () => {
  await change(`console.log('loaded');
  export const handler = (event: any) => {
    const credentials = process.env.AWS_ACCESS_KEY_ID ?? process.env.AWS_PROFILE ?? 'none';
    event.response.claimsAndScopeOverrideDetails = {
      accessTokenGeneration: { claimsToAddOrOverride: { credentials, sub: 'another' } },
    };
    return Promise.resolve(event);
  };\n`);
  await project.start.seen(/INFO loaded/);
  const token = await project.accessToken();
  expect(claimsOf(token)).toMatchObject({
    credentials: 'none',
    sub: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
  expect((await project.get('/awesomeapi', { headers: { Authorization: token } })).status).toBe(401);
});

test('a handler that throws rejects the sign-in with its message, at the callback URL', async () => {
  await change("export const handler = () => Promise.reject(new Error('Not today'));\n");
  const { loginUrl, demoUser } = project.summary;
  const browser = new Browser();
  const form = await browser.open(`${loginUrl}&state=here`);
  const { url } = await browser.submit(form, { username: demoUser.email, password: demoUser.password });
  expect(url.href).toBe(
    'http://localhost:3000/dashboard?error_description=PreTokenGeneration+failed+with+error+Not+today.' +
      '&state=here&error=invalid_request',
  );
});
