import { type Plan } from './plan';
import { type ResourceChange } from './plan-json';
import { type Rejection } from './rejections';

/** The outputs of a stack, as the last deploy has written them. */
type Outputs = Readonly<Record<string, unknown>>;

/** What a new resource would be a second one of, and the output that names the first. */
const outputsOf: Readonly<Record<string, readonly [what: string, output: string]>> = {
  aws_cognito_user_pool: ['user pool', 'CognitoUserPoolID'],
  aws_api_gateway_rest_api: ['API', 'ApiEndpoint'],
};

/**
 * Finds a plan that creates what is there already, because the state is deleted or empty.
 *
 * A deploy would create a second user pool, and fail at its domain, which the first one has.
 *
 * @param file where the outputs are
 * @param restore says how to get the state back
 */
export function findLostState(
  { changes }: Plan,
  outputs: Outputs,
  { file, restore }: { readonly file: string; readonly restore: string },
): Rejection[] {
  return changes
    .filter(({ action }) => action === 'create')
    .flatMap(({ address }) => {
      const [what, output] = outputsOf[address.split('.')[0]!] ?? [];
      const deployed = output === undefined ? undefined : outputs[output];
      return typeof deployed !== 'string'
        ? []
        : [
            {
              address,
              problem: `is not in the state, and ${file} names a ${what!}, ${deployed}: a deploy would create a second one`,
              remedy: `${restore}; if the ${what!} is deleted, delete ${file}`,
            },
          ];
    });
}

/** The domain of a user pool that a plan creates. */
export interface CreatedDomain {
  readonly address: string;
  readonly domain: string;
}

/** Lists the domains that a plan creates together with a user pool. */
export function createdDomains(changes: readonly ResourceChange[]): CreatedDomain[] {
  const created = changes.filter(({ change }) => change.actions.join() === 'create');
  return created.some(({ type }) => type === 'aws_cognito_user_pool')
    ? created
        .filter(({ type }) => type === 'aws_cognito_user_pool_domain')
        .map(({ address, change }) => ({ address, domain: String(change.after?.domain) }))
    : [];
}

/** Says that a user pool has the domain already: without a state, a deploy would create a second pool and fail there. */
export function takenDomain(
  { address, domain }: CreatedDomain,
  userPool: string,
  { restore }: { readonly restore: string },
): Rejection {
  return {
    address,
    problem: `is not in the state, and ${domain} is the domain of the user pool ${userPool}: a deploy would create a second user pool, and fail at its domain`,
    remedy: `${restore}; if it is not the user pool of this stack, set another domainPrefix`,
  };
}
