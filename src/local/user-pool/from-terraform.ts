import { z } from 'zod';

import { customPrefix } from '../../rules/standard-attributes';
import { type Resource, type TerraformState, TerraformStateError } from '../terraform/terraform-state';
import { block, listed, noEffect, readEach, readResource, type ResourceSchemas } from '../terraform/resource-schema';
import { type AttributeSchema, type SchemaAttribute, standardSchema } from './users/attribute-schema';
import { providerGroup } from './users/groups';
import {
  type AppClient,
  type AuthFlow,
  authFlows,
  type Domain,
  type IdentityProvider,
  identityProviderTypes,
  type LegacyAuthFlow,
  legacyAuthFlows,
  type PasswordPolicy,
  type TriggerName,
  triggerNames,
  type UserGroup,
  unitSeconds,
  type UserPoolConfiguration,
} from './model';

const strings = z.array(z.string()).default([]);
const optionalString = z.string().optional();
const required = z.boolean().default(false);
/** A validity of 0 stands for one that is not set. */
const validity = (ifUnset: number) =>
  z
    .number()
    .default(0)
    .transform((value) => (value === 0 ? ifUnset : value));
const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);
const recoveryMechanism = z.object({
  name: z.enum(['admin_only', 'verified_email', 'verified_phone_number']),
  priority: z.number(),
});
/** A bound is a string in the documents of the provider, and can be empty. */
const bound = z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().optional());
const schemaAttribute = z.strictObject({
  name: z.string(),
  attribute_data_type: z.enum(['Boolean', 'DateTime', 'Number', 'String']),
  developer_only_attribute: z.literal(false, 'true is not served').default(false),
  mutable: required,
  required,
  string_attribute_constraints: block({ min_length: bound, max_length: bound }, {}),
  number_attribute_constraints: block({ min_value: bound, max_value: bound }, {}),
});
const ofPool = { region: noEffect, user_pool_id: z.string() };
const emailTemplate = { email_subject: optionalString, email_message: optionalString };

const authFlow = z.enum([...authFlows, ...legacyAuthFlows]);

