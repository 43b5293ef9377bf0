import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** The terraform program that the project runs. */
export const terraform = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

export interface Finished {
  readonly status: number | null;
  /** All that the command wrote, without colours. */
  readonly output: string;
}

interface State {
  readonly resources: readonly { readonly mode: 'managed' | 'data'; readonly type: string }[];
}

/** Reads the changes from a plan that the CLI has shown, by address. */
export function plannedChanges(output: string): Record<string, string> {
  const changes = output.matchAll(/# (\S+)(?: \(.*\))? (?:will|must) be (\w+)/g);
  return Object.fromEntries(Array.from(changes, ([, address, change]) => [address, change]));
}

/** A copy of the project in a folder of its own, whose AWS is a proxy on this machine. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'acceptance-'));
  private readonly running = new Set<ChildProcess>();
  private readonly environment: NodeJS.ProcessEnv;

  constructor(awsUrl: string) {
    for (const part of ['main.ts', 'src', 'cdktf.json', 'package.json', 'tsconfig.json', '.config']) {
      cpSync(part, join(this.folder, part), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
    // Nothing else of this process's environment: an AWS profile or a terraform option would get in.
    const { PATH, TF_CLI_CONFIG_FILE, TERRAFORM_BINARY_NAME } = process.env;
    this.environment = {
      PATH,
      TF_CLI_CONFIG_FILE,
      ...(TERRAFORM_BINARY_NAME !== undefined && { TERRAFORM_BINARY_NAME }),
      HOME: this.folder,
      // The CLI's own cache, shared by all projects, may hold another provider under the same version.
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: awsUrl,
      // A call to any other host arrives at the proxy, too.
      HTTP_PROXY: awsUrl,
      HTTPS_PROXY: awsUrl,
      NO_PROXY: '127.0.0.1,localhost',
      npm_config_update_notifier: 'false',
    };
  }

  /** Writes settings to cdktf.json, as a user does. */
  set(settings: Readonly<Record<string, unknown>>): void {
    const file = join(this.folder, 'cdktf.json');
    const json = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...json, context: { settings } }));
  }

  /** Starts a command in a process group of its own. */
  start(command: string, ...args: string[]): { readonly process: ChildProcess; readonly finished: Promise<Finished> } {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: this.environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const finished = once(child, 'close').then(([status]: (number | null)[]) => {
      this.running.delete(child);
      return { status: status!, output: stripVTControlCharacters(output) };
    });
    return { process: child, finished };
  }

  deploy(): Promise<Finished> {
    return this.start('npm', 'run', 'deploy', '--', '--auto-approve', '--skip-provider-lock').finished;
  }

  plan(): Promise<Finished> {
    return this.start('npm', 'run', 'plan', '--', '--skip-provider-lock').finished;
  }

  destroy(): Promise<Finished> {
    return this.start('npm', 'run', 'destroy', '--', '--auto-approve').finished;
  }

  /** Reads what deploy has written to outputs.json. */
  outputs(): unknown {
    return JSON.parse(readFileSync(join(this.folder, 'outputs.json'), 'utf8'));
  }

  /** Counts the resources in the states of both stacks, by type. */
  census(): Record<string, number> {
    const types = readdirSync(this.folder)
      .filter((name) => name.endsWith('.tfstate'))
      .flatMap((name) => (JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as State).resources)
      .filter(({ mode }) => mode === 'managed')
      .map(({ type }) => type);
    return Object.fromEntries(types.map((type) => [type, types.filter((other) => other === type).length]));
  }

  /** Ends what still runs, and removes the folder. */
  remove(): void {
    for (const { pid } of this.running) {
      process.kill(-pid!, 'SIGKILL');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
