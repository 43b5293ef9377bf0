import { readSynthesizedStacks, type SynthesizedStack } from '../terraform/synthesized-stacks';
import { type SelectedEnvironment } from './environment';

/** Runs main.ts, which writes the stacks of all environments, and returns those of one, each after its dependencies. */
export async function synthesize(environment: SelectedEnvironment): Promise<SynthesizedStack[]> {
  await import('../../main.js');
  return environment.stacksOf(readSynthesizedStacks());
}