const schemas = {
  aws_cognito_user_pool: z.object({
    id: z.string(),
    arn: z.string(),
    endpoint: z.string(),
    region: noEffect,
    name: z.string(),
    username_attributes: z.tuple([z.literal('email')]).optional(),
    schema: z.preprocess((value) => [value ?? []].flat(), z.array(schemaAttribute)),
    auto_verified_attributes: z.array(z.literal('email')).default([]),
    admin_create_user_config: block(
      {
        allow_admin_create_user_only: z.boolean().default(false),
        invite_message_template: block({ ...emailTemplate, sms_message: noEffect }, {}),
      },
      { invite_message_template: undefined },
    ),
    email_verification_subject: z.string().default('Your verification code'),
    email_verification_message: z.string().default('Your confirmation code is {####}'),
    verification_message_template: block(
      {
        ...emailTemplate,
        default_email_option: listed(z.literal('CONFIRM_WITH_CODE')),
        email_subject_by_link: listed(),
        email_message_by_link: listed(),
        sms_message: noEffect,
      },
      {},
    ),
    mfa_configuration: z.enum(['OFF', 'OPTIONAL', 'ON']).default('OFF'),
    software_token_mfa_configuration: block({ enabled: z.boolean() }, { enabled: false }),
    // A policy requires only what it sets.
    password_policy: block({
      minimum_length: z.number().default(8),
      require_lowercase: required,
      require_uppercase: required,
      require_numbers: required,
      require_symbols: required,
      password_history_size: z.number().default(0),
      // 0 is sent for an argument that is not set.
      temporary_password_validity_days: z
        .number()
        .default(0)
        .transform((days) => (days === 0 ? 7 : days)),
    }),
    account_recovery_setting: block(
      { recovery_mechanism: z.array(recoveryMechanism).default([{ name: 'verified_email', priority: 1 }]) },
      {},
    ),
    user_attribute_update_settings: block({ attributes_require_verification_before_update: strings }, {}),
    // A pool without this block is case-sensitive.
    username_configuration: block({ case_sensitive: z.boolean() }, { case_sensitive: true }),
    // AUDIT only records what ENFORCED rejects.
    user_pool_add_ons: block({
      advanced_security_mode: listed(z.literal('OFF'), z.enum(['OFF', 'AUDIT'])),
    }),
    lambda_config: block(
      {
        pre_sign_up: optionalString,
        post_confirmation: optionalString,
        pre_authentication: optionalString,
        post_authentication: optionalString,
        pre_token_generation: optionalString,
        pre_token_generation_config: block({
          lambda_arn: z.string(),
          lambda_version: z.enum(['V1_0', 'V2_0', 'V3_0']),
        }),
        custom_message: optionalString,
        user_migration: optionalString,
        // The flow CUSTOM_AUTH and SMS are not served, and an email is in the mailbox.
        create_auth_challenge: listed(),
        define_auth_challenge: listed(),
        verify_auth_challenge_response: listed(),
        custom_email_sender: listed(),
        custom_sms_sender: listed(),
        kms_key_id: noEffect,
      },
      { pre_token_generation_config: undefined },
    ),
    sign_in_policy: block({ allowed_first_auth_factors: z.array(z.literal('PASSWORD')).optional() }),
    deletion_protection: z.enum(['ACTIVE', 'INACTIVE']).default('INACTIVE'),
    user_pool_tier: z.enum(['LITE', 'ESSENTIALS', 'PLUS']).default('ESSENTIALS'),
    tags: noEffect,
    email_configuration: block({
      email_sending_account: listed(z.literal('COGNITO_DEFAULT')),
      configuration_set: listed(),
      from_email_address: listed(),
      reply_to_email_address: listed(),
      source_arn: listed(),
    }),
    sms_configuration: listed(),
    // Only sms_configuration sends them.
    sms_verification_message: noEffect,
    sms_authentication_message: noEffect,
  }),
  aws_cognito_resource_server: z.object({
    ...ofPool,
    identifier: z.string(),
    name: z.string(),
    scope: z.preprocess(
      (value) => [value ?? []].flat(),
      z.array(z.object({ scope_name: z.string(), scope_description: z.string() })),
    ),
  }),
  aws_cognito_user_pool_client: z.object({
    ...ofPool,
    id: z.string(),
    client_secret: z.string().default(''),
    name: z.string(),
    generate_secret: noEffect,
    callback_urls: strings,
    logout_urls: strings,
    default_redirect_uri: optionalString,
    allowed_oauth_scopes: strings,
    allowed_oauth_flows: listed(
      z.array(z.enum(['code', 'client_credentials'])),
      z.array(z.enum(['code', 'client_credentials', 'implicit'])).default([]),
    ),
    allowed_oauth_flows_user_pool_client: z.boolean().default(false),
    supported_identity_providers: strings,
    explicit_auth_flows: listed(
      z.array(authFlow.exclude(['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_AUTH', 'CUSTOM_AUTH_FLOW_ONLY'])),
      z.array(authFlow).default(['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH']),
    ),
    refresh_token_rotation: block({
      feature: z.enum(['ENABLED', 'DISABLED']),
      retry_grace_period_seconds: z.number().default(0),
    }),
    auth_session_validity: z.number().default(3),
    access_token_validity: validity(1),
    id_token_validity: validity(1),
    refresh_token_validity: validity(30),
    token_validity_units: block(
      { access_token: unit.default('hours'), id_token: unit.default('hours'), refresh_token: unit.default('days') },
      {},
    ),
    enable_token_revocation: z.boolean().default(true),
    prevent_user_existence_errors: z.enum(['ENABLED', 'LEGACY']).default('LEGACY'),
    read_attributes: z.array(z.string()).optional(),
    write_attributes: z.array(z.string()).optional(),
    analytics_configuration: listed(),
    // Only threat protection reads it.
    enable_propagate_additional_user_context_data: noEffect,
  }),
  aws_cognito_user_pool_domain: z.object({
    ...ofPool,
    aws_account_id: z.string(),
    cloudfront_distribution: z.string(),
    domain: z.string(),
    certificate_arn: listed(),
    managed_login_version: listed(z.literal(1), z.number().default(1)),
  }),
  aws_cognito_user_group: z.object({
    ...ofPool,
    name: z.string(),
    description: optionalString,
    precedence: z.number().optional(),
    role_arn: optionalString,
  }),
  aws_cognito_identity_provider: z.object({
    ...ofPool,
    provider_name: z.string(),
    provider_type: z.enum(identityProviderTypes),
    // Only what is read: a secret is not known before a deploy.
    provider_details: z
      .object({
        client_id: optionalString,
        authorize_scopes: optionalString,
        attributes_request_method: optionalString,
        oidc_issuer: optionalString,
        MetadataURL: optionalString,
      })
      .default({}),
    attribute_mapping: z.record(z.string(), z.string()).default({}),
    idp_identifiers: strings,
  }),
} as const;

