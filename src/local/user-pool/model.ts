import { type AttributeSchema } from './users/attribute-schema';
import { type TokenOverrides } from './tokens/token-overrides';

/** Configuration of a user pool. */
export interface UserPoolConfiguration {
  /** Address of its resource. */
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** Host and path of its issuer: `cognito-idp.REGION.amazonaws.com/ID`. */
  readonly endpoint: string;
  readonly selfSignUp: boolean;
  /** Whether users sign in with their email address, or with a user name that they choose. */
  readonly signIn: 'email' | 'username';
  readonly attributes: AttributeSchema;
  readonly verificationEmail: MailTemplate;
  /** The email to a user whom an administrator has added. */
  readonly invitationEmail: MailTemplate;
  /** Whether a sign-in needs a code from an authenticator app: never, of users who have one, or always. */
  readonly mfa: 'OFF' | 'OPTIONAL' | 'ON';
  readonly passwordPolicy: PasswordPolicy;
  /** How a forgotten password can be reset, in order of preference. Here, by a code in an email. */
  readonly recoveryMechanisms: readonly RecoveryMechanism[];
  /** Whether users who sign up or change their email address get a code that verifies it. */
  readonly verifiesEmail: boolean;
  /** Whether a new email address replaces the current one only after its verification. */
  readonly verifiesEmailBeforeUpdate: boolean;
  readonly caseSensitive: boolean;
  readonly deletionProtection: 'ACTIVE' | 'INACTIVE';
  readonly tier: 'LITE' | 'ESSENTIALS' | 'PLUS';
  /** Undefined for a pool without a hosted login. */
  readonly domain: Domain | undefined;
  readonly clients: ReadonlyMap<string, AppClient>;
  /** By name. */
  readonly groups: ReadonlyMap<string, UserGroup>;
  readonly resourceServers: readonly ResourceServer[];
  /** By name. */
  readonly identityProviders: ReadonlyMap<string, IdentityProvider>;
  readonly triggers: ReadonlyMap<TriggerName, Trigger>;
}

/** A provider with whose users the user pool works. */
export interface IdentityProvider {
  readonly name: string;
  readonly type: (typeof identityProviderTypes)[number];
  /** The attributes of the user pool, each with the claim that has its value. */
  readonly attributeMapping: ReadonlyMap<string, string>;
  /** Other names by which a request selects the provider, such as the domain of a company. */
  readonly identifiers: readonly string[];
  /** Without the secret, which only AWS knows. */
  readonly details: ProviderDetails;
}

export const identityProviderTypes = [
  'Facebook',
  'Google',
  'LoginWithAmazon',
  'OIDC',
  'SAML',
  'SignInWithApple',
] as const;

/** What is known of an identity provider before a deploy, with Cognito's names. */
export interface ProviderDetails {
  readonly client_id?: string | undefined;
  readonly authorize_scopes?: string | undefined;
  readonly attributes_request_method?: string | undefined;
  readonly oidc_issuer?: string | undefined;
  readonly MetadataURL?: string | undefined;
}

/** A Lambda trigger, by the name that it has in Cognito's API. */
export type TriggerName = (typeof triggerNames)[number];

export const triggerNames = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
  'CustomMessage',
  'UserMigration',
] as const;

/** What a trigger invokes. */
export interface Trigger {
  readonly functionArn: string;
  /** Only a pre token generation trigger has another one than V1_0. */
  readonly eventVersion: 'V1_0' | 'V2_0' | 'V3_0';
}

/** What a password must have. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requiresLowercase: boolean;
  readonly requiresUppercase: boolean;
  readonly requiresNumbers: boolean;
  readonly requiresSymbols: boolean;
  /** How many earlier passwords a user cannot choose again. */
  readonly historySize: number;
  /** How long a temporary password can be used. */
  readonly temporaryPasswordDays: number;
}

/** Subject and text of an email, with `{####}` for a code or a password. */
export interface MailTemplate {
  readonly subject: string;
  readonly message: string;
}

interface RecoveryMechanism {
  readonly name: 'admin_only' | 'verified_email' | 'verified_phone_number';
  readonly priority: number;
}

/** The domain of the hosted login on AWS. */
export interface Domain {
  /** A prefix of AWS's domain, or a custom domain. */
  readonly name: string;
  /** URL on AWS. */
  readonly url: string;
  readonly isCustom: boolean;
  readonly managedLoginVersion: number;
  readonly accountId: string;
  readonly cloudFrontDistribution: string;
}

/** A way to sign in through Cognito's API that a client can allow. */
export type AuthFlow = (typeof authFlows)[number];

export const authFlows = [
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
] as const;

/** A value without `ALLOW_`, which a client has from before 2019. */
export type LegacyAuthFlow = (typeof legacyAuthFlows)[number];

export const legacyAuthFlows = ['ADMIN_NO_SRP_AUTH', 'CUSTOM_AUTH_FLOW_ONLY', 'USER_PASSWORD_AUTH'] as const;

type ValidityUnit = keyof typeof unitSeconds;

export const unitSeconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

