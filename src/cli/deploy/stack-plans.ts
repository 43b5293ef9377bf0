import { stripVTControlCharacters } from 'node:util';

import { findProtections } from '../../terraform/deployed-state';
import { isDrift, type Plan, readPlan } from '../../terraform/plan';
import { type Outputs, type PlanJson, type ResourceChange, resourcesOf } from '../../terraform/plan-json';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { readOutputs } from './outputs';
import { type ComparedRoutes, type Purpose, reviewPlan } from './review-plan';
import { readDeployed } from './state-location';
import { initialize, type CommandResult, runTerraform, TerraformError } from './terraform';

/** File name of the plan in the folder of a stack, the one of `cdktf diff`. */
export const planFile = 'plan';

/** The plan of a stack, and what terraform says about it. */
export interface StackPlan {
  readonly stack: SynthesizedStack;
  /** Missing where another stack must be deployed first. */
  readonly plan: Plan | undefined;
  /** Stack that this one reads outputs of, which are not there yet or change: its deploy is planned after that one. */
  readonly after: string | undefined;
  /** Whether terraform has anything to do, or the plan is not known yet. */
  readonly hasChanges: boolean;
  /** The changes with their values, which can be secret. */
  readonly resourceChanges: readonly ResourceChange[];
  /** What was changed without terraform, with its values; only a refresh-only plan looks for it. */
  readonly drift?: readonly ResourceChange[];
  /** The outputs before the deploy. */
  readonly outputs: Outputs;
  readonly text: string;
  /** How the routes differ from those in AWS. Missing where no stage is deployed that stays. */
  readonly routes?: ComparedRoutes;
  /** Address of the deployment, where only a new snapshot brings the stage to the settings. */
  readonly replaced?: string;
}

export interface PlanOptions {
  /** Arguments of `terraform plan`. */
  readonly args: readonly string[];
  readonly purpose: Purpose;
  /** File with the outputs of the last deploy. */
  readonly outputsFile: string;
}

/**
 * Plans stacks, each once.
 *
 * @throws {TerraformError} when a stack cannot be planned
 */
export async function planStacks(stacks: readonly SynthesizedStack[], options: PlanOptions): Promise<StackPlan[]> {
  // One after the other: a plugin cache is not safe for two at a time.
  for (const { name, folder } of stacks) {
    console.error(`${name}: terraform init`);
    await initialize(folder);
  }
  const planned = await Promise.allSettled(
    stacks.map(async (stack) => {
      const missing = options.purpose === 'destroy' ? undefined : await findMissingDependency(stack, stacks);
      return missing === undefined ? planStack(stack, options) : planLater(stack, missing);
    }),
  );
  // Only after all have ended: a terraform that still runs keeps the lock of its state.
  const plans = planned.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const errors = planned.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  // A state that is lost is why the stack that reads its outputs cannot be planned.
  if (errors.length > 0 && plans.every((each) => (each.plan?.rejections ?? []).length === 0)) {
    throw errors[0]!;
  }
  errors.forEach(({ message }) => {
    console.error(message);
  });
  return plans.map((own) =>
    own.plan ? { ...own, after: plans.find((other) => readsChangedOutput(own, other))?.stack.name } : own,
  );
}

function planLater(stack: SynthesizedStack, after: string): StackPlan {
  return { stack, plan: undefined, after, hasChanges: true, resourceChanges: [], outputs: {}, text: '' };
}

/**
 * Plans a stack and reviews the plan.
 *
 * Where the stage serves other routes than the settings have, and the plan does not take a new snapshot, it is planned again
 * with one.
 *
 * @throws {TerraformError} when the stack cannot be planned
 */
export async function planStack(stack: SynthesizedStack, options: PlanOptions): Promise<StackPlan> {
  const planned = await (options.purpose === 'destroy' ? planDestroy : plan)(stack, options);
  const stackPlan = await reviewPlan<StackPlan>({ stack, after: undefined, ...planned }, options);
  const replaced = options.purpose === 'deploy' ? findStaleDeployment(stackPlan) : undefined;
  return replaced === undefined
    ? stackPlan
    : { ...(await planStack(stack, { ...options, args: [...options.args, `-replace=${replaced}`] })), replaced };
}

/** Returns the address of a deployment that has other routes than the settings, and that the plan leaves as it is. */
function findStaleDeployment({ routes, resourceChanges }: StackPlan): string | undefined {
  const isStale =
    routes && 'differences' in routes && routes.differences.some(({ settings, stage }) => settings !== stage);
  const deployment = resourceChanges.find(({ type }) => type === 'aws_api_gateway_deployment');
  return isStale && deployment?.change.actions.join() === 'no-op' ? deployment.address : undefined;
}

