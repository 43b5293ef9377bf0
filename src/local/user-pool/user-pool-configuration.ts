import { z } from 'zod';

import { block, blocks, type Attributes, type TerraformState, TerraformStateError } from '../terraform-state';
import { passwordPolicySchema, type PasswordPolicy } from './password-policy';

/** A user pool as the Terraform configures it. */
export interface UserPoolConfiguration {
  readonly id: string;
  readonly arn: string;
  /** Host and path of its issuer: `cognito-idp.REGION.amazonaws.com/ID`. */
  readonly endpoint: string;
  readonly selfSignUp: boolean;
  readonly verificationEmail: { readonly subject: string; readonly message: string };
  readonly passwordPolicy: PasswordPolicy;
  /** Whether a code by e-mail is a way back for who forgot the password. */
  readonly recoversByEmail: boolean;
  readonly caseSensitive: boolean;
  readonly clients: ReadonlyMap<string, AppClient>;
}

/** An app client as the Terraform configures it; durations in seconds. */
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
  /** Attributes of a user that the client may see. */
  readonly reads: (attribute: string) => boolean;
}

const unitSeconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const unitSchema = z.enum(['seconds', 'minutes', 'hours', 'days']);
const texts = z.array(z.string());

const clientSchema = z.object({
  id: z.string(),
  client_secret: z.string(),
  callback_urls: texts.default([]),
  logout_urls: texts.default([]),
  allowed_oauth_scopes: texts.default([]),
  allowed_oauth_flows: texts.default([]),
  allowed_oauth_flows_user_pool_client: z.boolean().default(false),
  supported_identity_providers: texts.default([]),
  explicit_auth_flows: texts.default(['ALLOW_REFRESH_TOKEN_AUTH']),
  access_token_validity: z.number().default(1),
  id_token_validity: z.number().default(1),
  refresh_token_validity: z.number().default(30),
  enable_token_revocation: z.boolean().default(true),
  prevent_user_existence_errors: z.string().default('LEGACY'),
  read_attributes: texts.optional(),
});

const unitsSchema = z.object({
  access_token: unitSchema.default('hours'),
  id_token: unitSchema.default('hours'),
  refresh_token: unitSchema.default('days'),
});

const poolSchema = z.object({
  id: z.string(),
  arn: z.string(),
  endpoint: z.string(),
  username_attributes: texts.default([]),
  auto_verified_attributes: texts.default([]),
  email_verification_subject: z.string().default('Your verification code'),
  email_verification_message: z.string().default('Your confirmation code is {####}'),
});

/**
 * Reads the user pool of the stacks, with its domain and its app clients.
 *
 * @throws {TerraformStateError} when there is not just one pool, or it has no domain
 */
export function readUserPool(state: TerraformState): UserPoolConfiguration {
  const [pool, ...others] = state.resources('aws_cognito_user_pool');
  if (!pool || others.length > 0) {
    throw new TerraformStateError(`one aws_cognito_user_pool can be served, got ${others.length + (pool ? 1 : 0)}`);
  }
  const { attributes, address } = pool;
  const read = poolSchema.parse(attributes);
  for (const argument of ['username_attributes', 'auto_verified_attributes'] as const) {
    if (!read[argument].includes('email')) {
      throw new TerraformStateError(`${address}: ${argument} must be ["email"]: nothing else is served`);
    }
  }
  if (!state.resources('aws_cognito_user_pool_domain').some((domain) => domain.attributes.user_pool_id === read.id)) {
    throw new TerraformStateError(`${address}: has no aws_cognito_user_pool_domain, hence no hosted login to serve`);
  }
  const template = block(attributes, 'verification_message_template') ?? {};
  const recovery = blocks(block(attributes, 'account_recovery_setting') ?? {}, 'recovery_mechanism');
  return {
    id: read.id,
    arn: read.arn,
    endpoint: read.endpoint,
    selfSignUp: block(attributes, 'admin_create_user_config')?.allow_admin_create_user_only !== true,
    verificationEmail: {
      subject: z.string().default(read.email_verification_subject).parse(template.email_subject),
      message: z.string().default(read.email_verification_message).parse(template.email_message),
    },
    passwordPolicy: passwordPolicySchema.parse(block(attributes, 'password_policy')),
    recoversByEmail: recovery.length === 0 || recovery.some(({ name }) => name === 'verified_email'),
    // A pool that is made without this setting tells upper from lower case.
    caseSensitive: block(attributes, 'username_configuration')?.case_sensitive !== false,
    clients: new Map(
      state
        .resources('aws_cognito_user_pool_client')
        .filter((client) => client.attributes.user_pool_id === read.id)
        .map(({ attributes: client }) => readClient(client))
        .map((client) => [client.id, client]),
    ),
  };
}

function readClient(attributes: Attributes): AppClient {
  const read = clientSchema.parse(attributes);
  const units = unitsSchema.parse(block(attributes, 'token_validity_units') ?? {});
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
