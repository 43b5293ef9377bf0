import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

import { copyProject, writeSettings } from './project';
import { type AttachedTerraform, attachTerraform } from './shared-provider';

/** The terraform program that the project runs. */
export const terraform = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

export interface Command {
  /** ID of its session and process group, in which all that it starts is, apart from terraform. */
  readonly session: number;
  readonly finished: Promise<Finished>;
}

/** A terminal window with a shell. */
export interface Terminal {
  /** ID of the shell's process and session. */
  readonly pid: number;
  write(keys: string): void;
  onData(listener: (text: string) => void): void;
  /** Closes the window. */
  kill(): void;
}

// The CLI's own, which it runs terraform in.
const pty = createRequire(require.resolve('cdktf-cli/package.json'))('@cdktf/node-pty-prebuilt-multiarch') as {
  spawn(command: string, args: readonly string[], options: object): Terminal;
};

export interface Finished {
  readonly status: number | null;
  /** All that the command wrote, without colours. */
  readonly output: string;
}

interface State {
  readonly resources: readonly { readonly mode: 'managed' | 'data'; readonly type: string }[];
}

/** Reads the changes from the summary of a plan, by address. */
export function plannedChanges(output: string): Record<string, string> {
  const changes = output.matchAll(/^ {4}(deleted|replaced|updated|created|imported|moved) +([^\s:]+)/gm);
  return Object.fromEntries(Array.from(changes, ([, change, address]) => [address!, change!] as const));
}

/** Finds the process that runs the CLI in a session, or nothing. */
export function findCli(session: number): number | undefined {
  const { stdout } = spawnSync('pgrep', ['-s', String(session), '-f', '^node .*src/cli/commands/(deploy|destroy).ts'], {
    encoding: 'utf8',
  });
  return stdout === '' ? undefined : Number(stdout);
}

/** Waits for the CLI, which outlives npm where the shell between the two dies of Ctrl-C. */
export async function endOfCli(session: number): Promise<void> {
  while (findCli(session) !== undefined) {
    await delay(100);
  }
}

/** A copy of the project in a folder of its own, whose AWS is a proxy on this machine. */
export class Project {
  readonly folder = copyProject();
  /** Settings that it has whatever is set. */
  common: Readonly<Record<string, unknown>> = {};
  private readonly running = new Set<ChildProcess>();
  private readonly terminals: Terminal[] = [];
  private readonly environment: NodeJS.ProcessEnv;
  private attached: AttachedTerraform | undefined;

  constructor(awsUrl: string) {
    // Nothing else of this process's environment: an AWS profile or a terraform option would get in.
    const { PATH, TF_CLI_CONFIG_FILE, TERRAFORM_BINARY_NAME } = process.env;
    this.environment = {
      PATH,
      TF_CLI_CONFIG_FILE,
      ...(TERRAFORM_BINARY_NAME !== undefined && { TERRAFORM_BINARY_NAME }),
      HOME: this.folder,
      TMPDIR: tmpdir(),
      // The CLI's own cache, shared by all projects, may hold another provider under the same version.
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: awsUrl,
      // A call to any other host also arrives at the proxy.
      HTTP_PROXY: awsUrl,
      HTTPS_PROXY: awsUrl,
      NO_PROXY: '127.0.0.1,localhost',
      NODE_OPTIONS: `--import ${pathToFileURL(join(__dirname, 'loopback-only.mjs')).href}`,
      STRAY_LOOKUPS: join(this.folder, 'stray-lookups'),
      npm_config_update_notifier: 'false',
    };
  }

  /** Lets all terraform commands of a stack share one process of the provider. */
  async shareProviders(): Promise<void> {
    this.attached = await attachTerraform(this.folder, { ...this.environment });
    this.environment.TERRAFORM_BINARY_NAME = this.attached.program;
  }

  /** Writes settings to cdktf.json, as a user does. */
  set(settings: Readonly<Record<string, unknown>>, environments: Readonly<Record<string, unknown>> = {}): void {
    writeSettings(this.folder, { ...this.common, ...settings }, environments);
  }

  /** Runs a command line without quotes. */
  run(line: string): Promise<Finished> {
    const [command, ...args] = line.split(' ');
    return this.start(command!, ...args).finished;
  }

  /** Starts a command in a process group of its own. */
  start(command: string, ...args: string[]): Command {
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
    const finished = once(child, 'close').then(([status]: unknown[]) => {
      this.running.delete(child);
      return { status: status as number | null, output: stripVTControlCharacters(output) };
    });
    return { session: child.pid!, finished };
  }

  deploy(): Command {
    return this.start('npm', 'run', 'deploy', '--', '--auto-approve');
  }

  destroy(): Command {
    return this.start('npm', 'run', 'destroy', '--', '--auto-approve');
  }

  /** Types a line in a new terminal. */
  typeInTerminal(line: string): Terminal {
    const terminal = pty.spawn('sh', ['-i'], { cwd: this.folder, env: this.environment });
    this.terminals.push(terminal);
    terminal.write(`${line}\r`);
    return terminal;
  }

  /** Runs a command line in a new terminal, and answers its questions; returns all that it wrote. */
  async answerInTerminal(line: string, answers: Readonly<Record<string, string>>): Promise<string> {
    const terminal = this.typeInTerminal(`${line}; echo "over: $?"`);
    const unasked = new Map(Object.entries(answers));
    let output = '';
    await new Promise<void>((over) => {
      terminal.onData((text) => {
        output += stripVTControlCharacters(text).replaceAll('\r', '');
        for (const [question, answer] of unasked) {
          if (output.includes(question)) {
            unasked.delete(question);
            terminal.write(`${answer}\r`);
          }
        }
        if (/over: \d/.test(output)) {
          over();
        }
      });
    });
    return output;
  }

  /** Runs terraform in the folder of a stack. */
  terraform(stack: string, ...args: string[]): Command {
    return this.start('env', 'CHECKPOINT_DISABLE=1', terraform, `-chdir=cdktf.out/stacks/${stack}`, ...args);
  }

  /** Reads what a deploy has written to outputs.json, or to the file of another environment. */
  outputs(file = 'outputs.json'): unknown {
    return JSON.parse(this.read(file));
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Lists the other hosts that a Node.js process has asked for, which none reaches. */
  strayLookups(): string[] {
    const file = join(this.folder, 'stray-lookups');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  }

  /** Counts the resources in the states of both stacks, by type. */
  census(): Record<string, number> {
    const types = readdirSync(this.folder)
      .filter((name) => name.endsWith('.tfstate'))
      .map((name) => readFileSync(join(this.folder, name), 'utf8'))
      // One that a killed terraform has opened and not yet written.
      .filter((text) => text !== '')
      .flatMap((text) => (JSON.parse(text) as State).resources)
      .filter(({ mode }) => mode === 'managed')
      .map(({ type }) => type);
    return Object.fromEntries(types.map((type) => [type, types.filter((other) => other === type).length]));
  }

  /** Ends what still runs, and removes the folder. */
  async remove(): Promise<void> {
    for (const { pid } of this.running) {
      process.kill(-pid!, 'SIGKILL');
    }
    for (const terminal of this.terminals) {
      terminal.kill();
    }
    await this.attached?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