async function plan({ name, folder }: SynthesizedStack, { args, purpose }: PlanOptions) {
  console.error(`${name}: terraform plan`);
  const refreshOnly = purpose === 'refresh';
  const { json, result } = await runPlan(name, folder, refreshOnly ? [...args, '-refresh-only'] : args);
  const read = readPlan(json, { refreshOnly });
  return {
    plan: read,
    // With -refresh-only, 2 can also stand for a value that only counts or that was only read.
    hasChanges: refreshOnly ? read.drift.length > 0 : result.status === 2,
    resourceChanges: resourcesOf(json),
    ...(refreshOnly && { drift: (json.resource_drift ?? []).filter(isDrift) }),
    outputs: json.prior_state?.values?.outputs ?? {},
    text: planText(result),
  };
}

/**
 * Plans to destroy a stack, unless its state is empty or it is protected, where terraform would fail.
 *
 * Such a plan does not show the resources that terraform no longer finds, and forgets: they are in the state and not in the plan.
 */
async function planDestroy(stack: SynthesizedStack, { args }: PlanOptions) {
  const deployed = await readDeployed(stack);
  const unplanned = readPlan({ resource_changes: deployed });
  const rejections = [...unplanned.rejections, ...findProtections(deployed, stack.terraform)];
  const nothing = { outputs: {}, text: '' };
  if (deployed.length === 0 || rejections.length > 0) {
    const hasChanges = deployed.length > 0;
    return { ...nothing, plan: { ...unplanned, rejections }, hasChanges, resourceChanges: deployed };
  }
  console.error(`${stack.name}: terraform plan -destroy`);
  const { json, result } = await runPlan(stack.name, stack.folder, [...args, '-destroy']);
  const planned = resourcesOf(json);
  const forgotten = deployed.filter(
    ({ address, deposed }) => !planned.some((other) => other.address === address && other.deposed === deposed),
  );
  return {
    ...nothing,
    plan: readPlan({ ...json, resource_drift: forgotten }),
    hasChanges: result.status === 2,
    resourceChanges: [...planned, ...forgotten],
  };
}

/** Saves the plan of a stack, and reads it. */
async function runPlan(name: string, folder: string, args: readonly string[]) {
  const result = await runTerraform(folder, planArguments(args));
  assertPlanned(name, result);
  // A plan without changes also has what AWS keeps of settings that were taken away.
  const { stdout } = await runTerraform(folder, ['show', '-json', planFile]);
  return { result, json: JSON.parse(stdout) as PlanJson };
}

function planArguments(args: readonly string[]): string[] {
  return ['plan', '-input=false', '-detailed-exitcode', `-out=${planFile}`, ...args];
}

/** @throws {TerraformError} unless terraform has made a plan: without changes (0), or with some (2) */
function assertPlanned(name: string, { status, output }: CommandResult): void {
  if (status !== 0 && status !== 2) {
    throw new TerraformError(`${output}\n${name} cannot be planned and was not changed.`);
  }
}

/** Takes out of terraform's output what it has read, and its advice to apply the plan. */
function planText({ output }: CommandResult): string {
  const lines = output.split('\n').filter((line) => !/: (?:Refreshing state|Reading|Read complete)\b/.test(line));
  const end = lines.findIndex((line) => /^─+$/.test(stripVTControlCharacters(line).trim()));
  return lines
    .slice(0, end === -1 ? undefined : end)
    .join('\n')
    .trim();
}

/** Finds the stack that has no output yet that this one reads, as after the deploy. */
async function findMissingDependency(
  stack: SynthesizedStack,
  stacks: readonly SynthesizedStack[],
): Promise<string | undefined> {
  for (const other of stacks.filter(({ name }) => stack.dependencies.includes(name))) {
    const outputs = await readOutputs(other);
    if (outputsRead(stack, other.name).some((output) => !Object.hasOwn(outputs, output))) {
      return other.name;
    }
  }
  return undefined;
}

function readsChangedOutput({ stack }: StackPlan, { stack: other, plan }: StackPlan): boolean {
  return outputsRead(stack, other.name).some((output) => plan?.outputs.includes(output));
}

/** Lists the outputs of another stack that a stack reads. */
function outputsRead({ terraform }: SynthesizedStack, name: string): string[] {
  const references = JSON.stringify(terraform).matchAll(/cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)/g);
  return [...references].filter(([, stack]) => stack === name).map(([, , output]) => output!);
}
