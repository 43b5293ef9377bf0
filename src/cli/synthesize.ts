import { readSynthesizedStacks, type SynthesizedStack } from '../terraform/synthesized-stacks';
import { type SelectedEnvironment } from './environment';

/** Runs main.ts, which writes the stacks of all environments, and returns those of one, each after its dependencies. */
export async function synthesize(environment: SelectedEnvironment): Promise<SynthesizedStack[]> {
  await import('../../main.js');
  return environment.stacksOf(readSynthesizedStacks());
}

/** Shows what the constructs warn of: stacks that can be deployed, but with a risk. */
export function showWarnings(stacks: readonly SynthesizedStack[]): void {
  for (const { message } of stacks.flatMap(({ annotations }) => annotations)) {
    console.warn(`\nWarning: ${message}`);
  }
}
