import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readJson } from './synthesized-stacks';
import { fail } from './command-line';

/** The outputs of the stacks, by stack and name: what a deploy writes to outputs.json. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Where `npm start` writes the outputs of the stacks as it serves them, for as long as it runs. */
export function localOutputsFile(outdir = process.env.CDKTF_OUTDIR ?? 'cdktf.out'): string {
  return join(outdir, 'local-outputs.json');
}

/** Reads the outputs of all stacks from a file, those of the local services if none is given. */
export function readStackOutputs(file: string | undefined): Readonly<Record<string, string>> {
  if (!existsSync(file ?? localOutputsFile())) {
    return fail(
      file === undefined
        ? 'The local services are not running: start them with npm start, or name the outputs of a deploy with --outputs outputs.json.'
        : `There is no ${file}: npm run deploy writes the outputs to outputs.json.`,
    );
  }
  const stacks = readJson(file ?? localOutputsFile()) as StackOutputs;
  return Object.assign({}, ...Object.values(stacks)) as Record<string, string>;
}
