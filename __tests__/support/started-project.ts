import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Browser } from './browser';
import { anyPort, Command } from './command';
import { copyProject, linkProject, writeSettings } from './project';

/** The line that `--json` prints. */
export interface Summary {
  readonly loginUrl: string;
  readonly tokenUrl: string;
  readonly mailboxUrl: string;
  readonly apiUrl: string;
  readonly protectedResourceUrl: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly demoUser: { readonly email: string; readonly password: string };
  /** Undefined without a web client. */
  readonly webUrl: string;
  readonly loginDomainUrl: string;
  readonly userPoolApiUrl: string;
  /** With `--https` only. */
  readonly certificateAuthorityFile: string;
}

/** A project with its own settings in which `npm start` runs. */
export class StartedProject {
  private constructor(
    readonly folder: string,
    readonly start: Command,
    readonly summary: Summary,
  ) {}

  /**
   * Starts it with the code of this project.
   *
   * @param files further files of the project, by path
   * @param options further options of `npm start`
   */
  static begin(
    settings: object,
    files: Readonly<Record<string, string>> = {},
    options: readonly string[] = [],
  ): Promise<StartedProject> {
    return StartedProject.beginIn(linkProject(settings), files, options);
  }

  /** Starts it with a copy of the code, which a test can change. */
  static beginCopy(settings: object, files: Readonly<Record<string, string>> = {}): Promise<StartedProject> {
    const folder = copyProject({ settings });
    for (const name of ['package-lock.json', 'dist']) {
      if (existsSync(name)) {
        cpSync(name, join(folder, name), { recursive: true });
      }
    }
    return StartedProject.beginIn(folder, files, []);
  }

  private static async beginIn(
    folder: string,
    files: Readonly<Record<string, string>>,
    options: readonly string[],
  ): Promise<StartedProject> {
    writeFiles(folder, files);
    const start = new Command('start', ['--json', ...anyPort, ...options], {
      cwd: folder,
      env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_PROFILE: 'mine', ...ownAuthority(folder) },
    });
    const [line] = await start.seen(/^\{.*\}$/m);
    return new StartedProject(folder, start, JSON.parse(line) as Summary);
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  set(settings: object): void {
    writeSettings(this.folder, settings);
  }

  get(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.summary.apiUrl}${path}`, init);
  }

  accessToken(): Promise<string> {
    return accessToken(this.summary);
  }

  async end(): Promise<void> {
    await this.start.interrupt();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Signs the demo user in. */
export async function accessToken({ loginUrl, tokenUrl, clientId, demoUser }: Summary): Promise<string> {
  const browser = new Browser();
  const { email: username, password } = demoUser;
  const { url } = await browser.submit(await browser.open(loginUrl), { username, password });
  const response = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: new URL(loginUrl).searchParams.get('redirect_uri')!,
      code: url.searchParams.get('code')!,
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Puts the local authority, which `--https` makes, into the folder, on each system. */
function ownAuthority(folder: string) {
  const data = join(folder, 'data');
  return { XDG_DATA_HOME: data, HOME: data, LOCALAPPDATA: data };
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
