import { type Plan } from './plan';
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
