import { type ResourceChange } from './plan-json';
import { type Rejection } from './rejections';
import { type StackJson } from './synthesized-stacks';

/** The outputs of a stack, as the last deploy has written them. */
type Outputs = Readonly<Record<string, unknown>>;

/** What a new resource would be a second one of. */
const kinds: Readonly<Record<string, string>> = {
  aws_cognito_user_pool: 'a user pool',
  aws_cognito_user_pool_client: 'an app client',
  aws_api_gateway_rest_api: 'an API',
};

/**
 * Finds what a stack defines, the outputs name and the state does not have, because it is deleted, empty or an old version.
 *
 * A deploy would create it a second time, and a destroy would leave it.
 *
 * @param changes the resources of a plan
 * @param isComplete whether these are all resources of the state
 * @param file where the outputs are
 * @param restore says how to get the state back
 */
export function findLostState(
  stack: StackJson,
  changes: readonly ResourceChange[],
  outputs: Outputs,
  { file, restore, isComplete }: { readonly file: string; readonly restore: string; readonly isComplete: boolean },
): Rejection[] {
  return Object.entries(kinds).flatMap(([type, what]) =>
    missingOf(type, stack, changes, isComplete).flatMap((address) => {
      const deployed = outputs[outputOf(address, stack) ?? ''];
      const isInState = changes.some(({ change }) => change.before && change.before.id === deployed);
      return typeof deployed !== 'string' || isInState
        ? []
        : [
            {
              address,
              problem: `is not in the state, and ${file} names ${what}, ${deployed}: a deploy would create a second one`,
              remedy: `${restore}; if it is deleted, delete ${file}`,
            },
          ];
    }),
  );
}

/** Returns the output that names a deployed resource: the one with its ID, or the URL of the API. */
function outputOf(address: string, { output = {} }: StackJson): string | undefined {
  return address.startsWith('aws_api_gateway_rest_api.')
    ? 'ApiEndpoint'
    : Object.keys(output).find((name) => output[name]!.value === `\${${address}.id}`);
}

/** Lists the addresses of a type that a stack defines and the state does not have. */
function missingOf(
  type: string,
  { resource = {} }: StackJson,
  changes: readonly ResourceChange[],
  isComplete: boolean,
): string[] {
  return Object.keys(resource[type] ?? {})
    .map((name) => `${type}.${name}`)
    .filter((address) => {
      const planned = changes.find((change) => change.address === address && change.deposed === undefined);
      return planned ? planned.change.actions.join() === 'create' : isComplete;
    });
}

/** The domain of a user pool. */
export interface DefinedDomain {
  readonly address: string;
  readonly domain: string;
}

/** Lists the domains that a stack defines together with a user pool, where the state has neither. */
export function missingDomains(
  stack: StackJson,
  changes: readonly ResourceChange[],
  isComplete: boolean,
): DefinedDomain[] {
  const type = 'aws_cognito_user_pool_domain';
  return missingOf('aws_cognito_user_pool', stack, changes, isComplete).length === 0
    ? []
    : missingOf(type, stack, changes, isComplete).map((address) => ({
        address,
        domain: String(stack.resource![type]![address.slice(type.length + 1)]!.domain),
      }));
}

/** Says that a user pool has the domain already: without a state, a deploy would create a second pool and fail there. */
export function takenDomain(
  { address, domain }: DefinedDomain,
  userPool: string,
  { restore }: { readonly restore: string },
): Rejection {
  return {
    address,
    problem: `is not in the state, and ${domain} is the domain of the user pool ${userPool}: a deploy would create a second user pool, and fail at its domain`,
    remedy: `${restore}; if it is not the user pool of this stack, set another domainPrefix`,
  };
}
