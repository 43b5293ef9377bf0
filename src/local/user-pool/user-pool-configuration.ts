import { z } from 'zod';

import { type Resource, type PredictedState, TerraformStateError } from '../terraform/predicted-state';
import { passwordPolicySchema, type PasswordPolicy } from './password-policy';

/** Configuration of a user pool, from its Terraform JSON. */
export interface UserPoolConfiguration {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** Host and path of its issuer: `cognito-idp.REGION.amazonaws.com/ID`. */
  readonly endpoint: string;
  readonly selfSignUp: boolean;
  readonly verificationEmail: MailTemplate;
  /** What a user gets whom an administrator has added. */
  readonly invitationEmail: MailTemplate;
  /** Whether a sign-in needs a code from an authenticator app: never, of users who have one, or always. */
  readonly mfa: 'OFF' | 'OPTIONAL' | 'ON';
  readonly passwordPolicy: PasswordPolicy;
  /** Whether a code by e-mail can reset a forgotten password. */
  readonly recoversByEmail: boolean;
  readonly caseSensitive: boolean;
  readonly clients: ReadonlyMap<string, AppClient>;
  /** By name. */
  readonly groups: ReadonlyMap<string, UserGroup>;
}

/** A group of users, from its Terraform JSON. */
export type UserGroup = z.output<typeof groupSchema>;

/** Subject and text of a mail, with `{####}` for a code or a password. */
interface MailTemplate {
  readonly subject: string;
  readonly message: string;
}

/** A way to sign in through Cognito's API that a client can allow. */
export type AuthFlow = z.output<typeof authFlow>;

/** Configuration of an app client, from its Terraform JSON. Durations are in seconds. */
export interface AppClient {
  readonly id: string;
  readonly name: string;
  readonly secret: string | undefined;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly scopes: readonly string[];
  readonly codeGrant: boolean;
  /** Whether the client can get tokens for itself, without a user. */
  readonly clientCredentialsGrant: boolean;
  readonly authFlows: ReadonlySet<AuthFlow>;
  /**
   * For how long a refresh token can be used again after a refresh, in seconds.
   *
   * @default - a refresh does not replace the token
   */
  readonly rotationGraceSeconds: number | undefined;
  /** Time to answer a challenge of a sign-in. */
  readonly authSessionValidity: number;
  readonly accessTokenValidity: number;
  readonly idTokenValidity: number;
  readonly refreshTokenValidity: number;
  readonly tokenRevocation: boolean;
  readonly preventUserExistenceErrors: boolean;
  /** Returns whether the client can read an attribute of a user. */
  readonly reads: (attribute: string) => boolean;
  /** Returns whether the client can change an attribute of a user. */
  readonly writes: (attribute: string) => boolean;
}

const unitSeconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);
const strings = z.array(z.string()).default([]);

/** A nested block, which is one object in the JSON, or a list of one object. */
function block<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => [value].flat()[0], schema);
}

const authFlow = z.enum([
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
]);

/** What the values without ALLOW_ mean. With them, SRP and refresh are always allowed. */
const legacyAuthFlows: Readonly<Record<string, AuthFlow>> = {
  ADMIN_NO_SRP_AUTH: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  CUSTOM_AUTH_FLOW_ONLY: 'ALLOW_CUSTOM_AUTH',
  USER_PASSWORD_AUTH: 'ALLOW_USER_PASSWORD_AUTH',
};
const alwaysWithLegacy: readonly AuthFlow[] = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'];
const defaultAuthFlows: AuthFlow[] = ['ALLOW_CUSTOM_AUTH', ...alwaysWithLegacy];

const authFlows = z
  .array(z.enum([...authFlow.options, 'ADMIN_NO_SRP_AUTH', 'CUSTOM_AUTH_FLOW_ONLY', 'USER_PASSWORD_AUTH']))
  .transform((flows): ReadonlySet<AuthFlow> => {
    const legacy = flows.flatMap((flow) => legacyAuthFlows[flow] ?? []);
    const given = flows.filter((flow): flow is AuthFlow => !(flow in legacyAuthFlows));
    return new Set(legacy.length > 0 ? [...given, ...legacy, ...alwaysWithLegacy] : given);
  });

