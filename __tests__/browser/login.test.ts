import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

import { type Browser, type Page } from 'playwright-core';

import { launchChromium } from '../support/chromium';
import { Command } from '../support/command';
import { freePort } from '../support/free-port';

let start: Command;
let services: Readonly<Record<'webUrl' | 'protectedResourceUrl', string>> & {
  readonly demoUser: { readonly email: string; readonly password: string };
};
let chromium: Browser;
let page: Page;

beforeAll(async () => {
  const ports = ['login', 'api', 'user-pool-api'].flatMap((service) => [`--${service}-port`, '0']);
  start = new Command('start', ['--json', '--verbose', ...ports, '--web-port', String(await freePort())]);
  const [ready] = await start.seen(/^\{.*\}$/m);
  services = JSON.parse(ready) as typeof services;
  chromium = await launchChromium({});
  page = await chromium.newPage();
  page.setDefaultTimeout(10_000);
});

afterAll(async () => {
  await chromium.close();
  await start.interrupt();
});

/** Runs a shell command whose browser writes the URL that it opens to a file. */
function runWithBrowser(command: string, openedFile: string): Promise<string> {
  const programs = mkdtempSync(join(tmpdir(), 'programs-'));
  const browser = `#!/bin/sh\nprintf %s "$1" > "${openedFile}.part" && mv "${openedFile}.part" "${openedFile}"\n`;
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(programs, name), browser, { mode: 0o755 });
  }
  const { stdout } = spawn('sh', ['-c', command], {
    timeout: 20_000,
    env: { ...process.env, CDKTF_OUTDIR: start.outdir, PATH: `${programs}${delimiter}${process.env.PATH!}` },
  });
  return text(stdout);
}

test('npm run login while the web client runs gives curl an access token, with nothing to paste', async () => {
  const openedFile = join(mkdtempSync(join(tmpdir(), 'opened-')), 'url');
  const command = `curl -s ${services.protectedResourceUrl} -H "Authorization: $(npm run -s login)"`;
  const response = runWithBrowser(command, openedFile);
  while (!existsSync(openedFile)) {
    await setTimeout(50);
  }
  await page.goto(readFileSync(openedFile, 'utf8'));
  await page.getByLabel('Email').fill(services.demoUser.email);
  await page.getByLabel('Password').fill(services.demoUser.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  expect(await response).toBe('{"statusCode":200,"message":"Hello From Protected Resource"}');
  const code = new URL(page.url()).searchParams.get('code')!;
  expect(start.stdout + start.stderr).not.toContain(code);
});
