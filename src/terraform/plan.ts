import { findKeptArguments, type KeptArgument } from './kept-arguments';
import { findLosses, type Loss } from './losses';
import { type PlanJson, type ResourceChange, type Values } from './plan-json';
import { findRejections, type Rejection } from './rejections';

/** What a plan does to a resource, the most important first. */
export const actions = ['delete', 'replace', 'update', 'create', 'import', 'move', 'forget'] as const;

export type Action = (typeof actions)[number];

/** A change of a resource: which arguments, and never their values, which can be secret. */
export interface Change {
  readonly address: string;
  readonly action: Action;
  /** Nothing for a resource that is created or deleted. */
  readonly arguments: readonly ChangedArgument[];
}

export interface ChangedArgument {
  readonly name: string;
  readonly forcesReplacement: boolean;
  readonly knownAfterApply: boolean;
}

/** What a plan would change in a stack. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly losses: readonly Loss[];
  /** Why the plan must not be applied. */
  readonly rejections: readonly Rejection[];
  /** What AWS keeps of settings that were taken away. */
  readonly kept: readonly KeptArgument[];
  /** Names of the outputs that change. */
  readonly outputs: readonly string[];
  /** What was changed without terraform; only a refresh-only plan looks for it. */
  readonly drift: readonly Change[];
}

/** The plan of a stack without a change. */
export const emptyPlan: Plan = { changes: [], losses: [], rejections: [], kept: [], outputs: [], drift: [] };

/** Reads a plan from its JSON. */
export function readPlan(json: PlanJson, { refreshOnly = false } = {}): Plan {
  const { resource_changes = [], resource_drift = [], output_changes = {} } = json;
  if (refreshOnly) {
    return { ...emptyPlan, rejections: findRejections(json), drift: resource_drift.flatMap(readDrift) };
  }
  const managed = resource_changes.filter(({ mode }) => mode === 'managed');
  return {
    changes: managed.flatMap(readChange),
    losses: findLosses(managed),
    rejections: findRejections(json),
    kept: findKeptArguments(json),
    outputs: Object.entries(output_changes)
      .filter(([, change]) => !change.actions.includes('no-op'))
      .map(([name]) => name),
    drift: [],
  };
}

/** Attributes of a user pool that Cognito sets, also after the pool was created. */
const setByCognito = new Set(['custom_domain', 'domain', 'estimated_number_of_users', 'last_modified_date']);

function isSetByCognito({ type }: ResourceChange, name: string): boolean {
  return type === 'aws_cognito_user_pool' && setByCognito.has(name);
}

/**
 * Reads what was changed without Terraform.
 *
 * After an apply, the state has null where the next refresh reads an empty string, list or map: that is not a change. Nor is
 * the region, which provider 6 adds to a state of provider 5.
 */
function readDrift(resource: ResourceChange): Change[] {
  const { before, after } = resource.change;
  return readChange(resource).flatMap((change) => {
    const changed = change.arguments.filter(
      ({ name }) =>
        !isSetByCognito(resource, name) && !(isEmpty(before?.[name]) && (isEmpty(after?.[name]) || name === 'region')),
    );
    return change.action === 'update' && changed.length === 0 ? [] : [{ ...change, arguments: changed }];
  });
}

/** Returns whether a resource was changed without Terraform. */
export function isDrift(resource: ResourceChange): boolean {
  return readDrift(resource).length > 0;
}

/** Reads what a plan does to a resource; nothing when it leaves it as it is. */
export function readChange(resource: ResourceChange): Change[] {
  const action = actionOf(resource);
  return action === undefined
    ? []
    : [{ address: resource.address, action, arguments: changedArguments(resource, action) }];
}

/** Returns what a plan does to a resource; nothing when it leaves it as it is. */
export function actionOf({ change, address, previous_address: previous }: ResourceChange): Action | undefined {
  const [first, second] = change.actions;
  if (second !== undefined) {
    return 'replace';
  }
  if (first === 'no-op') {
    return change.importing ? 'import' : previous !== undefined && previous !== address ? 'move' : undefined;
  }
  return actions.find((action) => action === first);
}

/**
 * Returns the values that a change affects, before and after it: those that differ, and the ID of what is
 * deleted. All others can be different in each plan, such as the number of users that Cognito estimates.
 */
export function changedValues(resource: ResourceChange): { readonly before: Values; readonly after: Values } {
  const { change } = resource;
  const { before, after } = change;
  const unknown = change.after_unknown as Values | undefined;
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => unknown?.[name] !== true && !isSetByCognito(resource, name) && !areSame(before?.[name], after?.[name]),
  );
  const pick = (values: Values | null, picked: readonly string[]) =>
    Object.fromEntries(picked.map((name) => [name, values?.[name] ?? null]));
  const id = change.actions.includes('delete') ? ['id'] : [];
  return { before: pick(before, after ? [...id, ...names] : id), after: pick(after, after ? names : []) };
}

/** Compares two values. After an apply, the state has null where the next refresh reads an empty string, list or map. */
export function areSame(one: unknown, other: unknown): boolean {
  const omitEmpty = (_name: string, value: unknown) => (isEmpty(value) ? undefined : value);
  return JSON.stringify(one, omitEmpty) === JSON.stringify(other, omitEmpty);
}

function changedArguments({ change }: ResourceChange, action: Action): ChangedArgument[] {
  if (action !== 'update' && action !== 'replace') {
    return [];
  }
  const { before, after, after_unknown: unknown, replace_paths: replacePaths = [] } = change;
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return names
    .map((name) => ({
      name,
      forcesReplacement: replacePaths.some(([first]) => first === name),
      knownAfterApply: holdsTrue((unknown as Values | undefined)?.[name]),
    }))
    .filter(({ name, forcesReplacement, knownAfterApply }) => {
      const differs = JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]);
      return action === 'update'
        ? knownAfterApply || differs
        : // What AWS generates is new in every replacement.
          forcesReplacement || (!knownAfterApply && differs && isSet(after?.[name]));
    });
}

/** Returns whether a value is an empty string, list or map, or null. */
export function isEmpty(value: unknown): boolean {
  return value === '' || !isSet(value);
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : (value ?? null) !== null;
}

/** Returns whether a value of `after_unknown` says that a part of an argument is known only after the apply. */
export function holdsTrue(value: unknown): boolean {
  return value === true || (typeof value === 'object' && value !== null && Object.values(value).some(holdsTrue));
}