/** The resource types of a user pool. */
export const userPoolResources: ResourceSchemas = {
  ...schemas,
  // Safe to ignore: these add users, or styles.
  aws_cognito_user: 'listed',
  aws_cognito_user_in_group: 'listed',
  aws_cognito_user_pool_ui_customization: 'listed',
  aws_cognito_managed_login_branding: 'listed',
  aws_cognito_log_delivery_configuration: 'listed',
  // An identity pool gives AWS credentials, which nothing here accepts.
  aws_cognito_identity_pool: 'listed',
  aws_cognito_identity_pool_provider_principal_tag: 'listed',
  aws_cognito_identity_pool_roles_attachment: 'listed',
  // Cognito acts on risks only where threat protection is enforced, which is rejected.
  aws_cognito_risk_configuration: 'listed',
};

type Read<Type extends keyof typeof schemas> = z.output<(typeof schemas)[Type]>;

/**
 * Reads the user pools of the stacks, each with its domain and its app clients.
 *
 * @throws {TerraformStateError} with all that cannot be read
 */
export function readUserPools(state: TerraformState): UserPoolConfiguration[] {
  const pools = readEach(state.resources('aws_cognito_user_pool'), (resource) => readUserPool(state, resource));
  const double = pools.find(({ id }, index) => pools.findIndex((other) => other.id === id) < index);
  if (double) {
    throw new TerraformStateError(`${double.address}: id: another user pool has the ID ${double.id}`);
  }
  return pools;
}

/** Lists the resources of user pools that are not among these. */
export function findOfOtherPools(state: TerraformState, pools: readonly UserPoolConfiguration[]): string[] {
  const ids = new Set<unknown>(pools.map(({ id }) => id));
  return Object.entries(schemas)
    .filter(([, { shape }]) => 'user_pool_id' in shape)
    .flatMap(([type]) => state.resources(type))
    .filter(({ attributes }) => !ids.has(attributes.user_pool_id))
    .map(({ address }) => `${address}: user_pool_id`);
}

function readUserPool(state: TerraformState, resource: Resource): UserPoolConfiguration {
  const { address } = resource;
  const pool = readResource(schemas.aws_cognito_user_pool, resource);
  const ofThisPool = <Type extends Exclude<keyof typeof schemas, 'aws_cognito_user_pool'>>(type: Type) =>
    readEach(
      state.resources(type, { user_pool_id: pool.id }),
      (each) => readResource(schemas[type], each) as Read<Type>,
    );
  if (pool.mfa_configuration !== 'OFF' && !pool.software_token_mfa_configuration.enabled) {
    throw new TerraformStateError(
      `${address}: mfa_configuration: requires software_token_mfa_configuration: other second factors are not served`,
    );
  }
  const verified: readonly string[] = pool.auto_verified_attributes;
  const { attributes_require_verification_before_update: verifiedBefore } = pool.user_attribute_update_settings;
  if (verifiedBefore.some((attribute) => !verified.includes(attribute))) {
    throw new TerraformStateError(
      `${address}: user_attribute_update_settings: all its attributes must be in auto_verified_attributes, as on AWS, got ${verifiedBefore.join(', ')}`,
    );
  }
  const { email_subject, email_message } = pool.verification_message_template;
  const invitation = pool.admin_create_user_config.invite_message_template;
  const identityProviders = ofThisPool('aws_cognito_identity_provider').map(identityProviderOf);
  const clients = ofThisPool('aws_cognito_user_pool_client').map(clientOf);
  assertProvidersExist(clients, identityProviders);
  assertAuthFlows(clients);
  const groups = [
    ...identityProviders.map(({ name }) => providerGroup(pool.id, name)),
    ...ofThisPool('aws_cognito_user_group').map(groupOf),
  ];
  const [domainResource] = state.resources('aws_cognito_user_pool_domain', { user_pool_id: pool.id });
  return {
    address,
    id: pool.id,
    name: pool.name,
    arn: pool.arn,
    endpoint: pool.endpoint,
    selfSignUp: !pool.admin_create_user_config.allow_admin_create_user_only,
    signIn: pool.username_attributes ? 'email' : 'username',
    attributes: attributesOf(pool.schema),
    verificationEmail: {
      subject: email_subject ?? pool.email_verification_subject,
      message: email_message ?? pool.email_verification_message,
    },
    invitationEmail: {
      subject: invitation.email_subject ?? 'Your temporary password',
      message: invitation.email_message ?? 'Your username is {username} and temporary password is {####}.',
    },
    mfa: pool.mfa_configuration,
    passwordPolicy: passwordPolicyOf(pool.password_policy),
    recoveryMechanisms: pool.account_recovery_setting.recovery_mechanism,
    verifiesEmail: verified.includes('email'),
    verifiesEmailBeforeUpdate: verifiedBefore.includes('email'),
    caseSensitive: pool.username_configuration.case_sensitive,
    deletionProtection: pool.deletion_protection,
    tier: pool.user_pool_tier,
    domain: domainResource && domainOf(domainResource, pool.endpoint),
    clients: new Map(clients.map((client) => [client.id, client])),
    groups: new Map(groups.map((group) => [group.name, group])),
    identityProviders: new Map(identityProviders.map((provider) => [provider.name, provider])),
    resourceServers: ofThisPool('aws_cognito_resource_server').map(({ identifier, name, scope }) => ({
      identifier,
      name,
      scopes: scope.map(({ scope_name, scope_description }) => ({ name: scope_name, description: scope_description })),
    })),
    triggers: triggersOf(pool.lambda_config),
  };
}

