import { type ResourceChange, type Values } from './plan-json';

/** What users of the stacks lose by a change, and no later deploy restores. */
export interface Loss {
  readonly address: string;
  /** Completes the sentence "this …": `deletes all users`. */
  readonly effect: string;
  /** Address of the outermost resource that is deleted together with this one, such as the user pool. */
  readonly within?: string;
}

/**
 * What people lose when a resource is deleted, or replaced, which deletes it as well; null if nothing.
 *
 * Every type that the stacks can have is here: a test fails for one that is missing.
 */
export const lossByType: Readonly<Record<string, string | null>> = {
  aws_cognito_user_pool: 'permanently deletes all users',
  aws_cognito_user_pool_client: 'ends the client ID: every application that uses it stops working',
  aws_cognito_user_pool_domain: 'takes down the login URL, and ends every session of the hosted login',
  aws_cognito_managed_login_branding: 'deletes the style of the managed login, which then shows an error page',
  aws_cognito_identity_provider:
    'ends the sign-in of its users, who stay in the user pool with the status EXTERNAL_PROVIDER',
  aws_cognito_user_group: 'removes all users from the group',
  aws_cognito_resource_server: 'removes its scopes from new access tokens: routes that require them respond with 401',
  aws_api_gateway_rest_api: 'takes down the URL of the API: every caller needs the new one',
  aws_api_gateway_stage: 'takes down the URL of the stage',
  aws_api_gateway_domain_name: 'takes down the host name of the API, until its DNS record leads to the new target',
  aws_api_gateway_base_path_mapping: 'takes down every URL of the API under its host name',
  aws_api_gateway_account: 'removes the role for logs from every API of the account in the region',
  aws_route53_record: 'takes down the host name, until another DNS record leads to it',
  aws_lambda_function: 'deletes the function: everything else that calls it by its name stops working',
  aws_cloudwatch_log_group: 'permanently deletes its logs',
  // The next deploy creates the same again, without a difference for users.
  aws_acm_certificate: null,
  aws_acm_certificate_validation: null,
  aws_api_gateway_authorizer: null,
  aws_cloudwatch_dashboard: null,
  aws_cloudwatch_metric_alarm: null,
  aws_api_gateway_deployment: null,
  aws_api_gateway_gateway_response: null,
  aws_api_gateway_integration: null,
  aws_api_gateway_integration_response: null,
  aws_api_gateway_method: null,
  aws_api_gateway_method_response: null,
  aws_api_gateway_method_settings: null,
  aws_api_gateway_model: null,
  aws_api_gateway_request_validator: null,
  aws_api_gateway_resource: null,
  aws_cognito_log_delivery_configuration: null,
  aws_cognito_risk_configuration: null,
  aws_cognito_user_pool_ui_customization: null,
  aws_iam_role: null,
  aws_iam_role_policy: null,
  aws_iam_role_policy_attachment: null,
  aws_lambda_permission: null,
  aws_sns_topic: null,
  aws_sns_topic_subscription: null,
  aws_wafv2_web_acl: null,
  aws_wafv2_web_acl_association: null,
  aws_wafv2_web_acl_logging_configuration: null,
};

/** Of a resource that a reader of the project has added. */
const unknownLoss = 'deletes a resource of a type that this project does not know: what is lost is not known';

function lossOf(type: string): string | null {
  return lossByType[type] === undefined ? unknownLoss : lossByType[type];
}

/** Finds what cannot be undone among the changes of a plan: a user pool or REST API, followed by what is in it. */
export function findLosses(changes: readonly ResourceChange[]): Loss[] {
  const keepsManagedLogin = changes.some(({ change: { after } }) => after?.managed_login_version === 2);
  const deleted = changes.filter(
    ({ type, change }) =>
      lossOf(type) !== null &&
      change.actions.includes('delete') &&
      // Only the managed login needs a style, and it does not matter which.
      (type !== 'aws_cognito_managed_login_branding' || (keepsManagedLogin && !change.actions.includes('create'))) &&
      // The record for IPv6 is lost with it, and no user calls the one of a certificate.
      (type !== 'aws_route53_record' || change.before?.type === 'A'),
  );
  const losses = changes.flatMap((resource): Loss[] => {
    const { address, type } = resource;
    if (!deleted.includes(resource)) {
      return effectsOfUpdate(resource).map((effect) => ({ address, effect }));
    }
    const within = outermost(resource, deleted).address;
    return [{ address, effect: lossOf(type)!, ...(within !== address && { within }) }];
  });
  return losses
    .filter(({ within }) => within === undefined)
    .flatMap((loss) => [loss, ...losses.filter(({ within }) => within === loss.address)]);
}

/** Returns the outermost resource that contains another one. */
function outermost(resource: ResourceChange, deleted: readonly ResourceChange[]): ResourceChange {
  const outer = deleted.find((other) => other !== resource && contains(other, resource));
  return outer ? outermost(outer, deleted) : resource;
}

/** Arguments that name the resource in which another one exists, by its ID. */
const containers = ['client_id', 'user_pool_id', 'rest_api_id', 'domain_name'];

function contains(outer: ResourceChange, inner: ResourceChange): boolean {
  const [container, content] = [outer.change.before ?? {}, inner.change.before ?? {}];
  if (inner.type === 'aws_cloudwatch_log_group') {
    return logGroupsOf(outer.type, container).includes(content.name);
  }
  if (inner.type === 'aws_route53_record') {
    return (container.domain ?? container.domain_name) === content.name && outer.type.includes('domain');
  }
  const id = container.id ?? null;
  return id !== null && containers.some((argument) => argument in content && content[argument] === id);
}

/** Returns the names of the log groups that belong to a resource. */
function logGroupsOf(type: string, values: Values): unknown[] {
  switch (type) {
    case 'aws_lambda_function':
      return [`/aws/lambda/${String(values.function_name)}`];
    case 'aws_api_gateway_stage': {
      const [accessLogs] = (values.access_log_settings ?? []) as readonly { readonly destination_arn: string }[];
      return [
        `API-Gateway-Execution-Logs_${String(values.rest_api_id)}/${String(values.stage_name)}`,
        ...(accessLogs ? [accessLogs.destination_arn.split(':log-group:')[1]] : []),
      ];
    }
    default:
      return [];
  }
}

/** Lists what users lose by an update, although it keeps the resource. */
function effectsOfUpdate({ type, change: { actions, before, after } }: ResourceChange): string[] {
  if (!actions.includes('update')) {
    return [];
  }
  switch (type) {
    case 'aws_cognito_resource_server':
      return removedScopes(before, after).map(
        (scope) => `takes the scope ${scope} out of new access tokens: routes that require it respond with 401`,
      );
    case 'aws_api_gateway_base_path_mapping': {
      const [old, path] = [before, after].map((values) => `/${(values?.base_path as string | null) ?? ''}`);
      return old === path ? [] : [`takes down every URL of the API under ${old!}: callers need ${path!}`];
    }
    default:
      return [];
  }
}

/** Lists the scopes that an update takes from a resource server, which keeps its others. */
function removedScopes(before: Values | null, after: Values | null): string[] {
  const scopesOf = (values: Values | null) =>
    ((values?.scope ?? []) as readonly { readonly scope_name: string }[]).map(({ scope_name }) => scope_name);
  const kept = scopesOf(after);
  return scopesOf(before)
    .filter((scope) => !kept.includes(scope))
    .map((scope) => `${String(before?.identifier)}/${scope}`);
}
