import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { fail } from './command-line';
import { readJson } from '../terraform/synthesized-stacks';

/** The outputs of the stacks, by stack and name: what a deploy writes to outputs.json. */
const stackOutputsRule = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Where `npm start` writes the outputs of the stacks as it serves them, for as long as it runs. */
export function localOutputsFile(outdir = process.env.CDKTF_OUTDIR ?? 'cdktf.out'): string {
  return join(outdir, 'local-outputs.json');
}

/**
 * Reads the outputs of all stacks from a file, those of the local services if none is given.
 *
 * Those that are no text are left out: they are not of this project. Every `…Url` and the issuer are URLs.
 */
export function readStackOutputs(given: string | undefined): Readonly<Record<string, string>> {
  const file = given ?? localOutputsFile();
  if (!existsSync(file)) {
    return fail(
      given === undefined
        ? 'The local services are not running: start them with npm start, or name the outputs of a deploy with --outputs outputs.json.'
        : `There is no ${given}: npm run deploy writes the outputs to outputs.json.`,
    );
  }
  const outputs = Object.values(parseStackOutputs(file))
    .flatMap((stack) => Object.entries(stack))
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  for (const [name, value] of outputs) {
    if (/(?:Url|^Issuer)$/.test(name) && !URL.canParse(value)) {
      fail(`${file}: ${name} is not a URL, got ${JSON.stringify(value)}; npm run deploy writes the file anew.`);
    }
  }
  return Object.fromEntries(outputs);
}

function parseStackOutputs(file: string): z.output<typeof stackOutputsRule> {
  try {
    return stackOutputsRule.parse(readJson(file));
  } catch {
    return fail(`${file} is not the outputs of a deploy: npm run deploy writes them to outputs.json.`);
  }
}
