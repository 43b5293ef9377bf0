import { lambdaResources } from '../../../src/local/lambda/function-configuration';
import { restApiResources } from '../../../src/local/rest-api/from-terraform';
import { PredictedState } from '../../../src/local/terraform/predicted-state';
import { countPassedOver, findUnserved } from '../../../src/local/terraform/unserved';
import { userPoolResources } from '../../../src/local/user-pool/from-terraform';
import { change, type Changes } from '../../support/local-services';
import { hostedZones } from '../../support/every-setting';
import { mainStacks, stacksOf } from '../../support/main-stacks';
import { synthApp } from '../../support/synth';

const known = { ...lambdaResources, ...userPoolResources, ...restApiResources };
const stacks = mainStacks();
const pool = 'aws_cognito_user_pool.user_pool';
const client = 'aws_cognito_user_pool_client.awesome-app-client';

/** Lists what is not served of the stacks. */
function unserved(changes: Changes) {
  return findUnserved(new PredictedState(change(stacks, changes)), known);
}

/** Lists what is not served of a stack that has other blocks besides the reference's. */
function unservedBeside(blocks: object) {
  const [first, ...others] = stacks;
  const { terraform } = first!;
  const output = { ...terraform.output, ...('output' in blocks && (blocks.output as object)) };
  const state = new PredictedState([{ ...first!, terraform: { ...terraform, ...blocks, output } }, ...others]);
  return findUnserved(state, known);
}

test('of the reference, everything is served', () => {
  const state = new PredictedState(stacks);
  expect(findUnserved(state, known)).toEqual([]);
});

test('of host names in a hosted zone, the certificate of the login is not served', () => {
  const state = new PredictedState(stacksOf(synthApp(hostedZones)));
  expect(findUnserved(state, known)).toEqual([
    { what: 'aws_cognito_user_pool_domain.domain: certificate_arn', support: 'listed' },
  ]);
});

describe('rejects what restricts access on AWS and not here:', () => {
  test.each<[`${string}.${string}`, string, unknown]>([
    [pool, 'email_mfa_configuration', { message: '{####}', subject: 'Code' }],
    [pool, 'lambda_config', { inbound_federation: [{}] }],
    [pool, 'user_pool_add_ons', { advanced_security_mode: 'ENFORCED' }],
    [pool, 'sign_in_policy', [{ allowed_first_auth_factors: ['PASSWORD', 'EMAIL_OTP'] }]],
    [pool, 'schema', [{ name: 'tenant', attribute_data_type: 'String', developer_only_attribute: true }]],
    [pool, 'alias_attributes', ['preferred_username']],
    [pool, 'auto_verified_attributes', ['email', 'phone_number']],
    [client, 'an_argument_of_tomorrow', 'x'],
    [pool, 'account_recovery_setting', { an_argument_of_tomorrow: 'x' }],
  ])('%s: %s %j', (address, argument, value) => {
    expect(unserved({ [address]: { [argument]: value } })).toEqual([
      { what: `${address}: ${argument}`, support: 'rejected' },
    ]);
  });

  test.each<`${string}.${string}`>([
    'aws_cognito_resource_of_tomorrow.new',
    'aws_api_gateway_rest_api_policy.policy',
    'aws_wafv2_rule_group.firewall',
    'aws_apigatewayv2_api.http',
    'awscc_wafv2_web_acl_association.firewall',
    'aws_cloudformation_stack.anything',
    'aws_cloudcontrolapi_resource.anything',
  ])('%s', (address) => {
    expect(unserved({ [address]: {} })).toEqual([{ what: address, support: 'rejected' }]);
  });

  test.each<[string, object]>([
    ['module.firewall', { module: { firewall: { source: './firewall' } } }],
    ['a_list_of_tomorrow', { a_list_of_tomorrow: [{}] }],
    ['a_block_of_tomorrow.new', { a_block_of_tomorrow: { new: {} } }],
  ])('%s', (what, blocks) => {
    expect(unservedBeside(blocks)).toEqual([{ what, support: 'rejected' }]);
  });
});

test.each([
  { locals: { here: 'us-east-1' } },
  { variable: { here: {} } },
  { data: { aws_ssm_parameter: { secret: { name: '/secret' } } } },
  { moved: [{ from: 'aws_cognito_user_pool.people', to: pool }] },
])('a block without resources is served: %j', (blocks) => {
  expect(unservedBeside(blocks)).toEqual([]);
});

