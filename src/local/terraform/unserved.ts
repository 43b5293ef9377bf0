import { type PredictedState } from './predicted-state';

/**
 * What the local services do with an argument: serve it, ignore it and list it at the start, or refuse to start.
 *
 * An argument is refused if ignoring it would allow access that AWS denies, or would serve something else entirely.
 */
export type Treatment = 'served' | 'ignored' | 'refused';

/** The treatment of each resource type, as a whole or by argument. */
export type ServedResources = Readonly<Record<string, 'served' | 'ignored' | Arguments>>;

/** The treatment of each argument, by name. Some depend on the value. */
export type Arguments = Readonly<Record<string, Treatment | ((value: unknown) => Treatment)>>;

/** A part of the Terraform JSON that the local services do not serve. */
export interface Unserved {
  /** Address, such as `aws_cognito_user_pool.user_pool`, followed by the argument if it is not the whole resource. */
  readonly what: string;
  readonly treatment: Exclude<Treatment, 'served'>;
}

/** Types, of any provider, that can restrict access. The last two can contain resources of all other types. */
const restrictingTypes = /cognito|api_?gateway|waf|cloudformation_stack|cloudcontrolapi/;

/**
 * Lists the parts of the Terraform JSON that the local services do not serve, in the order of the stacks.
 *
 * An argument or a resource type of the served services that is in no table is refused, because its effect is not
 * known. So is everything that is not a resource, such as a module, which can contain any resource.
 */
export function findUnserved(state: PredictedState, served: ServedResources): Unserved[] {
  const resources = state.types().flatMap((type) =>
    state.resources(type).flatMap(({ address, attributes, argumentNames }) => {
      const known = Object.hasOwn(served, type) ? served[type] : undefined;
      if (known === 'served') {
        return [];
      }
      if (known === undefined || known === 'ignored') {
        return [{ what: address, treatment: known ?? (restrictingTypes.test(type) ? 'refused' : 'ignored') } as const];
      }
      return argumentNames.flatMap((argument) => {
        const treatment = treatmentOf(known, argument, attributes[argument]);
        return treatment === 'served' ? [] : [{ what: `${address}: ${argument}`, treatment }];
      });
    }),
  );
  return [...resources, ...state.unread().map((what) => ({ what, treatment: 'refused' }) as const)];
}

/** Treats every value except these in the given way. */
export function unless(treatment: Treatment, ...allowed: readonly unknown[]): (value: unknown) => Treatment {
  return (value) => ([value].flat().every((item) => allowed.includes(item)) ? 'served' : treatment);
}

/** Treats a nested block, which is one object or a list in the JSON, like its strictest member. */
export function members(known: Arguments): (value: unknown) => Treatment {
  return (value) => {
    const treatments = [value]
      .flat()
      .flatMap((entry) => Object.entries(entry as object))
      .map(([name, member]) => treatmentOf(known, name, member));
    return (['refused', 'ignored'] as const).find((treatment) => treatments.includes(treatment)) ?? 'served';
  };
}

function treatmentOf(known: Arguments, name: string, value: unknown): Treatment {
  const treatment = Object.hasOwn(known, name) ? known[name]! : 'refused';
  return typeof treatment === 'function' ? treatment(value) : treatment;
}
