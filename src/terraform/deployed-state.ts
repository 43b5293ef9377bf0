import { hasValue, type ResourceChange, type Values } from './plan-json';
import { protectedUserPool, type Rejection } from './rejections';
import { type StackJson } from './synthesized-stacks';

/** The parts of a state, as `terraform state pull` writes it, that this project reads. */
export interface StateJson {
  readonly resources: readonly {
    readonly module?: string;
    readonly mode: 'managed' | 'data';
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly deposed?: string;
      readonly index_key?: string | number;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

/** Reads what a destroy deletes from a state. */
export function readDeletions({ resources }: StateJson): ResourceChange[] {
  return resources.flatMap(({ module, mode, type, name, instances }) =>
    mode === 'data'
      ? []
      : instances.map(({ deposed, index_key: index, attributes }) => ({
          address:
            (module === undefined ? '' : `${module}.`) +
            `${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`,
          mode,
          type,
          ...(deposed !== undefined && { deposed }),
          change: { actions: ['delete'], before: attributes, after: null },
        })),
  );
}

/**
 * Completes the app clients of a state, which an import leaves without `generate_secret`: the next plan would replace
 * them, and with them their IDs.
 *
 * @returns the next version of the state, or nothing when it is complete
 */
export function withGeneratedSecrets(text: string): string | undefined {
  const state = JSON.parse(text) as StateJson & { readonly serial: number };
  const isIncomplete = (type: string, { generate_secret: isGenerated }: Values) =>
    type === 'aws_cognito_user_pool_client' && (isGenerated ?? null) === null;
  if (!state.resources.some(({ type, instances }) => instances.some((each) => isIncomplete(type, each.attributes)))) {
    return undefined;
  }
  const resources = state.resources.map((resource) => ({
    ...resource,
    instances: resource.instances.map((instance) =>
      isIncomplete(resource.type, instance.attributes)
        ? {
            ...instance,
            attributes: { ...instance.attributes, generate_secret: hasValue(instance.attributes.client_secret) },
          }
        : instance,
    ),
  }));
  return JSON.stringify({ ...state, serial: state.serial + 1, resources });
}

/** Finds what the stack protects against a destroy, and the state does not. */
export function findProtections(deletions: readonly ResourceChange[], { resource = {} }: StackJson): Rejection[] {
  return deletions.flatMap(({ address, type, change }) => {
    const configuration = resource[type]?.[address.slice(type.length + 1)];
    const { prevent_destroy: isPrevented } = (configuration?.lifecycle ?? {}) as { prevent_destroy?: boolean };
    if (change.before?.deletion_protection === 'ACTIVE') {
      return [];
    }
    if (type === 'aws_cognito_user_pool' && configuration?.deletion_protection === 'ACTIVE') {
      return [protectedUserPool(address)];
    }
    return isPrevented === true
      ? [{ address, problem: 'has prevent_destroy', remedy: 'remove it from the lifecycle of the resource' }]
      : [];
  });
}
