import { readFileSync } from 'node:fs';

import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool';

import { productionSettings } from './support/production-settings';
import { addresses, type Arguments, resourceAt } from './support/stack-json';
import { synthApp } from './support/synth';

test('the settings of the README for production protect the user pool and the API, and log what happens', () => {
  const { cognito, apiGateway } = synthApp(productionSettings);
  expect(cognito).toHaveResourceWithProperties(CognitoUserPool, {
    deletion_protection: 'ACTIVE',
    mfa_configuration: 'ON',
    lifecycle: { prevent_destroy: true },
  });
  expect([...addresses(cognito), ...addresses(apiGateway)]).toEqual(
    expect.arrayContaining([
      'aws_acm_certificate.domain_certificate',
      'aws_api_gateway_domain_name.domain',
      'aws_api_gateway_method_settings.stage',
      'aws_cloudwatch_log_group.access_logs',
      'aws_cloudwatch_metric_alarm.alarms_login_certificate',
      'aws_cognito_log_delivery_configuration.user_pool_user_event_logs',
      'aws_cognito_managed_login_branding.awesome-app-client',
      'aws_cognito_risk_configuration.user_pool_risk_configuration',
      'aws_wafv2_web_acl_association.stage_web_acl',
      'aws_wafv2_web_acl_association.user_pool_web_acl',
    ]),
  );
});

/** What published rules look at, in the Terraform of the stacks. */
const rules: Readonly<Record<string, (stacks: Stacks) => boolean>> = {
  'Cognito.6': ({ pool }) => pool.deletion_protection === 'ACTIVE',
  'Cognito.5': ({ pool }) => pool.mfa_configuration === 'ON',
  'Cognito.3': ({ pool }) => hasStrongPasswords(pool, 8) && temporaryPasswordDays(pool) <= 7,
  'Cognito.1': ({ pool }) => addOns(pool) === 'ENFORCED',
  deletion_protection_enabled: ({ pool }) => pool.deletion_protection === 'ACTIVE',
  mfa_enabled: ({ pool }) => pool.mfa_configuration === 'ON',
  password_policy_minimum_length_14: ({ pool }) => hasStrongPasswords(pool, 14),
  temporary_password_expiration: ({ pool }) => temporaryPasswordDays(pool) <= 7,
  advanced_security_enabled: ({ pool }) => addOns(pool) === 'ENFORCED',
  self_registration_disabled: ({ pool }) =>
    (pool.admin_create_user_config as Arguments).allow_admin_create_user_only === true,
  client_prevent_user_existence_errors: ({ client }) => client.prevent_user_existence_errors === 'ENABLED',
  client_token_revocation_enabled: ({ client }) => client.enable_token_revocation === true,
  COG1: ({ pool }) => hasStrongPasswords(pool, 8),
  COG2: ({ pool }) => pool.mfa_configuration === 'ON',
  COG8: ({ pool }) => pool.user_pool_tier === 'PLUS',
  'APIGateway.1': ({ methods }) => ['ERROR', 'INFO'].includes(String(methods.logging_level)),
  'APIGateway.2': ({ stage }) => 'client_certificate_id' in stage,
  'APIGateway.3': ({ stage }) => stage.xray_tracing_enabled === true,
  tracing_enabled: ({ stage }) => stage.xray_tracing_enabled === true,
  APIG1: ({ stage }) => 'access_log_settings' in stage,
  APIG6: ({ methods }) => methods.logging_level === 'ERROR',
  APIG4: ({ method }) => method.authorization === 'COGNITO_USER_POOLS',
  'APIGateway.4': ({ webAcls }) => webAcls.length === 2,
  APIG3: ({ webAcls }) => webAcls.length === 2,
  APIG2: ({ method }) => 'request_validator_id' in method,
  COG4: ({ method }) => method.authorization === 'COGNITO_USER_POOLS',
};

interface Stacks {
  readonly pool: Arguments;
  readonly client: Arguments;
  readonly stage: Arguments;
  readonly methods: Arguments;
  readonly method: Arguments;
  /** The addresses of the associations of web ACLs. */
  readonly webAcls: readonly string[];
}

function policyOf({ password_policy: policy }: Arguments): Arguments {
  return policy as Arguments;
}

function hasStrongPasswords(pool: Arguments, length: number): boolean {
  const { minimum_length: minimum, ...policy } = policyOf(pool);
  const classes = ['lowercase', 'numbers', 'symbols', 'uppercase'].map((name) => policy[`require_${name}`]);
  return Number(minimum) >= length && classes.every((required) => required === true);
}

function temporaryPasswordDays(pool: Arguments): number {
  return Number(policyOf(pool).temporary_password_validity_days);
}

function addOns(pool: Arguments): unknown {
  return (pool.user_pool_add_ons as Arguments).advanced_security_mode;
}

test('the chapter says of published rules which the block meets, and which not', () => {
  const { cognito, apiGateway } = synthApp(productionSettings);
  const stacks = {
    pool: resourceAt(cognito, 'aws_cognito_user_pool.user_pool'),
    client: resourceAt(cognito, 'aws_cognito_user_pool_client.awesome-app-client'),
    stage: resourceAt(apiGateway, 'aws_api_gateway_stage.stage'),
    methods: resourceAt(apiGateway, 'aws_api_gateway_method_settings.stage').settings as Arguments,
    method: resourceAt(apiGateway, 'aws_api_gateway_method.awesomeapi_GET'),
    webAcls: [...addresses(cognito), ...addresses(apiGateway)].filter((address) =>
      address.startsWith('aws_wafv2_web_acl_association.'),
    ),
  };
  const [, met, unmet] = /The block meets(.*?)It does not meet(.*?)^A month/ms.exec(
    readFileSync('src/settings/README.md', 'utf8'),
  )!;
  const names = (text: string) => Object.keys(rules).filter((name) => new RegExp(`[ \`]${name}[ \`,]`).test(text));
  expect(names(met!)).toEqual(Object.keys(rules).filter((name) => rules[name]!(stacks)));
  expect(names(unmet!)).toEqual(Object.keys(rules).filter((name) => !rules[name]!(stacks)));
});
