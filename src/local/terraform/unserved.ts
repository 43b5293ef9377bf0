import { type TerraformState } from './terraform-state';
import { type ResourceSchemas, type Support, supportOf } from './resource-schema';

/** A part of the Terraform JSON that the local services do not serve. */
interface Unserved {
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
export function findUnserved(state: TerraformState, known: ResourceSchemas): Unserved[] {
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
        const support = supportOf(schema.shape, attributes, name);
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
