import { z } from 'zod';

import { type Resource, type TerraformState, TerraformStateError } from '../../terraform/terraform-state';
import { passwordPolicySchema, type PasswordPolicy } from './password-policy';

/** Configuration of a user pool, from its Terraform JSON. */
export interface UserPoolConfiguration {
  readonly id: string;
  readonly arn: string;
  /** Host and path of its issuer: `cognito-idp.REGION.amazonaws.com/ID`. */
  readonly endpoint: string;
  readonly selfSignUp: boolean;
  readonly verificationEmail: { readonly subject: string; readonly message: string };
  readonly passwordPolicy: PasswordPolicy;
  /** Whether a code by e-mail can reset a forgotten password. */
  readonly recoversByEmail: boolean;
  readonly caseSensitive: boolean;
  readonly clients: ReadonlyMap<string, AppClient>;
}

/** Configuration of an app client, from its Terraform JSON. Durations are in seconds. */
export interface AppClient {
  readonly id: string;
  readonly secret: string | undefined;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly scopes: readonly string[];
  readonly codeGrant: boolean;
  readonly refreshGrant: boolean;
  readonly accessTokenValidity: number;
  readonly idTokenValidity: number;
  readonly refreshTokenValidity: number;
  readonly tokenRevocation: boolean;
  readonly preventUserExistenceErrors: boolean;
  /** Returns whether the client can read an attribute of a user. */
  readonly reads: (attribute: string) => boolean;
}

const unitSeconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);
const strings = z.array(z.string()).default([]);

/** A nested block, which is one object in the JSON, or a list of one object. */
function block<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => [value].flat()[0], schema);
}

const clientSchema = z.object({
  id: z.string(),
  client_secret: z.string(),
  callback_urls: strings,
  logout_urls: strings,
  allowed_oauth_scopes: strings,
  allowed_oauth_flows: strings,
  allowed_oauth_flows_user_pool_client: z.boolean().default(false),
  supported_identity_providers: strings,
  explicit_auth_flows: z.array(z.string()).default(['ALLOW_REFRESH_TOKEN_AUTH']),
  access_token_validity: z.number().default(1),
  id_token_validity: z.number().default(1),
  refresh_token_validity: z.number().default(30),
  token_validity_units: block(
    z
      .object({
        access_token: unit.default('hours'),
        id_token: unit.default('hours'),
        refresh_token: unit.default('days'),
      })
      .prefault({}),
  ),
  enable_token_revocation: z.boolean().default(true),
  prevent_user_existence_errors: z.enum(['ENABLED', 'LEGACY']).default('LEGACY'),
  read_attributes: z.array(z.string()).optional(),
});

const poolSchema = z.object({
  id: z.string(),
  arn: z.string(),
  endpoint: z.string(),
  username_attributes: strings,
  auto_verified_attributes: strings,
  admin_create_user_config: block(z.object({ allow_admin_create_user_only: z.boolean().default(false) }).prefault({})),
  email_verification_subject: z.string().default('Your verification code'),
  email_verification_message: z.string().default('Your confirmation code is {####}'),
  verification_message_template: block(
    z.object({ email_subject: z.string().optional(), email_message: z.string().optional() }).prefault({}),
  ),
  password_policy: block(passwordPolicySchema),
  account_recovery_setting: block(
    z
      .object({ recovery_mechanism: z.array(z.object({ name: z.string() })).default([{ name: 'verified_email' }]) })
      .prefault({}),
  ),
  // A pool without this block is case-sensitive.
  username_configuration: block(z.object({ case_sensitive: z.boolean() }).prefault({ case_sensitive: true })),
});

/**
 * Reads the user pool of the stacks, with its domain and its app clients.
 *
 * @throws {TerraformStateError} when there is not exactly one pool, or it has no domain
 */
export function readUserPool(state: TerraformState): UserPoolConfiguration {
  const [pool, ...others] = state.resources('aws_cognito_user_pool');
  if (!pool || others.length > 0) {
    throw new TerraformStateError(
      `exactly one aws_cognito_user_pool can be served, got ${others.length + (pool ? 1 : 0)}`,
    );
  }
  const { address } = pool;
  const read = parse(poolSchema, pool);
  for (const argument of ['username_attributes', 'auto_verified_attributes'] as const) {
    if (!read[argument].includes('email')) {
      throw new TerraformStateError(`${address}: ${argument} must be ["email"]: other values are not served`);
    }
  }
  if (!state.resources('aws_cognito_user_pool_domain').some((domain) => domain.attributes.user_pool_id === read.id)) {
    throw new TerraformStateError(
      `${address}: has no aws_cognito_user_pool_domain, so there is no hosted login to serve`,
    );
  }
  const { email_subject, email_message } = read.verification_message_template;
  return {
    id: read.id,
    arn: read.arn,
    endpoint: read.endpoint,
    selfSignUp: !read.admin_create_user_config.allow_admin_create_user_only,
    verificationEmail: {
      subject: email_subject ?? read.email_verification_subject,
      message: email_message ?? read.email_verification_message,
    },
    passwordPolicy: read.password_policy,
    recoversByEmail: read.account_recovery_setting.recovery_mechanism.some(({ name }) => name === 'verified_email'),
    caseSensitive: read.username_configuration.case_sensitive,
    clients: new Map(
      state
        .resources('aws_cognito_user_pool_client')
        .filter((client) => client.attributes.user_pool_id === read.id)
        .map(readClient)
        .map((client) => [client.id, client]),
    ),
  };
}

/** @throws {TerraformStateError} when an argument of a resource has the wrong type */
function parse<Schema extends z.ZodType>(schema: Schema, { address, attributes }: Resource): z.output<Schema> {
  const { data, error } = schema.safeParse(attributes);
  if (error) {
    const [{ path, message }] = error.issues as [z.core.$ZodIssue];
    throw new TerraformStateError(`${address}: ${path.join('.')}: ${message}`);
  }
  return data;
}

function readClient(client: Resource): AppClient {
  const read = parse(clientSchema, client);
  const units = read.token_validity_units;
  return {
    id: read.id,
    secret: read.client_secret === '' ? undefined : read.client_secret,
    callbackUrls: read.callback_urls,
    logoutUrls: read.logout_urls,
    scopes: read.allowed_oauth_scopes,
    codeGrant:
      read.allowed_oauth_flows_user_pool_client &&
      read.allowed_oauth_flows.includes('code') &&
      read.supported_identity_providers.includes('COGNITO'),
    refreshGrant: read.explicit_auth_flows.includes('ALLOW_REFRESH_TOKEN_AUTH'),
    accessTokenValidity: read.access_token_validity * unitSeconds[units.access_token],
    idTokenValidity: read.id_token_validity * unitSeconds[units.id_token],
    refreshTokenValidity: read.refresh_token_validity * unitSeconds[units.refresh_token],
    tokenRevocation: read.enable_token_revocation,
    preventUserExistenceErrors: read.prevent_user_existence_errors === 'ENABLED',
    reads: (attribute) => read.read_attributes?.includes(attribute) ?? true,
  };
}
