import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { changesBeyond, type DeployStep, deploySteps } from '../../terraform/deploy-steps';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { type Approval } from './approval';
import { reviewPlan } from './review-plan';
import { planFile, type PlanOptions, planStack, type StackPlan } from './stack-plans';
import { applyTerraform, initialize, TerraformError } from './terraform';

export interface ApplyOptions {
  readonly planOptions: PlanOptions;
  /** Arguments of `terraform apply`. */
  readonly applyArguments: readonly string[];
  readonly approval: Approval;
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
    // Someone can have changed the API since the plan, and the snapshot would contain that.
    await options.approval.ofStep(await reviewPlan(approved, options.planOptions), []);
    return applySavedPlan(stack, options);
  }
  let { resourceChanges } = approved;
  for (const [index, step] of steps.entries()) {
    const { kind, targets } = step;
    console.log(`\n${stack.name}: terraform apply, step ${index + 1} of ${steps.length}: ${titles[kind]}`);
    const planned = kind === 'delete' ? await withoutResources(stack) : stack;
    try {
      const plan = await planStack(planned, {
        ...options.planOptions,
        args: [
          ...options.planOptions.args,
          ...targets.map((address) => `-target=${address}`),
          ...(approved.replaced !== undefined && step === snapshotStep ? [`-replace=${approved.replaced}`] : []),
        ],
      });
      const unapproved = changesBeyond(resourceChanges, plan.resourceChanges);
      await options.approval.ofStep({ ...plan, stack }, unapproved);
      if (unapproved.length > 0) {
        resourceChanges = [...resourceChanges, ...plan.resourceChanges];
      }
      if (plan.hasChanges) {
        await applySavedPlan(planned, options);
      }
    } finally {
      if (planned !== stack) {
        rmSync(planned.folder, { recursive: true });
      }
    }
  }
}

async function applySavedPlan({ name, folder }: SynthesizedStack, { applyArguments }: ApplyOptions): Promise<void> {
  const print = (line: string) => console.log(`${name}  ${line}`);
  const isApplied = await applyTerraform(folder, [...applyArguments, planFile], print);
  // A saved plan has the values of the state, and can be applied once.
  rmSync(join(folder, planFile), { force: true });
  if (!isApplied) {
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
