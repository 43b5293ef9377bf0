/** The parts of a change in a plan's JSON that are looked at. */
export interface ResourceChange {
  readonly address: string;
  readonly previous_address?: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Values | null;
    readonly after: Values | null;
    /** Like `after`, with true where terraform knows the value only after the apply. */
    readonly after_unknown?: unknown;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
    readonly importing?: object;
  };
}

type Values = Readonly<Record<string, unknown>>;

/** What a change takes from the people who use the stacks, and no later deploy gives back. */
export interface Loss {
  readonly address: string;
  /** Completes the sentence "this …": `deletes all users`. */
  readonly effect: string;
  /** Address of the user pool or REST API that is lost and takes this along. */
  readonly within?: string;
}

/** What it does to people when a resource is deleted, or replaced, which deletes it as well. */
const effects: Readonly<Record<string, string>> = {
  aws_cognito_user_pool: 'deletes all users, and nobody can restore them',
  aws_cognito_user_pool_client: 'ends the client ID: every application that uses it stops working',
  aws_cognito_user_pool_domain: 'takes down the login URL, and ends every session of the hosted login',
  aws_cognito_managed_login_branding: 'takes the style of the managed login, which then shows an error page',
  aws_cognito_user_group: 'takes all users out of the group',
  aws_cognito_resource_server: 'takes its scopes out of new access tokens: routes that require them answer 401',
  aws_api_gateway_rest_api: 'takes down the URL of the API: every caller needs the new one',
  aws_api_gateway_stage: 'takes down the URL of the stage',
};

/** Arguments that name the resource in which another one exists. */
const containers = ['client_id', 'user_pool_id', 'rest_api_id'];

/** Finds what cannot be undone among the changes of a plan: a user pool or REST API, followed by what is in it. */
export function findLosses(changes: readonly ResourceChange[]): Loss[] {
  const keepsManagedLogin = changes.some(({ change: { after } }) => after?.managed_login_version === 2);
  const deleted = changes.filter(
    ({ type, change }) =>
      type in effects &&
      change.actions.includes('delete') &&
      // Only the managed login needs a style, and it does not matter which.
      (type !== 'aws_cognito_managed_login_branding' || (keepsManagedLogin && !change.actions.includes('create'))),
  );
  const addressOfId = new Map(deleted.map(({ address, change }) => [change.before?.id, address]));
  const losses = changes.flatMap((resource): Loss[] => {
    const { address, type, change } = resource;
    if (!deleted.includes(resource)) {
      return removedScopes(resource).map((scope) => ({
        address,
        effect: `takes the scope ${scope} out of new access tokens: routes that require it answer 401`,
      }));
    }
    const within = containers.flatMap((argument) => addressOfId.get(change.before?.[argument] ?? null) ?? [])[0];
    return [{ address, effect: effects[type]!, ...(within !== undefined && { within }) }];
  });
  return losses
    .filter(({ within }) => within === undefined)
    .flatMap((loss) => [loss, ...losses.filter(({ within }) => within === loss.address)]);
}

/** Lists the scopes that an update takes from a resource server, which keeps its others. */
function removedScopes({ type, change: { actions, before, after } }: ResourceChange): string[] {
  if (type !== 'aws_cognito_resource_server' || !actions.includes('update')) {
    return [];
  }
  const scopesOf = (values: Values | null) =>
    ((values?.scope ?? []) as readonly { readonly scope_name: string }[]).map(({ scope_name }) => scope_name);
  const kept = scopesOf(after);
  return scopesOf(before)
    .filter((scope) => !kept.includes(scope))
    .map((scope) => `${String(before?.identifier)}/${scope}`);
}
