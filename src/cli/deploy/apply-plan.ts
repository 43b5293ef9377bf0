import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { changesBeyond, type DeployStep, deploySteps } from '../../terraform/deploy-steps';
import { type Change } from '../../terraform/plan';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { planFile, planStack, type StackPlan } from './stack-plans';
import { applyTerraform, initialize, TerraformError } from './terraform';

export interface ApplyOptions {
  /** Arguments of `terraform plan`. */
  readonly planArguments: readonly string[];
  /** Arguments of `terraform apply`. */
  readonly applyArguments: readonly string[];
  /** Asks whether to apply a plan with changes that were not in the approved one; rejects when the deploy has to end. */
  readonly approve: (plan: StackPlan, unseen: readonly Change[]) => Promise<void>;
}

const titles: Readonly<Record<DeployStep['kind'], string>> = {
  delete: 'delete what conflicts with the new configuration of the API',
  change: 'create and change, and move the stage',
  rest: 'all that is left',
};

/**
 * Applies a plan that was approved: as it is, or in the steps that it needs.
 *
 * After an apply, a saved plan is stale. So each step is planned at its turn, and applied without a question if it changes
 * nothing that was not approved.
 *
 * @throws {TerraformError} when terraform fails
 */
export async function applyPlan(approved: StackPlan, options: ApplyOptions): Promise<void> {
  const { stack } = approved;
  const steps = deploySteps(approved.resourceChanges);
  const snapshotStep = steps.find(({ kind }) => kind !== 'delete');
  if (steps.length === 0) {
    console.log(`\n${stack.name}: terraform apply`);
    return applySavedPlan(stack, options);
  }
  let { resourceChanges } = approved;
  for (const [index, step] of steps.entries()) {
    const { kind, targets } = step;
    console.log(`\n${stack.name}: terraform apply, step ${index + 1} of ${steps.length}: ${titles[kind]}`);
    const place = kind === 'delete' ? await withoutResources(stack) : stack;
    const plan = await planStack(place, [
      ...options.planArguments,
      ...targets.map((address) => `-target=${address}`),
      ...(approved.replaced !== undefined && step === snapshotStep ? [`-replace=${approved.replaced}`] : []),
    ]);
    const unseen = changesBeyond(resourceChanges, plan.resourceChanges);
    if (unseen.length > 0) {
      await options.approve({ ...plan, stack }, unseen);
      resourceChanges = [...resourceChanges, ...plan.resourceChanges];
    }
    if (plan.hasChanges) {
      await applySavedPlan(place, options);
    }
    if (place !== stack) {
      rmSync(place.folder, { recursive: true });
    }
  }
}

async function applySavedPlan({ name, folder }: SynthesizedStack, { applyArguments }: ApplyOptions): Promise<void> {
  const print = (line: string) => console.log(`${name}  ${line}`);
  if (!(await applyTerraform(folder, [...applyArguments, planFile], print))) {
    throw new TerraformError(
      `\n${name} is not deployed completely. Its state has all that was created: correct the cause and deploy again.`,
    );
  }
}

/**
 * Returns the stack with the same state and providers, and without a resource.
 *
 * With `-target`, terraform then deletes just these resources, also those that the stack defines anew. In the stack itself
 * it would replace them, and what depends on them.
 */
async function withoutResources(stack: SynthesizedStack): Promise<SynthesizedStack> {
  // A path of the state is relative to the folder.
  const folder = join(dirname(stack.folder), `${stack.name}.deletions`);
  const { terraform, provider, variable } = stack.terraform;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ terraform, provider, variable }));
  copyFileSync(join(stack.folder, '.terraform.lock.hcl'), join(folder, '.terraform.lock.hcl'));
  symlinkSync(resolve(stack.folder, '.terraform'), join(folder, '.terraform'), 'junction');
  await initialize(folder);
  return { ...stack, folder };
}
