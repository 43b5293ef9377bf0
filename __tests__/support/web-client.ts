import { type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

import { type DemoUser } from '../../src/local/host/demo-user';
import { launchChromium } from './chromium';
import { Command } from './command';

/** Where the web client is for the browser, as the callback URL has it. */
export const landingUrl = 'http://localhost:3000/';
export const dashboardUrl = 'http://localhost:3000/dashboard';

export interface Served {
  readonly webUrl: string | undefined;
  readonly loginDomainUrl: string;
  readonly demoUser: DemoUser;
}

/** Runs `npm start` on ports that are free. */
export function startServices(): Command {
  return new Command('start', [
    '--json',
    '--login-port',
    '0',
    '--api-port',
    '0',
    '--user-pool-api-port',
    '0',
    '--web-port',
    '0',
  ]);
}

/** A Chromium in front of the web client, which notes what no page should do. */
export class WebClient<Services extends Served = Served> {
  /** Errors and warnings of the console, and requests that left this machine. */
  readonly problems: string[] = [];
  /** Responses to scripts: of the login and the API as `METHOD /path status`, of Cognito's API as `Operation status`. */
  readonly calls: string[] = [];

  private constructor(
    readonly services: Services,
    private readonly browser: Browser,
  ) {}

  /** Opens it in front of `npm start`, once that is ready. */
  static async of(start: Command): Promise<WebClient> {
    const [ready] = await start.seen(/^\{.*\}$/m);
    return WebClient.open(JSON.parse(ready) as Served);
  }

  /** @param launch starts Chromium, in front of the web client alone if that is not given */
  static async open<Services extends Served>(
    services: Services,
    launch = () => launchChromium({ 3000: services.webUrl! }),
  ): Promise<WebClient<Services>> {
    return new WebClient(services, await launch());
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** A person's browser: what one tab of it keeps for all tabs, no other has. */
  async visit(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext(options);
    context.setDefaultTimeout(10_000);
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.problems.push(message.text());
      }
    });
    context.on('weberror', (error) => this.problems.push(error.error().message));
    context.on('request', (request) => {
      if (new URL(request.url()).hostname !== 'localhost') {
        this.problems.push(request.url());
      }
    });
    context.on('response', (response) => {
      const request = response.request();
      if (request.resourceType() === 'fetch') {
        const operation = request.headers()['x-amz-target']?.split('.')[1];
        const name = operation ?? `${request.method()} ${new URL(response.url()).pathname}`;
        this.calls.push(`${name} ${String(response.status())}`);
      }
    });
    return context;
  }

  async openLogin(page: Page): Promise<void> {
    await page.goto(landingUrl);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/login\?/);
  }

  async submitLogin(page: Page, { email, password }: DemoUser = this.services.demoUser): Promise<void> {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async signIn(page: Page): Promise<void> {
    await this.openLogin(page);
    await this.submitLogin(page);
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  }

  /** Signs up as someone new, up to the page that asks for the mailed code, and returns that code. */
  async signUp(page: Page, email: string): Promise<string> {
    await this.openLogin(page);
    await page.getByRole('link', { name: 'Sign up' }).click();
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill('Correct-horse-1');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('heading', { name: 'Confirm your account' }).waitFor();
    return this.mailedCode(page, email);
  }

  /** Returns the code in the last mail to an address. */
  async mailedCode(page: Page, email: string): Promise<string> {
    const mailbox = await page.context().newPage();
    await mailbox.goto(`${this.services.loginDomainUrl}/mailbox`);
    const mail = await mailbox.getByRole('article').filter({ hasText: email }).first().innerText();
    await mailbox.close();
    return /\b(\d{6})\b/.exec(mail)![1]!;
  }
}

/** What a visit leaves behind where it should leave nothing. */
export async function whatIsLeft(visit: BrowserContext) {
  const { origins } = await visit.storageState();
  const histories = await Promise.all(
    visit.pages().map(async (tab) => {
      const { entries } = await (await visit.newCDPSession(tab)).send('Page.getNavigationHistory');
      return entries.map(({ url }) => url);
    }),
  );
  return {
    localStorage: origins,
    secretsInHistory: histories.flat().filter((url) => /[?&#](?:code|[a-z]+_token)=/.test(url)),
  };
}