const clientSchema = z.object({
  id: z.string(),
  name: z.string(),
  client_secret: z.string(),
  callback_urls: strings,
  logout_urls: strings,
  allowed_oauth_scopes: strings,
  allowed_oauth_flows: strings,
  allowed_oauth_flows_user_pool_client: z.boolean().default(false),
  supported_identity_providers: strings,
  explicit_auth_flows: authFlows.prefault(defaultAuthFlows),
  refresh_token_rotation: block(
    z
      .object({ feature: z.enum(['ENABLED', 'DISABLED']), retry_grace_period_seconds: z.number().default(0) })
      .optional(),
  ),
  auth_session_validity: z.number().default(3),
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
  write_attributes: z.array(z.string()).optional(),
});

const groupSchema = z.object({
  name: z.string(),
  description: z.string().optional(),
  precedence: z.number().optional(),
});

const mailTemplate = { email_subject: z.string().optional(), email_message: z.string().optional() };

const poolSchema = z.object({
  id: z.string(),
  name: z.string(),
  arn: z.string(),
  endpoint: z.string(),
  username_attributes: strings,
  auto_verified_attributes: strings,
  admin_create_user_config: block(
    z
      .object({
        allow_admin_create_user_only: z.boolean().default(false),
        invite_message_template: block(z.object(mailTemplate).prefault({})),
      })
      .prefault({}),
  ),
  email_verification_subject: z.string().default('Your verification code'),
  email_verification_message: z.string().default('Your confirmation code is {####}'),
  verification_message_template: block(z.object(mailTemplate).prefault({})),
  mfa_configuration: z.enum(['OFF', 'OPTIONAL', 'ON']).default('OFF'),
  software_token_mfa_configuration: block(z.object({ enabled: z.boolean() }).prefault({ enabled: false })),
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
export function readUserPool(state: PredictedState): UserPoolConfiguration {
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
  if (read.mfa_configuration !== 'OFF' && !read.software_token_mfa_configuration.enabled) {
    throw new TerraformStateError(
      `${address}: mfa_configuration: needs software_token_mfa_configuration: other second factors are not served`,
    );
  }
  const { email_subject, email_message } = read.verification_message_template;
  const invitation = read.admin_create_user_config.invite_message_template;
  return {
    id: read.id,
    name: read.name,
    arn: read.arn,
    endpoint: read.endpoint,
    selfSignUp: !read.admin_create_user_config.allow_admin_create_user_only,
    verificationEmail: {
      subject: email_subject ?? read.email_verification_subject,
      message: email_message ?? read.email_verification_message,
    },
    invitationEmail: {
      subject: invitation.email_subject ?? 'Your temporary password',
      message: invitation.email_message ?? 'Your username is {username} and temporary password is {####}.',
    },
    mfa: read.mfa_configuration,
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
    groups: new Map(
      state
        .resources('aws_cognito_user_group')
        .filter((group) => group.attributes.user_pool_id === read.id)
        .map((group) => parse(groupSchema, group))
        .map((group) => [group.name, group]),
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
  const rotation = read.refresh_token_rotation;
  return {
    id: read.id,
    name: read.name,
    secret: read.client_secret === '' ? undefined : read.client_secret,
    callbackUrls: read.callback_urls,
    logoutUrls: read.logout_urls,
    scopes: read.allowed_oauth_scopes,
    codeGrant:
      read.allowed_oauth_flows_user_pool_client &&
      read.allowed_oauth_flows.includes('code') &&
      read.supported_identity_providers.includes('COGNITO'),
    clientCredentialsGrant:
      read.allowed_oauth_flows_user_pool_client && read.allowed_oauth_flows.includes('client_credentials'),
    authFlows: read.explicit_auth_flows,
    rotationGraceSeconds: rotation?.feature === 'ENABLED' ? rotation.retry_grace_period_seconds : undefined,
    authSessionValidity: read.auth_session_validity * 60,
    accessTokenValidity: read.access_token_validity * unitSeconds[units.access_token],
    idTokenValidity: read.id_token_validity * unitSeconds[units.id_token],
    refreshTokenValidity: read.refresh_token_validity * unitSeconds[units.refresh_token],
    tokenRevocation: read.enable_token_revocation,
    preventUserExistenceErrors: read.prevent_user_existence_errors === 'ENABLED',
    reads: (attribute) => read.read_attributes?.includes(attribute) ?? true,
    writes: (attribute) => read.write_attributes?.includes(attribute) ?? true,
  };
}
