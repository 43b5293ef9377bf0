import { z } from 'zod';

import { type Attributes, type PredictedState } from './predicted-state';
import { type ResourceSchemas, type Support, supportOf } from './resource-schema';

/** What the user pool's table says of an argument. Goes with that table, for resource-schema.ts. */
export type Treatment = 'served' | 'ignored' | 'refused';
export type ServedResources = Readonly<Record<string, 'served' | 'ignored' | Arguments>>;
export type Arguments = Readonly<Record<string, Treatment | ((value: unknown) => Treatment)>>;

const supportByTreatment = { served: 'served', ignored: 'listed', refused: 'rejected' } as const;

/** A part of the Terraform JSON that the local services do not serve. */
export interface Unserved {
  /** Address, such as `aws_cognito_user_pool.user_pool`, followed by the argument if it is not the whole resource. */
  readonly what: string;
  readonly support: Exclude<Support, 'served'>;
}

/** Types, of any provider, that can restrict access. The last two can contain resources of all other types. */
const restrictingTypes = /cognito|api_?gateway|waf|cloudformation_stack|cloudcontrolapi/;

/**
 * Lists the parts of the Terraform JSON that the local services do not serve, in the order of the stacks.
 *
 * An argument or a resource type of the served services that has no schema is rejected, because its effect is not
 * known. So is everything that is not a resource, such as a module, which can contain any resource.
 */
export function findUnserved(
  state: PredictedState,
  known: Readonly<Record<string, (ResourceSchemas | ServedResources)[string]>>,
): Unserved[] {
  const resources = state.types().flatMap((type) =>
    state.resources(type).flatMap(({ address, attributes, argumentNames }): Unserved[] => {
      const schema = Object.hasOwn(known, type) ? known[type] : undefined;
      if (schema === 'served') {
        return [];
      }
      if (schema === undefined && restrictingTypes.test(type)) {
        return [{ what: address, support: 'rejected' }];
      }
      if (schema === undefined || typeof schema === 'string') {
        return [{ what: address, support: 'listed' }];
      }
      return argumentNames.flatMap((name) => {
        const support =
          schema instanceof z.ZodObject
            ? supportOf(schema.shape, attributes, name)
            : supportByTreatment[treatmentOf(schema, name, attributes)];
        return support === 'served' ? [] : [{ what: `${address}: ${name}`, support }];
      });
    }),
  );
  return [
    ...resources,
    ...state.unknownOutputs().map((what) => ({ what, support: 'listed' }) as const),
    ...state.unread().map((what) => ({ what, support: 'rejected' }) as const),
  ];
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
      .flatMap((entry) => Object.keys(entry as object).map((name) => treatmentOf(known, name, entry as Attributes)));
    return (['refused', 'ignored'] as const).find((treatment) => treatments.includes(treatment)) ?? 'served';
  };
}

function treatmentOf(known: Arguments, name: string, attributes: Attributes): Treatment {
  const treatment = Object.hasOwn(known, name) ? known[name]! : 'refused';
  return typeof treatment === 'function' ? treatment(attributes[name]) : treatment;
}