describe('ignores what only adds to what is served:', () => {
  test.each<[`${string}.${string}`, string, unknown]>([
    [pool, 'email_configuration', { email_sending_account: 'DEVELOPER' }],
    [pool, 'user_pool_add_ons', { advanced_security_mode: 'AUDIT' }],
    [client, 'explicit_auth_flows', ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH']],
    [client, 'explicit_auth_flows', ['ALLOW_USER_AUTH']],
    [client, 'explicit_auth_flows', ['CUSTOM_AUTH_FLOW_ONLY']],
    [client, 'allowed_oauth_flows', ['code', 'implicit']],
    ['aws_cognito_user_pool_domain.domain', 'managed_login_version', 2],
  ])('%s: %s %j', (address, argument, value) => {
    expect(unserved({ [address]: { [argument]: value } })).toEqual([
      { what: `${address}: ${argument}`, support: 'listed' },
    ]);
  });

  test.each<`${string}.${string}`>(['aws_cognito_user.somebody', 'aws_wafv2_web_acl_association.firewall'])(
    '%s',
    (address) => {
      expect(unserved({ [address]: {} })).toEqual([{ what: address, support: 'listed' }]);
    },
  );
});

test.each<[`${string}.${string}`, string, unknown]>([
  [pool, 'mfa_configuration', 'OPTIONAL'],
  [pool, 'software_token_mfa_configuration', { enabled: true }],
  [pool, 'password_policy', { minimum_length: 8, password_history_size: 5 }],
  [pool, 'user_pool_add_ons', { advanced_security_mode: 'OFF' }],
  [pool, 'username_configuration', { case_sensitive: false }],
  [pool, 'deletion_protection', 'ACTIVE'],
  [client, 'refresh_token_rotation', [{ feature: 'ENABLED', retry_grace_period_seconds: 10 }]],
  [client, 'explicit_auth_flows', ['ADMIN_NO_SRP_AUTH', 'USER_PASSWORD_AUTH']],
  [client, 'allowed_oauth_flows', ['client_credentials']],
  [client, 'write_attributes', ['name']],
  [client, 'auth_session_validity', 5],
  [client, 'logout_urls', ['http://localhost:3000/']],
  [client, 'supported_identity_providers', ['COGNITO', 'Google']],
  [client, 'refresh_token_rotation', [{ feature: 'DISABLED', retry_grace_period_seconds: 0 }]],
  ['aws_cognito_user_pool_domain.domain', 'managed_login_version', 1],
])('%s: %s %j is served', (address, argument, value) => {
  expect(unserved({ [address]: { [argument]: value } })).toEqual([]);
});

describe.each(['${var.secret}', '${data.aws_ssm_parameter.secret.value}', '${upper("a")}', '${each.value}'])(
  'a value that only terraform knows, %s,',
  (value) => {
    test('can be in what is not read', () => {
      expect(
        unserved({
          'aws_route53_zone.validation': { for_each: value, name: value, records: [value] },
          'aws_cognito_identity_provider.google': {
            provider_name: 'Google',
            provider_type: 'Google',
            provider_details: { client_id: 'id', client_secret: value },
          },
          [pool]: {
            email_configuration: { source_arn: value },
            tags: { team: value },
            admin_create_user_config: { invite_message_template: { sms_message: value } },
          },
        }).map(({ what }) => what),
      ).toEqual([`${pool}: email_configuration`]);
    });

    test('can be in an output, which is listed', () => {
      expect(unservedBeside({ output: { secret: { value } } })).toContainEqual({
        what: 'output.secret',
        support: 'listed',
      });
    });

    test('is reported with its place where it decides what is served', () => {
      const problem = `CognitoStack: ${client}: allowed_oauth_flows.1 must be known before a deploy, got ${value}`;
      expect(unserved({ [client]: { allowed_oauth_flows: ['code', value] } })).toEqual([
        { what: expect.stringContaining(problem) as string, support: 'unknown' },
      ]);
    });
  },
);

test('resources of other services are counted, and their arguments are not read', () => {
  const changes: Changes = {
    'aws_s3_bucket.one': { bucket: '${var.secret}' },
    'aws_s3_bucket.two': { count: '${var.count}' },
    'aws_lambda_function.uncalled': { filename: '${data.archive_file.code.output_path}' },
  };
  const state = new PredictedState(change(stacks, changes));
  expect(Object.fromEntries(countPassedOver(state, known))).toEqual({ aws_s3_bucket: 2 });
  expect(unserved(changes)).toEqual([]);
});

test('a type with the name of a member of all objects is of another service', () => {
  const [first] = stacks;
  const terraform = { ...first!.terraform, resource: { constructor: { a: {} } } };
  expect(Object.fromEntries(countPassedOver(new PredictedState([{ ...first!, terraform }]), known))).toEqual({
    constructor: 1,
  });
});

test('for the login alone, the resources of API Gateway are of another service', () => {
  const state = new PredictedState(change(stacks, { 'aws_apigatewayv2_api.http': { body: '${var.openapi}' } }));
  expect(findUnserved(state, known, 'login')).toEqual([]);
  expect(countPassedOver(state, known, 'login').get('aws_apigatewayv2_api')).toBe(1);
});
