import { type Browser, type Page } from 'playwright-core';

import { launchChromium } from '../support/chromium';
import { Command } from '../support/command';

const webUrl = 'http://localhost:3000';

let start: Command;
let ready: { webUrl: string; demoUser: { email: string; password: string } };
let browser: Browser;

beforeAll(async () => {
  start = new Command('start', ['--json', '--login-port', '0', '--api-port', '0', '--web-port', '0']);
  await start.seen(/\n/);
  ready = JSON.parse(start.stdout) as typeof ready;
  browser = await launchChromium(ready.webUrl);
});

afterAll(async () => {
  await browser.close();
  await start.interrupt();
});

async function signIn(page: Page) {
  await page.goto(webUrl);
  await page.getByRole('button', { name: 'Login' }).click();
  await page.getByLabel('Email').fill(ready.demoUser.email);
  await page.getByLabel('Password').fill(ready.demoUser.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
}

test('signs in and calls', async () => {
  const page = await browser.newPage();
  page.on('console', (m) => console.log(m.type(), m.text()));
  page.on('pageerror', (m) => console.log(m));
  await signIn(page);
  await page.getByRole('button', { name: 'Call Protected API' }).click();
  await page.getByText('Hello From').waitFor();
  console.log(page.url(), await page.evaluate('JSON.stringify(sessionStorage)'));
  await page.screenshot({ path: '/tmp/shot.png' });
});
