import { resolve } from 'node:path';

import { fail, type Values } from '../command-line';

/** Options of the commands that run terraform. Names and meaning are those of the cdktf CLI, for scripts that use it. */
export const terraformOptions = {
  var: { type: 'string', multiple: true },
  'var-file': { type: 'string', multiple: true },
  'terraform-parallelism': { type: 'string' },
  'no-color': { type: 'boolean' },
  'skip-provider-lock': { type: 'boolean' },
} as const;

export const terraformUsage = `
  --var NAME=VALUE, --var-file FILE, --terraform-parallelism N, --no-color
                      as for the cdktf CLI
  --skip-provider-lock
                      has no effect: unlike the cdktf CLI, this command never runs
                      terraform providers lock
  --help              shows this
`.slice(1);

type TerraformOptions = Values<typeof terraformOptions>;

/** Writes the options as arguments of `terraform plan`. */
export function planArguments(options: TerraformOptions): string[] {
  return [
    ...(options.var ?? []).map((value) => `-var=${value}`),
    // Terraform runs in the folder of the stack.
    ...(options['var-file'] ?? []).map((file) => `-var-file=${resolve(file)}`),
    ...applyArguments(options),
    ...(options['no-color'] === true || !process.stdout.isTTY ? ['-no-color'] : []),
  ];
}

/** Writes the options as arguments of `terraform apply` with a saved plan, which has the variables. */
export function applyArguments({ 'terraform-parallelism': parallelism }: TerraformOptions): string[] {
  if (parallelism !== undefined && !/^[1-9]\d*$/.test(parallelism)) {
    fail(
      `--terraform-parallelism must be a number of resources, got ${JSON.stringify(parallelism)}; allowed: 1 or more.`,
    );
  }
  return parallelism === undefined ? [] : [`-parallelism=${parallelism}`];
}

/** Reads `--parallelism`: how many stacks terraform changes at a time. -1, the default of the cdktf CLI, is all of them. */
export function readParallelism({ parallelism = '-1' }: { readonly parallelism?: string | undefined }): number {
  if (!/^(?:-1|[1-9]\d*)$/.test(parallelism)) {
    fail(
      `--parallelism must be a number of stacks, got ${JSON.stringify(parallelism)}; allowed: 1 or more, or -1 for all.`,
    );
  }
  return parallelism === '-1' ? Infinity : Number(parallelism);
}
