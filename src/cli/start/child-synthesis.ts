import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { readSynthesizedStacks, type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { type SelectedEnvironment } from '../environment';
import { runNode } from '../node-process';

/** main.ts did not write any stacks. The message says why, in the words of main.ts. */
export class SynthesisError extends Error {}

/**
 * Runs main.ts in a child process, and returns the stacks of one environment. Does not import CDKTF.
 *
 * @throws {SynthesisError} when main.ts fails, or its output cannot be read
 */
export async function synthesizeInChild(environment: SelectedEnvironment): Promise<SynthesizedStack[]> {
  const lastWrite = manifestTime();
  const runner = join('src', 'cli', 'run.mjs');
  if (!existsSync(runner)) {
    throw new SynthesisError(`${runner} does not exist.`);
  }
  const { succeeded, messages } = await runNode([runner, 'main.ts']);
  if (!succeeded) {
    throw new SynthesisError(messages);
  }
  if (messages !== '') {
    console.error(messages);
  }
  if (manifestTime() === lastWrite) {
    throw new SynthesisError('main.ts did not write any stacks.');
  }
  try {
    return environment.stacksOf(readSynthesizedStacks());
  } catch (error) {
    throw new SynthesisError(`The stacks cannot be read: ${(error as Error).message}`);
  }
}

/** When the stacks were written last. */
function manifestTime(): bigint | undefined {
  const file = join(process.env.CDKTF_OUTDIR ?? 'cdktf.out', 'manifest.json');
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ctimeNs;
}