/** Configuration of an app client. Durations are in seconds. */
export interface AppClient {
  readonly id: string;
  readonly name: string;
  readonly secret: string | undefined;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  readonly defaultRedirectUri: string | undefined;
  readonly scopes: readonly string[];
  readonly codeGrant: boolean;
  /** Whether the client can get tokens for itself, without a user. */
  readonly clientCredentialsGrant: boolean;
  readonly identityProviders: readonly string[];
  /** The configured values, which say what {@link authFlows} has. */
  readonly explicitAuthFlows: readonly (AuthFlow | LegacyAuthFlow)[];
  readonly authFlows: ReadonlySet<AuthFlow>;
  /**
   * For how long a refresh token can be used again after a refresh, in seconds.
   *
   * @default - a refresh does not replace the token
   */
  readonly rotationGraceSeconds: number | undefined;
  /** Time to respond to a challenge of a sign-in. */
  readonly authSessionValidity: number;
  readonly accessTokenValidity: number;
  readonly idTokenValidity: number;
  readonly refreshTokenValidity: number;
  /** The units in which the configuration has the three validities. */
  readonly validityUnits: Readonly<Record<'accessToken' | 'idToken' | 'refreshToken', ValidityUnit>>;
  readonly tokenRevocation: boolean;
  readonly preventUserExistenceErrors: boolean;
  /**
   * The attributes of a user that the client can read.
   *
   * @default - all standard ones
   */
  readonly readAttributes: readonly string[] | undefined;
  /**
   * The attributes of a user that the client can change.
   *
   * @default - all standard ones
   */
  readonly writeAttributes: readonly string[] | undefined;
}

/** A group of users. */
export interface UserGroup {
  readonly name: string;
  readonly description: string | undefined;
  /** The lowest number has the highest precedence. */
  readonly precedence: number | undefined;
  readonly roleArn: string | undefined;
}

export interface ResourceServer {
  readonly identifier: string;
  readonly name: string;
  readonly scopes: readonly { readonly name: string; readonly description: string }[];
}

export type UserStatus = 'CONFIRMED' | 'EXTERNAL_PROVIDER' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED' | 'UNCONFIRMED';

/** A user. Only {@link Users} changes it. Times are in milliseconds since 1970, here and below. */
export interface User {
  /** UUID. */
  readonly sub: string;
  /**
   * What the user has chosen, or `sub` in a pool whose users sign in with their email address. `PROVIDER_SUBJECT` for a
   * user of an identity provider. It does not change.
   */
  readonly username: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** Without `sub`. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Names of the groups that the user is in. */
  readonly groups: ReadonlySet<string>;
  readonly status: UserStatus;
  readonly enabled: boolean;
  readonly password: Password;
  /** Earlier passwords, newest first, as far as the pool's policy looks back. */
  readonly earlierPasswords: readonly Password[];
  readonly softwareToken?: SoftwareToken | undefined;
  /** Time of the last global sign-out. */
  readonly signedOutAt: number;
}

/**
 * A stored password: a salt and an SRP verifier, which do not contain it.
 *
 * The verifier takes a millisecond to calculate, so that an attacker who has it can try many passwords. An additional
 * slower hash would not change that.
 */
export interface Password {
  /** Hexadecimal, as the verifier. */
  readonly salt: string;
  readonly verifier: string;
  /** Expiration of a temporary password. Undefined for a permanent one. */
  readonly temporaryUntil?: number | undefined;
}

/** A secret that the user's authenticator app also has. */
interface SoftwareToken {
  /** Base32. */
  readonly secret: string;
  /** Whether the user has turned on a code for each sign-in. A pool that requires MFA ignores it. */
  readonly enabled: boolean;
  /** Whether the user prefers it to other second factors. */
  readonly preferred: boolean;
  /** Counter of the last code that was accepted. A code works only once. */
  readonly lastCounter: number;
}

/** What a sign-in grants to a client. */
export interface Grant {
  /** Where the user signed in: at the pool's domain or through Cognito's API. */
  readonly source: 'api' | 'domain';
  /** The user's. */
  readonly sub: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Time of the sign-in, in seconds since 1970. */
  readonly authTime: number;
  readonly nonce?: string | undefined;
  /** UUID of the sign-in, the same in all its tokens. */
  readonly originJti: string;
  readonly eventId: string;
}

/** The grant of a refresh token. */
export interface RefreshGrant {
  readonly grant: Grant;
  /** Validity of refresh tokens that the client had at the sign-in, in seconds. */
  readonly validity: number;
  /** End of the token's validity, which a rotation does not extend. */
  readonly expiresAt: number;
  /** Time until which the token can be used again after its rotation. */
  readonly rotatedUntil?: number | undefined;
  /** Whether a global sign-out has ended it. */
  readonly revoked?: boolean | undefined;
}

/** A user's session at the hosted login. */
export interface Session {
  readonly user: User;
  /** With what the user signed in: the name of an identity provider, or `COGNITO`. */
  readonly identityProvider: string;
  /** Time of the sign-in, in seconds since 1970. */
  readonly authTime: number;
}

/** What an authorization code grants, and what a client must send to redeem it. */
export interface CodeGrant {
  readonly grant: Grant;
  /** What a trigger has changed in the tokens. */
  readonly overrides?: TokenOverrides | undefined;
  readonly redirectUri: string;
  readonly codeChallenge: string | undefined;
}
