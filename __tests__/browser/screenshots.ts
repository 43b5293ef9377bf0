// `npm run screenshots`: draws the pictures of the documents, or every view in every form.
import setUp from '../support/global-setup';

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { html } from 'hono/html';
import { type BrowserContext, type Page } from 'playwright-core';

import { readOptions } from '../../src/cli/command-line';
import { AmplifyApp } from '../support/amplify-app';
import { launchChromium } from '../support/chromium';
import { anyPort, Command } from '../support/command';
import { freePort } from '../support/free-port';
import tearDown from '../support/global-teardown';
import { TestServices } from '../support/local-services';
import { type Served, WebClient } from '../support/web-client';
import {
  colorSchemes,
  mfaRequired,
  mfaViews,
  providerViews,
  screens,
  views,
  withGoogle,
} from '../support/web-client-views';

const window = { width: 640, height: 600 };
const tallWindow = { width: 640, height: 980 };

interface Picture {
  readonly viewport: typeof window;
  /** Heading at the top, where the page is longer. */
  readonly top?: string;
}

/** The pictures of the web client and the hosted login, by view. */
const pictures: Readonly<Record<string, Picture>> = {
  landing: { viewport: window },
  login: { viewport: window },
  'sign-up': { viewport: window },
  'api-response': { viewport: window },
  timeline: { viewport: { width: 640, height: 1240 }, top: 'How this worked' },
  tokens: { viewport: tallWindow, top: 'The tokens arrive' },
  'other-ways': { viewport: tallWindow, top: 'Try to get in another way' },
  'wrong-verifier': { viewport: tallWindow, top: 'With an expired token' },
};
/** The pictures of a sign-in with an identity provider, by view. */
const providerPictures: typeof pictures = {
  'login-with-providers': { viewport: window },
  'identity-provider': { viewport: { width: 640, height: 840 } },
};
const amplifyPicture: Picture = { viewport: { width: 640, height: 760 } };

const usage = `
npm run screenshots -- [options]: draws the pictures of the documents

  --all FOLDER  draws every page in every size and color scheme to this folder instead
  --help        shows this help
`;

const { all } = readOptions(usage, { all: { type: 'string' } });
const folder = all ?? join('.github', 'screenshots');

void main();

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await setUp();
  if (all === undefined) {
    await drawPictures();
  } else {
    await drawEverything();
  }
  await tearDown();
}

/** Draws the pictures of the documents. */
async function drawPictures(): Promise<void> {
  const localServices = new TestServices();
  for (const [changes, drawn, shown] of [
    [{}, pictures, views] as const,
    [withGoogle, providerPictures, providerViews] as const,
  ]) {
    const client = await WebClient.open(await localServices.serve(changes));
    for (const [name, picture] of Object.entries(drawn)) {
      await draw(name, picture, await client.visit(), (page) => shown[name]!(client, page));
    }
    await client.close();
  }
  const app = await AmplifyApp.begin();
  await draw('amplify', amplifyPicture, await app.client.visit(), async (page) => {
    await app.signIn(page);
    await page.getByRole('button', { name: 'Call the API' }).click();
    await page.getByText('Status 200').waitFor();
  });
  await app.end();
  await drawLoginCommand();
}

/** Draws `npm run login` beside the web client: the terminal, and the page on which the sign-in ends. */
async function drawLoginCommand(): Promise<void> {
  // Without the last 0, which is the port of the web client.
  const start = new Command('start', ['--json', ...anyPort.slice(0, -1), String(await freePort())]);
  const [ready] = await start.seen(/^\{.*\}$/m);
  const client = await WebClient.open(JSON.parse(ready) as Served, () => launchChromium({}));
  const login = new Command('login', ['--print-url'], { outdir: start.outdir });
  const [loginUrl] = await login.seen(/http\S+/);
  const context = await client.visit({ viewport: { width: 640, height: 200 } });
  const page = await context.newPage();
  await page.goto(loginUrl);
  await client.submitLogin(page);
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  await login.end();
  const { origin, pathname } = new URL(page.url());
  const terminal = `$ npm run login\n${login.stderr}\n${login.stdout.slice(0, 40)}…`;
  const picture = await context.newPage();
  await picture.setViewportSize({ width: 640, height: 560 });
  for (const colorScheme of colorSchemes) {
    await page.emulateMedia({ colorScheme });
    await picture.emulateMedia({ colorScheme });
    const ending = (await page.screenshot()).toString('base64');
    const content = await html`<meta name="color-scheme" content="light dark" />
      <style>
        * {
          margin: 0;
        }
        pre {
          padding: 16px;
          white-space: pre-wrap;
          overflow-wrap: anywhere;
        }
        hr {
          margin: 0 16px;
        }
        img {
          display: block;
        }
      </style>
      <pre>${terminal}</pre>
      <hr />
      <pre>${origin}${pathname}?code=…</pre>
      <img alt="" src="data:image/png;base64,${ending}" />`;
    await picture.setContent(content.toString());
    await picture.locator('body').screenshot({ path: join(folder, `npm-run-login-${colorScheme}.png`) });
  }
  await client.close();
  await start.interrupt();
}

async function draw(
  name: string,
  { viewport, top }: Picture,
  context: BrowserContext,
  show: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await context.newPage();
  await page.setViewportSize(viewport);
  await show(page);
  if (top !== undefined) {
    const { y } = (await page.getByRole('heading', { name: top }).boundingBox())!;
    await page.evaluate(`scrollBy(0, ${y - 32})`);
  }
  await page.mouse.move(0, 0);
  for (const colorScheme of colorSchemes) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
  await context.close();
}

/** Draws every view on every screen. */
async function drawEverything(): Promise<void> {
  const localServices = new TestServices();
  for (const [changes, shown] of [
    [{}, views] as const,
    [mfaRequired, mfaViews] as const,
    [withGoogle, providerViews] as const,
  ]) {
    const client = await WebClient.open(await localServices.serve(changes));
    for (const [name, show] of Object.entries(shown)) {
      const context = await client.visit();
      const page = await context.newPage();
      await show(client, page);
      for (const colorScheme of colorSchemes) {
        await page.emulateMedia({ colorScheme });
        for (const [screen, { viewport }] of Object.entries(screens)) {
          await page.setViewportSize(viewport);
          await page.screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`), fullPage: true });
        }
      }
      await context.close();
    }
    await client.close();
  }
}
