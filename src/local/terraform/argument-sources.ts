import { own } from './lazy-attributes';

/** What an argument can have as its value, when the value is not known before a deploy. */
export interface ArgumentSource {
  /** The attribute of each resource type whose value it can have. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether it is a list of them. */
  readonly isList?: boolean;
  /** Whether AWS sets the argument where the configuration does not. */
  readonly isComputed?: boolean;
}

const from = (attributes: Readonly<Record<string, string>>): ArgumentSource => ({ attributes });

const userPoolId = from({ aws_cognito_user_pool: 'id' });
const restApiId = from({ aws_api_gateway_rest_api: 'id' });
const resourceId = from({ aws_api_gateway_resource: 'id', aws_api_gateway_rest_api: 'root_resource_id' });
const functionArn = from({ aws_lambda_function: 'arn' });

/** Names of arguments, by resource type. */
type Table = Readonly<Record<string, readonly string[]>>;

/** Arguments that name a resource, by resource type. A member of a block is written `block.member`. */
const sources: Readonly<Record<string, Readonly<Record<string, ArgumentSource>>>> = {
  aws_cognito_user_pool: {
    'lambda_config.pre_sign_up': functionArn,
    'lambda_config.post_confirmation': functionArn,
    'lambda_config.pre_authentication': functionArn,
    'lambda_config.post_authentication': functionArn,
    'lambda_config.pre_token_generation': { ...functionArn, isComputed: true },
    'lambda_config.pre_token_generation_config.lambda_arn': functionArn,
    'lambda_config.custom_message': functionArn,
    'lambda_config.user_migration': functionArn,
  },
  aws_api_gateway_authorizer: { provider_arns: { ...from({ aws_cognito_user_pool: 'arn' }), isList: true } },
  aws_api_gateway_method: {
    authorizer_id: from({ aws_api_gateway_authorizer: 'id' }),
    request_validator_id: from({ aws_api_gateway_request_validator: 'id' }),
  },
  aws_api_gateway_integration: { uri: from({ aws_lambda_function: 'invoke_arn' }) },
  aws_api_gateway_base_path_mapping: {
    api_id: restApiId,
    domain_name: from({ aws_api_gateway_domain_name: 'domain_name' }),
  },
  aws_lambda_permission: { function_name: functionArn },
};

/** Arguments of every resource type. */
const commonSources: Readonly<Record<string, ArgumentSource>> = {
  user_pool_id: userPoolId,
  rest_api_id: restApiId,
  resource_id: resourceId,
  parent_id: resourceId,
};

/** Returns which resources an argument can name, or nothing for an argument that names none. */
export function sourceOf(type: string, argument: string): ArgumentSource | undefined {
  return own(own(sources, type), argument) ?? own(commonSources, argument);
}

/**
 * Arguments that AWS sets where the configuration does not, by resource type. If such a value is not known before a deploy,
 * the configuration sets it only if the plan shows that it refers to a value that is not known: a local value and a dynamic
 * block hide most often that there is none.
 */
const defaults: Table = {
  aws_cognito_user_pool: [
    'email_verification_message',
    'email_verification_subject',
    'password_policy.temporary_password_validity_days',
    'user_pool_tier',
    'verification_message_template.email_message',
    'verification_message_template.email_message_by_link',
    'verification_message_template.email_subject',
    'verification_message_template.email_subject_by_link',
  ],
  aws_cognito_user_pool_client: [
    'access_token_validity',
    'allowed_oauth_flows',
    'allowed_oauth_flows_user_pool_client',
    'auth_session_validity',
    // It is one of the callback URLs, which are reported if they are not known.
    'default_redirect_uri',
    'enable_propagate_additional_user_context_data',
    'enable_token_revocation',
    'explicit_auth_flows',
    'id_token_validity',
    'prevent_user_existence_errors',
    'read_attributes',
    'refresh_token_validity',
    'supported_identity_providers',
    'token_validity_units.access_token',
    'token_validity_units.id_token',
    'token_validity_units.refresh_token',
    'write_attributes',
  ],
  aws_cognito_user_pool_domain: ['managed_login_version'],
  aws_api_gateway_integration: ['passthrough_behavior'],
};

/** Blocks that AWS sets where the configuration does not, by resource type. */
const defaultBlocks: Table = {
  aws_cognito_user_pool: [
    'admin_create_user_config',
    'password_policy',
    'sign_in_policy',
    'username_configuration',
    'verification_message_template',
  ],
};

/** Lists the arguments and blocks that AWS sets where the configuration does not. */
export function defaultsOf(type: string): readonly string[] {
  return [defaults, defaultBlocks].flatMap((table) => own(table, type) ?? []);
}

/** Returns whether AWS sets an argument where the configuration does not. */
export function isDefault(type: string, argument: string): boolean {
  return own(defaults, type)?.includes(argument) === true;
}

/** Returns whether AWS sets a block where the configuration does not. */
export function isDefaultBlock(type: string, block: string): boolean {
  return own(defaultBlocks, type)?.includes(block) === true;
}

/**
 * Blocks that AWS does not set where the configuration does not, by resource type. If such a block is not known before a
 * deploy, it is a dynamic block, of which a plan does not say whether there is one.
 */
const onlyConfigured: Table = {
  aws_cognito_user_pool: [
    'account_recovery_setting',
    'device_configuration',
    'email_configuration',
    'email_mfa_configuration',
    'lambda_config',
    'schema',
    'software_token_mfa_configuration',
    'user_attribute_update_settings',
    'user_pool_add_ons',
    'web_authn_configuration',
  ],
  aws_cognito_user_pool_client: ['analytics_configuration', 'refresh_token_rotation', 'token_validity_units'],
  aws_cognito_resource_server: ['scope'],
  aws_api_gateway_deployment: ['canary_settings'],
  aws_api_gateway_domain_name: ['mutual_tls_authentication'],
  aws_api_gateway_integration: ['tls_config'],
  aws_api_gateway_method_settings: ['settings'],
  aws_api_gateway_stage: ['access_log_settings', 'canary_settings'],
};

/** Returns whether only a configuration sets a block. */
export function isOnlyConfigured(type: string, block: string): boolean {
  return own(onlyConfigured, type)?.includes(block) === true;
}

/** Attributes that no configuration sets, by resource type. A state has their values beside those of the arguments. */
const computed: Table = {
  aws_cognito_user_pool: [
    'creation_date',
    'custom_domain',
    'domain',
    'estimated_number_of_users',
    'last_modified_date',
  ],
  aws_cognito_resource_server: ['scope_identifiers'],
  aws_cognito_user_pool_domain: [
    'cloudfront_distribution_arn',
    'cloudfront_distribution_zone_id',
    's3_bucket',
    'version',
  ],
  aws_api_gateway_resource: ['path'],
  aws_api_gateway_stage: ['web_acl_arn'],
  aws_api_gateway_deployment: ['execution_arn', 'invoke_url'],
  aws_api_gateway_domain_name: [
    'certificate_upload_date',
    'cloudfront_domain_name',
    'cloudfront_zone_id',
    'domain_name_id',
    'regional_domain_name',
    'regional_zone_id',
  ],
};

/** Attributes of every resource type that no configuration sets, or that are nothing of AWS. */
const commonComputed = ['arn', 'created_date', 'id', 'tags_all', 'timeouts'];

/** Returns whether an attribute is not an argument. */
export function isComputed(type: string, attribute: string): boolean {
  return commonComputed.includes(attribute) || own(computed, type)?.includes(attribute) === true;
}

/** The tables, which a test compares with the provider. */
export const tables = { sources, commonSources, defaults, defaultBlocks, onlyConfigured, computed };
