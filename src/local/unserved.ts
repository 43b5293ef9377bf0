import { type TerraformState } from '../terraform/terraform-state';

/**
 * What becomes of an argument: it is served, it is left out and that is said, or nothing starts because of it.
 *
 * It is refused where leaving it out would let in someone whom AWS keeps out, or would serve something else entirely.
 */
export type Treatment = 'served' | 'said' | 'refused';

/** The treatment of each resource type, whole or by argument. */
export type ServedResources = Readonly<Record<string, 'said' | Arguments>>;

/** The treatment of each argument by its name; some depend on the value. */
export type Arguments = Readonly<Record<string, Treatment | ((value: unknown) => Treatment)>>;

/** Something that the Terraform has and the local services do not. */
export interface Unserved {
  /** `aws_cognito_user_pool.user_pool`, with the argument behind it when it is only one. */
  readonly what: string;
  readonly treatment: Exclude<Treatment, 'served'>;
}

/** Types of an unknown resource that could keep someone out, of any provider; the last two can hold all the others. */
const guardingTypes = /cognito|api_?gateway|waf|cloudformation_stack|cloudcontrolapi/;

/**
 * Lists what the Terraform has and the local services do not, in the order of the stacks.
 *
 * An argument or a resource of the served services that no table has is refused: nobody has thought about it. So is
 * what is no resource, such as a module, which may hold any.
 */
export function findUnserved(state: TerraformState, served: ServedResources): Unserved[] {
  const resources = state.types().flatMap((type) =>
    state.resources(type).flatMap(({ address, attributes, argumentNames }) => {
      const known = Object.hasOwn(served, type) ? served[type] : undefined;
      if (known === undefined || known === 'said') {
        return [{ what: address, treatment: known ?? (guardingTypes.test(type) ? 'refused' : 'said') } as const];
      }
      return argumentNames.flatMap((argument) => {
        const treatment = treatmentOf(known, argument, attributes[argument]);
        return treatment === 'served' ? [] : [{ what: `${address}: ${argument}`, treatment }];
      });
    }),
  );
  return [...resources, ...state.unread().map((what) => ({ what, treatment: 'refused' }) as const)];
}

/** Treats every value but these in the given way. */
export function unless(treatment: Treatment, ...allowed: readonly unknown[]): (value: unknown) => Treatment {
  return (value) => ([value].flat().every((item) => allowed.includes(item)) ? 'served' : treatment);
}

/** Treats a nested block, which the JSON writes as one object or as a list, as the worst of its members. */
export function members(known: Arguments): (value: unknown) => Treatment {
  return (value) => {
    const treatments = [value]
      .flat()
      .flatMap((entry) => Object.entries(entry as object))
      .map(([name, member]) => treatmentOf(known, name, member));
    return (['refused', 'said'] as const).find((treatment) => treatments.includes(treatment)) ?? 'served';
  };
}

function treatmentOf(known: Arguments, name: string, value: unknown): Treatment {
  const treatment = Object.hasOwn(known, name) ? known[name]! : 'refused';
  return typeof treatment === 'function' ? treatment(value) : treatment;
}
