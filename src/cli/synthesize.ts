import { readSynthesizedStacks, type SynthesizedStack } from '../terraform/synthesized-stacks';
import { type SelectedEnvironment } from './environment';
import { runNode } from './node-process';

/** Runs main.ts, which writes the stacks of all environments, and returns those of one, each after its dependencies. */
export async function synthesize(environment: SelectedEnvironment): Promise<SynthesizedStack[]> {
  await import('../../main.js');
  return environment.stacksOf(readSynthesizedStacks());
}

/** Does the same in a process of its own: what CDKTF needs is gone from memory afterwards. */
export async function synthesizeInChild(environment: SelectedEnvironment): Promise<SynthesizedStack[]> {
  await runNode(['--import', 'tsx', 'main.ts']);
  return environment.stacksOf(readSynthesizedStacks());
}
