import { stringRule } from '../rules/rule';

/** @see https://developer.hashicorp.com/terraform/language/expressions/version-constraints */
export const versionConstraintRule = stringRule(
  'a Terraform version constraint, such as ">= 5.100.0, < 7.0.0"',
  (value) =>
    value.split(',').every((part) => /^\s*(?:=|!=|>|>=|<|<=|~>)?\s*\d+(?:\.\d+){0,2}(?:-[\w.-]+)?\s*$/.test(part))
      ? undefined
      : 'must be a version constraint',
);

/**
 * The version of the AWS provider that first had an argument, or a value of one. All others are older than 5.0.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md
 */
export const firstVersions = {
  'aws_cognito_user_pool.password_policy.password_history_size': '5.73.0',
  'aws_lambda_function.runtime nodejs22.x': '5.78.0',
  'aws_cognito_user_pool.user_pool_tier': '5.83.0',
  'aws_cognito_user_pool_domain.managed_login_version': '5.95.0',
  'aws_api_gateway_rest_api.endpoint_configuration.ip_address_type': '5.96.0',
  'aws_cognito_user_pool_client.refresh_token_rotation': '5.98.0',
  aws_cognito_log_delivery_configuration: '6.5.0',
  aws_cognito_managed_login_branding: '6.12.0',
  'aws_api_gateway_domain_name.endpoint_access_mode': '6.28.0',
  'aws_api_gateway_rest_api.security_policy': '6.66.0',
} as const;

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  return [0, 1, 2].map((index) => (left[index] ?? 0) - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** Returns whether a version constraint excludes every version before this one. */
function excludesBefore(constraint: string, version: string): boolean {
  return constraint.split(',').some((part) => {
    const [, operator = '', bound = ''] = /^\s*(=|!=|>=|>|<=|<|~>)?\s*([\d.]+)/.exec(part) ?? [];
    return ['', '=', '>', '>=', '~>'].includes(operator) && compareVersions(bound, version) >= 0;
  });
}

/**
 * Returns what is wrong with a version constraint that allows versions of the provider without some features.
 *
 * @param features the name of each feature, and the first version that has it
 */
export function olderVersionProblem(
  constraint: string,
  features: readonly (readonly [name: string, version: string])[],
): string | undefined {
  const missing = features.filter(([, version]) => !excludesBefore(constraint, version));
  const newest = missing
    .map(([, version]) => version)
    .sort(compareVersions)
    .at(-1);
  const names = missing.filter(([, version]) => version === newest).map(([name]) => name);
  return newest && `must exclude versions before ${newest}, which do not have ${names.join(' and ')}`;
}
