import { join } from 'node:path';

import { readSynthesizedStacks, type SynthesizedStack } from '../terraform/synthesized-stacks';
import { type SelectedEnvironment } from './environment';
import { exitCodeOf, runNode } from './node-process';

/** Runs main.ts, which writes the stacks of all environments, and returns those of one, each after its dependencies. */
export async function synthesize(environment: SelectedEnvironment): Promise<SynthesizedStack[]> {
  await import('../../main.js');
  return environment.stacksOf(readSynthesizedStacks());
}

const program = [join('src', 'cli', 'run.mjs'), 'main.ts'];

/** Does the same in a process of its own: what CDKTF needs is gone from memory afterwards. */
export async function synthesizeInChild(environment: SelectedEnvironment): Promise<SynthesizedStack[]> {
  await runNode(program);
  return environment.stacksOf(readSynthesizedStacks());
}

/** Does the same, and returns nothing when main.ts fails: it has then said why. */
export async function synthesizeAgain(environment: SelectedEnvironment): Promise<SynthesizedStack[] | undefined> {
  return (await exitCodeOf(program)) === 0 ? environment.stacksOf(readSynthesizedStacks()) : undefined;
}

/** Shows what the constructs warn of: stacks that can be deployed, but with a risk. */
export function showWarnings(stacks: readonly SynthesizedStack[]): void {
  for (const { message } of stacks.flatMap(({ annotations }) => annotations)) {
    console.warn(`\nWarning: ${message}`);
  }
}
