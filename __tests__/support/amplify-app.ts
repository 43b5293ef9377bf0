import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { build } from 'esbuild';
import { type Page } from 'playwright-core';

import { launchChromium, trusting } from './chromium';
import { StartedProject } from './started-project';
import { WebClient } from './web-client';

interface CdktfJson {
  readonly context: { readonly settings: object };
}

const sources = join(__dirname, 'amplify-app');

/** The settings that the chapter about Amplify shows. */
function settingsOfChapter(): object {
  const page = readFileSync(join('src', 'local', 'CLIENTS.md'), 'utf8');
  const [, json] = /^## AWS Amplify\n.*?```json\n(.*?)```/ms.exec(page)!;
  return (JSON.parse(json!) as CdktfJson).context.settings;
}

/** A page with AWS Amplify in a Chromium, in front of `npm start -- --https` with the settings of the chapter. */
export class AmplifyApp {
  private constructor(
    private readonly project: StartedProject,
    private readonly server: Server,
    readonly client: WebClient,
  ) {}

  static async begin(): Promise<AmplifyApp> {
    const [project, server] = await Promise.all([
      StartedProject.begin(settingsOfChapter(), {}, ['--https']),
      servePage(),
    ]);
    const { summary } = project;
    const { port } = server.address() as AddressInfo;
    // Chromium finds everything where the chapter says that it is.
    const servers = {
      3001: summary.loginDomainUrl,
      3002: summary.apiUrl,
      3003: summary.userPoolApiUrl,
      5173: `http://localhost:${port}`,
    };
    const trust = await trusting(summary.loginDomainUrl, summary.certificateAuthorityFile);
    const client = await WebClient.open(summary, () => launchChromium(servers, [trust]));
    return new AmplifyApp(project, server, client);
  }

  /** Opens the page as someone who is signed out. */
  async open(page: Page): Promise<void> {
    await page.goto('http://localhost:5173/');
    await page.getByRole('button', { name: 'Sign in at the hosted login' }).waitFor();
  }

  /** Signs the demo user in at the hosted login. */
  async signIn(page: Page): Promise<void> {
    await this.open(page);
    await page.getByRole('button', { name: 'Sign in at the hosted login' }).click();
    await this.client.submitLogin(page);
    await page.getByText(this.client.services.demoUser.email).waitFor();
  }

  async end(): Promise<void> {
    await this.client.close();
    this.server.close();
    await this.project.end();
  }
}

/** Serves the page on a port that is free. */
async function servePage(): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [join(sources, 'page.ts')],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const files: Readonly<Record<string, readonly [type: string, content: string]>> = {
    '/': ['text/html', readFileSync(join(sources, 'index.html'), 'utf8')],
    '/page.js': ['text/javascript', outputFiles[0]!.text],
    '/style.css': ['text/css', readFileSync(join('src', 'http', 'style.css'), 'utf8')],
  };
  const server = createServer((request, response) => {
    const [type, content] = files[new URL(request.url!, 'http://localhost').pathname]!;
    response.writeHead(200, { 'Content-Type': type }).end(content);
  }).listen(0, 'localhost');
  await once(server, 'listening');
  return server;
}
