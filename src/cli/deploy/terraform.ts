import { spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { fail } from '../command-line';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  /** Standard output and standard error. */
  readonly output: string;
}

const program = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

/** Runs terraform in the folder of a stack. */
export function runTerraform(folder: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, optionsFor(folder));
    let [stdout, output] = ['', ''];
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', failToStart);
    child.once('close', (status) => resolve({ status, stdout, output }));
  });
}

/** Runs terraform in the folder of a stack, and waits for it. */
export function runTerraformSync(folder: string, args: readonly string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...optionsFor(folder),
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
  return error ? failToStart(error) : { status, stdout, output: stdout + stderr };
}

/** Runs `terraform init`; the first one downloads the AWS provider. */
export async function initialize(folder: string): Promise<void> {
  let { status, output } = await runTerraform(folder, ['init', '-input=false', '-no-color']);
  // The provider versions in the settings no longer allow the one that was chosen before.
  if (status !== 0 && output.includes('terraform init -upgrade')) {
    ({ status, output } = await runTerraform(folder, ['init', '-input=false', '-no-color', '-upgrade']));
  }
  if (status !== 0) {
    fail(output);
  }
}

function optionsFor(cwd: string): SpawnOptions {
  return { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...pluginCache() } };
}

/** The CLI's own plugin cache: without it, each stack downloads the provider. */
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
      ? `There is no ${program} on the PATH: install Terraform, or set the environment variable TERRAFORM_BINARY_NAME to the name of another program, such as tofu.`
      : error.message,
  );
}
