import { readFileSync } from 'node:fs';

import { Browser } from '../support/browser';
import { anyPort, Command } from '../support/command';
import { jwtPart } from '../support/oauth-client';
import { TestOpenIdProvider } from '../support/openid-provider';
import { StartedProject } from '../support/started-project';

const chapter = /## Identity providers\n(.*?)\n## /s.exec(readFileSync('src/cognito/README.md', 'utf8'))![1]!;
const [, json] = /```json\n(.*?)```/s.exec(chapter)!;
const { settings } = (JSON.parse(json!) as { context: { settings: object } }).context;

type Summary = StartedProject['summary'];

let provider: TestOpenIdProvider;

beforeAll(async () => {
  provider = await TestOpenIdProvider.start();
  provider.clientSecret = process.env.CORP_CLIENT_SECRET = 'from-the-environment';
});

afterAll(() => {
  delete process.env.CORP_CLIENT_SECRET;
  provider.stop();
});

async function toProvider({ loginUrl }: Summary, browser: Browser): Promise<URL> {
  return new URL((await browser.fetch(`${loginUrl}&identity_provider=Corp`)).headers.get('Location')!);
}

/** Completes the sign-in of a browser that is at the provider, and returns the claims of the ID token. */
async function claimsAfter(url: URL, browser: Browser, { loginUrl, tokenUrl, clientId }: Summary): Promise<unknown> {
  const { url: callback } = await browser.open(await provider.authorize(url));
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: new URL(loginUrl).searchParams.get('redirect_uri')!,
    code: callback.searchParams.get('code')!,
  });
  const response = await fetch(tokenUrl, { method: 'POST', body });
  return jwtPart(((await response.json()) as { readonly id_token: string }).id_token, 1);
}

test('the settings of the chapter sign a user in with --provider, also after a reload and the next start', async () => {
  const options = ['--provider', `Corp=${provider.url}`, '--data', 'kept'];
  const project = await StartedProject.begin(settings, {}, options);
  expect(project.summary).toMatchObject({ identityProviders: [{ name: 'Corp', url: provider.url }] });

  provider.person = { idToken: { sub: 'ada', email: 'ada@example.com', email_verified: true }, userInfo: {} };
  const browser = new Browser();
  const url = await toProvider(project.summary, browser);
  const served = project.start.seen(/The changed stacks are served\./);
  project.set({ ...settings, groups: { admins: {} } });
  await served;
  const first = await claimsAfter(url, browser, project.summary);
  expect(first).toMatchObject({ 'cognito:username': 'Corp_ada', email: 'ada@example.com', email_verified: true });

  await project.start.interrupt();
  const again = new Command('start', ['--json', ...anyPort, ...options], { cwd: project.folder });
  const summary = JSON.parse((await again.seen(/^\{.*\}$/m))[0]) as Summary;
  provider.person = { idToken: { sub: 'ada', email: 'countess@example.com' }, userInfo: {} };
  const other = new Browser();
  expect(await claimsAfter(await toProvider(summary, other), other, summary)).toMatchObject({
    sub: (first as { readonly sub: string }).sub,
    email: 'countess@example.com',
    'cognito:groups': [`${summary.userPoolId}_Corp`],
  });
  expect(project.start.stdout + project.start.stderr + again.stdout + again.stderr).not.toContain(
    'from-the-environment',
  );
  await again.interrupt();
  await project.end();
}, 120_000);
