import { resolve } from 'node:path';

/** Options of the cdktf CLI that every command passes on. */
export const cdktfOptions = {
  var: { type: 'string', multiple: true },
  'var-file': { type: 'string', multiple: true },
  'terraform-parallelism': { type: 'string' },
  'no-color': { type: 'boolean' },
  'skip-provider-lock': { type: 'boolean' },
} as const;

export const cdktfUsage = `
  --var NAME=VALUE, --var-file FILE, --terraform-parallelism N, --no-color,
  --skip-provider-lock
                      as for the cdktf CLI
  --help              shows this
`.slice(1);

interface CdktfOptions {
  readonly var?: readonly string[] | undefined;
  readonly 'var-file'?: readonly string[] | undefined;
  readonly 'terraform-parallelism'?: string | undefined;
  readonly 'no-color'?: boolean | undefined;
}

/** Options of the commands that the CLI does not have. */
const ownOptions = new Set(['environment', 'allow-loss']);

/** Writes the options of a command as arguments of the cdktf CLI. */
export function cdktfArguments(options: Readonly<Record<string, string | boolean | string[] | undefined>>): string[] {
  return Object.entries(options)
    .filter(([name]) => !ownOptions.has(name))
    .flatMap(([name, value]) =>
      [value]
        .flat()
        .flatMap((each) => (typeof each === 'string' ? [`--${name}=${each}`] : each === true ? [`--${name}`] : [])),
    );
}

/** Writes the options as arguments of `terraform plan`, as the cdktf CLI does. */
export function planArguments(options: CdktfOptions): string[] {
  const parallelism = options['terraform-parallelism'];
  return [
    ...(options.var ?? []).map((value) => `-var=${value}`),
    // Terraform runs in the folder of the stack.
    ...(options['var-file'] ?? []).map((file) => `-var-file=${resolve(file)}`),
    ...(parallelism === undefined ? [] : [`-parallelism=${parallelism}`]),
    ...(options['no-color'] === true || !process.stdout.isTTY ? ['-no-color'] : []),
  ];
}
