import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { systemErrorOf } from '../../rules/system-error';
import { readJson, type StackJson } from '../../terraform/synthesized-stacks';
import { fail } from '../command-line';
import { isProviderPinned, lockFile } from '../../stack/provider-lock';

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  /** Standard output and standard error. */
  readonly output: string;
}

/** A terraform command that failed. The message has terraform's own words. */
export class TerraformError extends Error {}

/** Runs a command. A TerraformError, or a file that cannot be read or written, ends the program with one message. */
export function runCommand(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    if (error instanceof TerraformError) {
      fail(error.message);
    }
    const problem = systemErrorOf(error);
    throw problem === undefined ? error : fail(`${problem}.`);
  });
}

const program = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

/** Runs terraform in the folder of a stack, and returns what it prints. A signal interrupts it. */
export async function runTerraform(folder: string, args: readonly string[]): Promise<CommandResult> {
  const child = await start(folder, args, 'reads');
  let [stdout, output] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { status: await endOf(child), stdout, output };
}

/**
 * Runs `terraform apply` in the folder of a stack, and returns whether it succeeded. A signal does not interrupt it.
 *
 * @param args arguments after `apply`
 * @param print prints a line: the progress, and errors as terraform has them
 */
export async function applyTerraform(
  folder: string,
  args: readonly string[],
  print: (line: string) => void,
): Promise<boolean> {
  const child = await start(folder, ['apply', '-input=false', '-json', ...args], 'changes');
  createInterface(child.stdout!).on('line', (line) => readMessage(line).forEach(print));
  createInterface(child.stderr!).on('line', print);
  return (await endOf(child)) === 0;
}

/**
 * Runs `terraform init` in the folder of a stack, unless the last one was for the same providers and backend. The first one
 * downloads the AWS provider.
 *
 * @throws {TerraformError} when the folder cannot be initialized
 */
export async function initialize(folder: string): Promise<void> {
  const isPinned = isProviderPinned();
  const initializedFile = join(folder, '.terraform', 'initialized');
  if (readText(initializedFile) === initialization(folder)) {
    return;
  }
  const init = (...args: readonly string[]) => runTerraform(folder, ['init', '-input=false', '-no-color', ...args]);
  let { status, output } = await init(...(isPinned ? ['-lockfile=readonly'] : []));
  // The provider versions in the settings no longer allow the one that was chosen before.
  if (status !== 0 && !isPinned && /(?:terraform|tofu) init -upgrade/.test(output)) {
    ({ status, output } = await init('-upgrade'));
  }
  if (status !== 0) {
    throw new TerraformError(
      isPinned
        ? `${output}\nThe file ${lockFile} of this project pins the provider. src/cli/README.md says how to update it.`
        : output,
    );
  }
  mkdirSync(dirname(initializedFile), { recursive: true });
  writeFileSync(initializedFile, initialization(folder));
}

/** Returns what an init of a folder depends on and makes, as text. */
function initialization(folder: string): string {
  const [providers, backend] = ['providers', 'terraform.tfstate'].map((name) => join(folder, '.terraform', name));
  const packages = existsSync(providers!) ? readdirSync(providers!, { encoding: 'utf8', recursive: true }) : [];
  return JSON.stringify([
    program,
    (readJson(join(folder, 'cdk.tf.json')) as StackJson).terraform,
    readText(join(folder, lockFile)),
    // A package can be a link to a folder that is deleted.
    packages.filter((name) => existsSync(join(providers!, name))),
    existsSync(backend!),
  ]);
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What runs, and whether it changes something. */
const running = new Map<ChildProcess, 'reads' | 'changes'>();
let stopped: { readonly at: number; readonly exitCode: number } | undefined;

/**
 * Starts terraform in a session of its own, where the Ctrl-C of a terminal and its end do not arrive.
 *
 * An interrupt makes the AWS provider cancel its calls: the state does not have the resources that AWS is creating at that
 * moment. Therefore a signal to this program lets terraform finish what it changes, and nothing else is started.
 *
 * @see https://github.com/hashicorp/terraform/issues/33358
 */
async function start(cwd: string, args: readonly string[], purpose: 'reads' | 'changes'): Promise<ChildProcess> {
  if (stopped) {
    await new Promise(ignore);
  }
  const child = spawn(program, args, {
    cwd,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // By default, a quarter of the time of terraform and the provider is that of Go's garbage collector.
    env: { GOGC: '400', ...process.env, ...pluginCache() },
  });
  if (running.size === 0) {
    signals.forEach((signal) => process.on(signal, stop));
  }
  running.set(child, purpose);
  return child;
}

async function endOf(child: ChildProcess): Promise<number | null> {
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', failToStart);
    child.once('close', resolve);
  });
  running.delete(child);
  if (running.size === 0) {
    signals.forEach((signal) => process.off(signal, stop));
    if (stopped) {
      process.exit(stopped.exitCode);
    }
  }
  return status;
}

function ignore(): void {
  // Nothing to do.
}

function stop(signal: (typeof signals)[number]): void {
  const isFirst = stopped === undefined;
  // npm sends the Ctrl-C of a terminal again. This does not count as a second one.
  if (stopped && (signal !== 'SIGINT' || Date.now() - stopped.at < 1000)) {
    return;
  }
  stopped = { at: Date.now(), exitCode: 128 + constants.signals[signal] };
  for (const stream of [process.stdout, process.stderr]) {
    // Of a terminal that is closed.
    stream.on('error', ignore);
  }
  const interrupted = [...running].filter(([, purpose]) => purpose === 'reads' || !isFirst);
  interrupted.forEach(([child]) => child.kill('SIGINT'));
  if (interrupted.length < running.size) {
    console.error(
      'Stopping as soon as terraform has finished this stack. A second Ctrl-C interrupts it now: ' +
        'the state will then not have the resources that AWS is creating.',
    );
  }
}

/** The messages of `terraform apply -json` that show the progress. One that has begun shows after ten seconds. */
const shownMessages = new Set(['apply_progress', 'apply_complete', 'apply_errored', 'change_summary']);

interface Message {
  readonly '@level': string;
  readonly '@message': string;
  readonly type: string;
  readonly diagnostic?: { readonly detail: string; readonly address?: string };
}

/**
 * Returns what to print for a line of `terraform apply -json`.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
function readMessage(line: string): string[] {
  if (!line.startsWith('{')) {
    return [line];
  }
  const { type, '@level': level, '@message': message, diagnostic } = JSON.parse(line) as Message;
  if (!diagnostic || level !== 'error') {
    return shownMessages.has(type) ? [message] : [];
  }
  const { detail, address } = diagnostic;
  return [message, ...(address === undefined ? [] : [`  with ${address}`]), ...detail.split('\n').filter(Boolean)];
}

/** The cdktf CLI's own plugin cache: without it, each stack downloads the provider. */
function pluginCache(): NodeJS.ProcessEnv {
  const { TF_PLUGIN_CACHE_DIR, CDKTF_DISABLE_PLUGIN_CACHE_ENV } = process.env;
  if (TF_PLUGIN_CACHE_DIR !== undefined || /^(?:1|true)$/.test(CDKTF_DISABLE_PLUGIN_CACHE_ENV ?? '')) {
    return {};
  }
  const folder = join(homedir(), '.terraform.d', 'plugin-cache');
  mkdirSync(folder, { recursive: true });
  return { TF_PLUGIN_CACHE_DIR: folder };
}

function failToStart(error: Error): never {
  return fail(
    (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? `${program} is not on the PATH: install Terraform, or set the environment variable TERRAFORM_BINARY_NAME to another program, such as tofu.`
      : error.message,
  );
}
