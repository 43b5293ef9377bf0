import { type ResourceSchemas, type Support, supportOf } from './resource-schema';
import { type TerraformState, TerraformStateError } from './terraform-state';

/** A part of the Terraform JSON that the local services do not serve. */
interface Unserved {
  /** Address, such as `aws_cognito_user_pool.user_pool`, followed by the argument if it is not the whole resource. */
  readonly what: string;
  /** Unknown, if the argument decides what is served and its value is not known before a deploy. */
  readonly support: Exclude<Support, 'served'> | 'unknown';
}

/** Types, of any provider, that can restrict access. The last two can contain resources of all other types. */
const restrictingTypes = /cognito|api_?gateway|waf|cloudformation_stack|cloudcontrolapi/;

/** Types of the services that a user pool protects. */
const apiTypes = /api_?gateway/;

/** @param only `login` for the user pools alone: an API is then a service of its own, which is passed over */
function isPassedOver(type: string, known: ResourceSchemas, only: 'login' | undefined): boolean {
  if (only === 'login' && apiTypes.test(type)) {
    return true;
  }
  return !Object.hasOwn(known, type) && !restrictingTypes.test(type);
}

/**
 * Lists the parts of the Terraform JSON that the local services do not serve, in the order of the stacks.
 *
 * An argument or a resource type of the served services that has no schema is rejected, because its effect is not
 * known. So is everything that is not a resource, such as a module, which can contain any resource. Resources of other
 * services are not listed: {@link countPassedOver} counts them.
 */
export function findUnserved(state: TerraformState, known: ResourceSchemas, only?: 'login'): Unserved[] {
  const types = state.types().filter((type) => !isPassedOver(type, known, only));
  const resources = types.flatMap((type) =>
    state.resources(type).flatMap(({ address, attributes, argumentNames, hidden }): Unserved[] => {
      const schema = Object.hasOwn(known, type) ? known[type] : undefined;
      if (schema === 'served') {
        return [];
      }
      if (schema === undefined || schema === 'listed') {
        return [{ what: address, support: schema ?? 'rejected' }];
      }
      const named = argumentNames.flatMap((name): Unserved[] => {
        try {
          const support = supportOf(schema.shape, attributes, name);
          return support === 'served' ? [] : [{ what: `${address}: ${name}`, support }];
        } catch (error) {
          if (!(error instanceof TerraformStateError)) {
            throw error;
          }
          return [{ what: error.message, support: 'unknown' }];
        }
      });
      return hidden === undefined ? named : [...named, { what: `${address}: ${hidden}`, support: 'listed' }];
    }),
  );
  return [
    ...resources,
    ...state.unknownOutputs().map((what) => ({ what, support: 'listed' }) as const),
    ...state.unread().map((what) => ({ what, support: 'rejected' }) as const),
  ];
}

/** Counts the resources of other services by type, such as `aws_s3_bucket`. They have no effect on what is served. */
export function countPassedOver(
  state: TerraformState,
  known: ResourceSchemas,
  only?: 'login',
): ReadonlyMap<string, number> {
  const types = state.types().filter((type) => isPassedOver(type, known, only));
  return new Map(types.map((type) => [type, state.resources(type).length]));
}