function domainOf(resource: Resource, endpoint: string): Domain {
  const domain = readResource(schemas.aws_cognito_user_pool_domain, resource);
  // A domain with a certificate is a host name.
  const isCustom = resource.argumentNames.includes('certificate_arn');
  const [, region] = endpoint.split('.');
  return {
    name: domain.domain,
    url: `https://${domain.domain}${isCustom ? '' : `.auth.${region!}.amazoncognito.com`}`,
    isCustom,
    managedLoginVersion: domain.managed_login_version,
    accountId: domain.aws_account_id,
    cloudFrontDistribution: domain.cloudfront_distribution,
  };
}

function triggersOf(config: Read<'aws_cognito_user_pool'>['lambda_config']): UserPoolConfiguration['triggers'] {
  const { lambda_arn = config.pre_token_generation, lambda_version = 'V1_0' } =
    config.pre_token_generation_config ?? {};
  const arns: Readonly<Record<TriggerName, string | undefined>> = {
    PreSignUp: config.pre_sign_up,
    PostConfirmation: config.post_confirmation,
    PreAuthentication: config.pre_authentication,
    PostAuthentication: config.post_authentication,
    PreTokenGeneration: lambda_arn,
    CustomMessage: config.custom_message,
    UserMigration: config.user_migration,
  };
  return new Map(
    triggerNames.flatMap((name) => {
      const functionArn = arns[name];
      const eventVersion = name === 'PreTokenGeneration' ? lambda_version : 'V1_0';
      return functionArn === undefined ? [] : [[name, { functionArn, eventVersion }] as const];
    }),
  );
}

/** Returns the attributes of every pool, with those of the schema: its names have no prefix. */
function attributesOf(schema: Read<'aws_cognito_user_pool'>['schema']): AttributeSchema {
  const own = schema.map((attribute): [string, SchemaAttribute] => {
    const { name, attribute_data_type: type, mutable, required } = attribute;
    const [{ min_length, max_length }, { min_value, max_value }] = [
      attribute.string_attribute_constraints,
      attribute.number_attribute_constraints,
    ];
    return [
      standardSchema.has(name) ? name : `${customPrefix}${name}`,
      { type, mutable, required, minimum: min_length ?? min_value, maximum: max_length ?? max_value },
    ];
  });
  return new Map([...standardSchema, ...own]);
}

function passwordPolicyOf(policy: Read<'aws_cognito_user_pool'>['password_policy']): PasswordPolicy {
  return {
    minimumLength: policy?.minimum_length ?? 8,
    // Cognito's default requires all, for a pool without a policy.
    requiresLowercase: policy?.require_lowercase ?? true,
    requiresUppercase: policy?.require_uppercase ?? true,
    requiresNumbers: policy?.require_numbers ?? true,
    requiresSymbols: policy?.require_symbols ?? true,
    historySize: policy?.password_history_size ?? 0,
    temporaryPasswordDays: policy?.temporary_password_validity_days ?? 7,
  };
}

function groupOf({ name, description, precedence, role_arn }: Read<'aws_cognito_user_group'>): UserGroup {
  return { name, description, precedence, roleArn: role_arn };
}

