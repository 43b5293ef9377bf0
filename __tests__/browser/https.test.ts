import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launchChromium, trusting } from '../support/chromium';
import { anyPort, Command } from '../support/command';
import { type Served } from '../support/web-client';

test('a person signs in and calls the API over https, and the cookies of the login are Secure', async () => {
  const data = mkdtempSync(join(tmpdir(), 'data-'));
  const start = new Command('start', ['--https', '--json', ...anyPort], {
    env: { XDG_DATA_HOME: data, HOME: data, LOCALAPPDATA: data },
  });
  const [ready] = await start.seen(/^\{.*\}$/m);
  const services = JSON.parse(ready) as Served & { readonly certificateAuthorityFile: string };
  const trust = await trusting(services.loginDomainUrl, services.certificateAuthorityFile);
  const browser = await launchChromium({ 3000: services.webUrl! }, [trust]);
  const page = await browser.newPage();

  await page.goto('https://localhost:3000/');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Email').fill(services.demoUser.email);
  await page.getByLabel('Password').fill(services.demoUser.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Call protected API' }).click();
  await page.getByText('Status 200').waitFor();

  const url = page.url();
  const cookies = await page.context().cookies();
  await browser.close();
  await start.interrupt();

  expect(url).toBe('https://localhost:3000/dashboard');
  expect(cookies.map(({ name }) => name).sort()).toEqual(['XSRF-TOKEN', 'cognito']);
  for (const cookie of cookies) {
    expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax' });
  }
});
