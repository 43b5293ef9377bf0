import { styleText } from 'node:util';

import { type Loss } from '../../terraform/losses';
import { type Action, actions, type Change, type ChangedArgument, type Plan } from '../../terraform/plan';
import { type StackPlan } from './stack-plans';
import { showWarnings } from '../synthesize';

/** Lists what cannot be undone in the plans of all stacks. */
export function lossesOf(plans: readonly StackPlan[]): Loss[] {
  return plans.flatMap(({ plan }) => plan?.losses ?? []);
}

/**
 * Shows what terraform says about each stack, a summary, and the warnings of the synth.
 *
 * @param environment what messages call it
 */
export function showPlans(environment: string, plans: readonly StackPlan[]): void {
  for (const { stack, text } of plans.filter((plan) => plan.text !== '')) {
    console.log(`\n${stack.name}\n\n${text}`);
  }
  const losses = lossesOf(plans);
  console.log(
    [
      '',
      ...lossLines(losses),
      `${titleOf(plans)} ${environment}:`,
      ...plans.flatMap((stackPlan) => [
        `  ${stackPlan.stack.name}: ${headline(stackPlan)}`,
        ...changesOf(stackPlan).map((change) => `    ${describeChange(change)}`),
      ]),
    ].join('\n'),
  );
  showWarnings(plans.map(({ stack }) => stack));
}

/** Says what the plans are: of a deploy, or of what was changed without terraform. */
export function titleOf(plans: readonly StackPlan[]): string {
  return plans.some(({ plan }) => plan && plan.drift.length > 0) ? 'Drift in' : 'Plan for';
}

/** Lists what cannot be undone, in red on a terminal. */
export function lossLines(losses: readonly Loss[]): string[] {
  const isColored = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const red = (line: string) => (isColored ? styleText(['red', 'bold'], line) : line);
  return losses.length === 0 ? [] : [red('This cannot be undone:'), ...losses.map(lossLine).map(red), ''];
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
    losses: lossesOf(plans),
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

function describeChange({ action, address, arguments: changed }: Change): string {
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