/** @throws {TerraformStateError} when a client has an identity provider that no resource defines, as on AWS */
function assertProvidersExist(clients: readonly AppClient[], providers: readonly IdentityProvider[]): void {
  const names = ['COGNITO', ...providers.map(({ name }) => name)];
  const problems = clients.flatMap((client) =>
    client.identityProviders
      .filter((name) => !names.includes(name))
      .map(
        (name) =>
          `aws_cognito_user_pool_client ${client.name}: supported_identity_providers: no aws_cognito_identity_provider of the user pool has the name, got ${name}; allowed: ${names.join(', ')}`,
      ),
  );
  if (problems.length > 0) {
    throw new TerraformStateError(problems.join('\n'));
  }
}

/** @throws {TerraformStateError} when a client has explicit_auth_flows with and without `ALLOW_`, as on AWS */
function assertAuthFlows(clients: readonly AppClient[]): void {
  const problems = clients
    .filter(({ explicitAuthFlows: flows }) => flows.some(isLegacy) && !flows.every(isLegacy))
    .map(
      ({ name, explicitAuthFlows: flows }) =>
        `aws_cognito_user_pool_client ${name}: explicit_auth_flows: all values must begin with ALLOW_, or none, got ${flows.join(', ')}`,
    );
  if (problems.length > 0) {
    throw new TerraformStateError(problems.join('\n'));
  }
}

function identityProviderOf(provider: Read<'aws_cognito_identity_provider'>): IdentityProvider {
  return {
    name: provider.provider_name,
    type: provider.provider_type,
    attributeMapping: new Map(Object.entries(provider.attribute_mapping)),
    identifiers: provider.idp_identifiers,
    details: provider.provider_details,
  };
}

function isLegacy(flow: AuthFlow | LegacyAuthFlow): flow is LegacyAuthFlow {
  return legacyAuthFlows.some((legacy) => legacy === flow);
}

/** SRP and refresh tokens need no legacy value. Rotation excludes the flow of refresh tokens. */
function allowedFlows(flows: readonly (AuthFlow | LegacyAuthFlow)[], rotates: boolean): AuthFlow[] {
  if (!flows.some(isLegacy)) {
    return flows.filter((flow) => !isLegacy(flow));
  }
  const refresh = rotates ? [] : (['ALLOW_REFRESH_TOKEN_AUTH'] as const);
  if (flows.includes('CUSTOM_AUTH_FLOW_ONLY')) {
    return ['ALLOW_CUSTOM_AUTH', ...refresh];
  }
  return [
    'ALLOW_USER_SRP_AUTH',
    ...refresh,
    ...(flows.includes('ADMIN_NO_SRP_AUTH') ? (['ALLOW_ADMIN_USER_PASSWORD_AUTH'] as const) : []),
    ...(flows.includes('USER_PASSWORD_AUTH') ? (['ALLOW_USER_PASSWORD_AUTH'] as const) : []),
  ];
}

function clientOf(client: Read<'aws_cognito_user_pool_client'>): AppClient {
  const units = client.token_validity_units;
  const rotation = client.refresh_token_rotation;
  const rotates = rotation?.feature === 'ENABLED';
  const hasOAuth = client.allowed_oauth_flows_user_pool_client;
  return {
    id: client.id,
    name: client.name,
    secret: client.client_secret === '' ? undefined : client.client_secret,
    callbackUrls: client.callback_urls,
    logoutUrls: client.logout_urls,
    defaultRedirectUri: client.default_redirect_uri,
    scopes: client.allowed_oauth_scopes,
    codeGrant:
      hasOAuth && client.allowed_oauth_flows.includes('code') && client.supported_identity_providers.length > 0,
    clientCredentialsGrant: hasOAuth && client.allowed_oauth_flows.includes('client_credentials'),
    identityProviders: client.supported_identity_providers,
    explicitAuthFlows: client.explicit_auth_flows,
    authFlows: new Set(allowedFlows(client.explicit_auth_flows, rotates)),
    rotationGraceSeconds: rotates ? rotation.retry_grace_period_seconds : undefined,
    authSessionValidity: client.auth_session_validity * 60,
    accessTokenValidity: client.access_token_validity * unitSeconds[units.access_token],
    idTokenValidity: client.id_token_validity * unitSeconds[units.id_token],
    refreshTokenValidity: client.refresh_token_validity * unitSeconds[units.refresh_token],
    validityUnits: { accessToken: units.access_token, idToken: units.id_token, refreshToken: units.refresh_token },
    tokenRevocation: client.enable_token_revocation,
    preventUserExistenceErrors: client.prevent_user_existence_errors === 'ENABLED',
    readAttributes: client.read_attributes,
    writeAttributes: client.write_attributes,
  };
}
