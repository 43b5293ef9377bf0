import { stripVTControlCharacters } from 'node:util';

import { type Plan, readPlan } from '../../terraform/plan';
import { type Outputs, type PlanJson, type ResourceChange, resourcesOf } from '../../terraform/plan-json';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { compareLiveRoutes, deployedStage, type LiveRoutes } from './live-routes';
import { readOutputs } from './outputs';
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
  /** The outputs before the deploy. */
  readonly outputs: Outputs;
  readonly text: string;
  /** How the routes differ from those in AWS. Missing for a stack without a stage. */
  readonly routes?: LiveRoutes;
  /** Address of the deployment, where only a new snapshot brings the stage to the settings. */
  readonly replaced?: string;
}

interface PlanOptions {
  /** Arguments of `terraform plan`. */
  readonly args: readonly string[];
  readonly refreshOnly?: boolean;
}

/**
 * Plans stacks, each once.
 *
 * @throws {TerraformError} when a stack cannot be planned
 */
export async function planStacks(
  stacks: readonly SynthesizedStack[],
  { args, refreshOnly = false }: PlanOptions,
): Promise<StackPlan[]> {
  // One after the other: a plugin cache is not safe for two at a time.
  for (const { name, folder } of stacks) {
    console.error(`${name}: terraform init`);
    await initialize(folder);
  }
  const prepared = await Promise.all(
    stacks.map(async (stack) => ({ stack, missing: await findMissingDependency(stack, stacks) })),
  );
  const runs = await Promise.all(
    prepared.map(async ({ stack, missing }) => {
      if (missing !== undefined) {
        return { stack, missing, result: undefined };
      }
      console.error(`${stack.name}: terraform plan`);
      return {
        stack,
        missing,
        result: await runTerraform(stack.folder, planArguments(refreshOnly ? [...args, '-refresh-only'] : args)),
      };
    }),
  );
  // Only after all have ended: a terraform that still runs keeps the lock of its state.
  for (const { stack, result } of runs) {
    if (result) {
      assertPlanned(stack.name, result);
    }
  }
  const planned = await Promise.all(
    runs.map(async ({ stack, missing, result }): Promise<StackPlan> =>
      result
        ? { stack, after: undefined, ...(await readStackPlan(stack, result, refreshOnly)) }
        : { stack, plan: undefined, after: missing, hasChanges: true, resourceChanges: [], outputs: {}, text: '' },
    ),
  );
  return Promise.all(
    planned
      .map((own) =>
        own.plan ? { ...own, after: planned.find((other) => readsChangedOutput(own, other))?.stack.name } : own,
      )
      .map((own) => compareWithAws(own, { args, refreshOnly })),
  );
}

/**
 * Plans a stack.
 *
 * @throws {TerraformError} when the stack cannot be planned
 */
export async function planStack(stack: SynthesizedStack, args: readonly string[]): Promise<StackPlan> {
  return { stack, after: undefined, ...(await readStackPlan(stack, await runPlan(stack, args), false)) };
}

/**
 * Saves the plan of a stack, without a look at it.
 *
 * @throws {TerraformError} when the stack cannot be planned
 */
export async function runPlan(stack: SynthesizedStack, args: readonly string[]): Promise<CommandResult> {
  const result = await runTerraform(stack.folder, planArguments(args));
  assertPlanned(stack.name, result);
  return result;
}

/**
 * Compares the routes of a plan with those in AWS.
 *
 * Where the stage serves other routes than the settings have, and the plan does not take a new snapshot, it is planned again
 * with one. Routes that terraform does not manage stop a deploy.
 */
export async function compareWithAws(
  stackPlan: StackPlan,
  { args, refreshOnly = false }: PlanOptions,
): Promise<StackPlan> {
  const { stack, plan, resourceChanges } = stackPlan;
  if (!stack.terraform.resource?.aws_api_gateway_stage) {
    return stackPlan;
  }
  const stage = deployedStage(stack.terraform, resourceChanges);
  if (!stage && refreshOnly) {
    return stackPlan;
  }
  if (!plan || !stage) {
    return { ...stackPlan, routes: { notCompared: `${stack.name} has no stage that is deployed and stays` } };
  }
  const routes = await compareLiveRoutes(stack.terraform, stage, resourceChanges);
  if ('notCompared' in routes || refreshOnly) {
    return { ...stackPlan, routes };
  }
  const deployment = resourceChanges.find(({ type }) => type === 'aws_api_gateway_deployment');
  const isStale = routes.differences.some(({ settings, stage: served }) => settings !== served);
  const planned =
    isStale && deployment?.change.actions.join() === 'no-op'
      ? { ...(await planStack(stack, [...args, `-replace=${deployment.address}`])), replaced: deployment.address }
      : stackPlan;
  const rejections = [...planned.plan!.rejections, ...routes.unmanaged];
  return { ...planned, after: stackPlan.after, routes, plan: { ...planned.plan!, rejections } };
}

async function readStackPlan({ folder }: SynthesizedStack, result: CommandResult, refreshOnly: boolean) {
  // A plan without changes also contains what AWS keeps of removed settings.
  const { stdout } = await runTerraform(folder, showArguments);
  const json = JSON.parse(stdout) as PlanJson;
  const plan = readPlan(json, { refreshOnly });
  return {
    plan,
    // With -refresh-only, 2 can also stand for a value that only counts or that was only read.
    hasChanges: refreshOnly ? plan.drift.length > 0 : result.status === 2,
    resourceChanges: resourcesOf(json),
    outputs: json.prior_state?.values?.outputs ?? {},
    text: planText(result),
  };
}

function planArguments(args: readonly string[]): string[] {
  return ['plan', '-input=false', '-detailed-exitcode', `-out=${planFile}`, ...args];
}

const showArguments = ['show', '-json', planFile];

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
