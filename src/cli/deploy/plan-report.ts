import { styleText } from 'node:util';

import { type KeptArgument } from '../../terraform/kept-arguments';
import { type Loss } from '../../terraform/losses';
import { type Rejection } from '../../terraform/rejections';
import { type RouteDifference, routeLines } from '../../terraform/routes';
import { type Action, actions, type Change, type ChangedArgument, type Plan } from '../../terraform/plan';
import { digestOf } from '../../terraform/plan-digest';
import { type StackPlan } from './stack-plans';
import { TerraformError } from './terraform';
import { showWarnings } from '../synthesize';

/** Lists what cannot be undone in the plans of all stacks. */
export function lossesOf(plans: readonly StackPlan[]): Loss[] {
  return plans.flatMap(({ plan }) => plan?.losses ?? []);
}

/** Lists why the plans of all stacks must not be applied. */
export function rejectionsOf(plans: readonly StackPlan[]): Rejection[] {
  return plans.flatMap(({ plan }) => plan?.rejections ?? []);
}

/** @throws {TerraformError} when one of the plans must not be applied; the message begins with the outcome */
export function assertNoRejections(plans: readonly StackPlan[], outcome: string): void {
  const addresses = rejectionsOf(plans).map(({ address }) => address);
  if (addresses.length > 0) {
    throw new TerraformError(`\n${outcome}: see above what to do for ${addresses.join(', ')}.`);
  }
}

/** Lists what AWS keeps of settings that were taken away, in all stacks. */
export function keptOf(plans: readonly StackPlan[]): KeptArgument[] {
  return plans.flatMap(({ plan }) => plan?.kept ?? []);
}

/**
 * Shows what terraform says about each stack, a summary, and the warnings of the synth.
 *
 * @param environment what messages call it
 * @param isShort leaves out what terraform says; default: false
 */
export function showPlans(environment: string, plans: readonly StackPlan[], { isShort = false } = {}): void {
  for (const { stack, text } of plans.filter((plan) => !isShort && plan.text !== '')) {
    console.log(`\n${stack.name}\n\n${text}`);
  }
  const routes = routeLines(routeDifferencesOf(plans));
  console.log(
    [
      '',
      ...rejectionLines(rejectionsOf(plans)),
      ...lossLines(lossesOf(plans)),
      ...keptLines(keptOf(plans)),
      ...(routes.length === 0 ? [] : [...routes, '']),
      `${titleOf(plans)} ${environment}:`,
      ...plans.flatMap((stackPlan) => [
        `  ${stackPlan.stack.name}: ${headline(stackPlan)}`,
        ...changesOf(stackPlan).map((change) => `    ${describeChange(change)}`),
      ]),
    ].join('\n'),
  );
  showNotCompared(plans);
  showWarnings(plans.map(({ stack }) => stack));
}

/** Lists the routes that differ between the settings, the API and its stage, in all stacks. */
export function routeDifferencesOf(plans: readonly StackPlan[]): RouteDifference[] {
  return plans.flatMap(({ routes }) => (routes && 'differences' in routes ? routes.differences : []));
}

/** Names the stacks whose routes could not be compared with those in AWS. */
export function showNotCompared(plans: readonly StackPlan[]): void {
  for (const { routes } of plans) {
    if (routes && 'notCompared' in routes) {
      console.error(`The routes are not compared with those in AWS: ${routes.notCompared}.`);
    }
  }
}

/** Says what the plans are: of a deploy, or of what was changed without terraform. */
export function titleOf(plans: readonly StackPlan[]): string {
  return plans.some(({ plan }) => plan && plan.drift.length > 0) ? 'Drift in' : 'Plan for';
}

/** Lists what cannot be undone, in red on a terminal. */
export function lossLines(losses: readonly Loss[]): string[] {
  return losses.length === 0 ? [] : [...['This cannot be undone:', ...losses.map(lossLine)].map(red), ''];
}

/** Lists why plans must not be applied, in red on a terminal. */
export function rejectionLines(rejections: readonly Rejection[], action = 'deployed'): string[] {
  const lines = rejections.flatMap(({ address, problem, remedy }) => [
    red(`  ${address}: ${problem}`),
    `    To do: ${remedy}`,
  ]);
  return lines.length === 0 ? [] : [red(`This cannot be ${action}:`), ...lines, ''];
}

function keptLines(kept: readonly KeptArgument[]): string[] {
  const lines = kept.map(({ address, argument, remedy }) => `  ${address}: ${argument}\n    To do: write to ${remedy}`);
  return lines.length === 0 ? [] : ['AWS keeps what the settings no longer have:', ...lines, ''];
}

function red(line: string): string {
  return process.stdout.isTTY && process.env.NO_COLOR === undefined ? styleText(['red', 'bold'], line) : line;
}

/**
 * The plans as one JSON document.
 *
 * @param environment its name; the default environment has none
 */
export function planDocument(environment: string | undefined, plans: readonly StackPlan[]): object {
  return {
    environment: environment ?? null,
    hasChanges: plans.some((plan) => plan.hasChanges),
    digest: digestOf(plans),
    rejections: rejectionsOf(plans),
    losses: lossesOf(plans),
    kept: keptOf(plans),
    routes: routeDifferencesOf(plans),
    stacks: plans.map(({ stack, plan, after }) => ({ name: stack.name, after: after ?? null, plan: plan ?? null })),
  };
}

/** Says what a plan does to a stack: how many changes of each kind, or what it waits for. */
export function headline({ plan, after }: StackPlan): string {
  if (!plan) {
    return `is planned once ${after!} is deployed, whose outputs it reads`;
  }
  const again =
    after === undefined ? '' : `; is planned again once ${after} is deployed, which changes outputs that it reads`;
  return `${counts(plan)}${again}`;
}

/** Lists the changes of a stack, or what was changed without terraform. */
export function changesOf({ plan }: StackPlan): Change[] {
  return [...(plan?.changes ?? []), ...(plan?.drift ?? [])].sort(
    (one, other) => actions.indexOf(one.action) - actions.indexOf(other.action),
  );
}

function counts({ changes, drift, outputs }: Plan): string {
  if (drift.length > 0) {
    return `${drift.length} changed without terraform`;
  }
  const kinds = actions.flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${count} to ${action}`];
  });
  return kinds.join(', ') || (outputs.length > 0 ? 'only outputs change' : 'no changes');
}

function lossLine({ address, effect, within }: Loss): string {
  return `${within === undefined ? '  ' : '    and '}${address}: ${effect}`;
}

/** Says in a line what happens to a resource. */
export function describeChange({ action, address, arguments: changed }: Change): string {
  const list = changed.map(describeArgument).join(', ');
  return `${participles[action].padEnd(8)}  ${address}${list === '' ? '' : `: ${list}`}`;
}

function describeArgument({ name, forcesReplacement, knownAfterApply }: ChangedArgument): string {
  const notes = [
    ...(forcesReplacement ? ['forces replacement'] : []),
    ...(knownAfterApply ? ['known after apply'] : []),
  ];
  return notes.length === 0 ? name : `${name} (${notes.join(', ')})`;
}

/** What happens to a resource, in a word. */
export const participles: Readonly<Record<Action, string>> = {
  delete: 'deleted',
  replace: 'replaced',
  update: 'updated',
  create: 'created',
  import: 'imported',
  move: 'moved',
  forget: 'forgotten',
};
