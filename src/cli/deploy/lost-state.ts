import { existsSync } from 'node:fs';

import { findLostState } from '../../terraform/lost-state';
import { readJson, type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { type StackPlan } from './stack-plans';
import { StateLocation } from './state-location';

/** Adds to plans that they create what the outputs name: the state of the stack is deleted or empty. */
export function withLostState(plans: readonly StackPlan[], outputsFile: string): StackPlan[] {
  const outputs = readOutputsFile(outputsFile);
  return plans.map((stackPlan) => {
    const { stack, plan } = stackPlan;
    if (!plan) {
      return stackPlan;
    }
    const found = findLostState(plan, outputs[stack.name] ?? {}, { file: outputsFile, restore: restoreOf(stack) });
    return { ...stackPlan, plan: { ...plan, rejections: [...plan.rejections, ...found] } };
  });
}

/** Reads the outputs of the last deploy by stack. None is as good as a file that another program has written. */
function readOutputsFile(file: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  try {
    return readJson(file) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  } catch {
    return {};
  }
}

function restoreOf(stack: SynthesizedStack): string {
  const { backend, address } = StateLocation.of(stack);
  const backup = `${address}.backup`;
  if (backend === 'local' && existsSync(backup)) {
    return `restore the last version with cp ${backup} ${address}`;
  }
  return backend === 'local'
    ? `put ${address} back, or import the resources with npm run import`
    : `restore the last version of ${address} (src/settings/README.md says how), or import the resources with npm run import`;
}
