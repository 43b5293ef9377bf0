import { CognitoUserPoolClient } from '@cdktf/provider-aws/lib/cognito-user-pool-client';
import { Construct } from 'constructs';
import { z } from 'zod';

import { assertRules, membersRule, textRule } from '../rule';
import { type ResourceServer } from './resource-server';
import { cognitoNameRule, type UserPool } from './user-pool';

export interface AppClientProps {
  readonly userPool: UserPool;
  /** Name of the app client, 1 to 128 characters. */
  readonly name: string;
  /** Scopes that the client can request: OpenID Connect's, or `identifier/name` of one of the resource servers. */
  readonly scopes: readonly string[];
  /** The resource servers that the scopes belong to. */
  readonly resourceServers: readonly ResourceServer[];
  /** URLs to which a sign-in can return. Cognito requires an exact match. */
  readonly callbackUrls: readonly string[];
  /**
   * URLs to which a sign-out can return.
   *
   * @default - none: signing out at the hosted domain is not possible
   */
  readonly logoutUrls?: readonly string[];
  /** Lifetime of an access token, 5 minutes to 1 day, such as `60 minutes`. */
  readonly accessTokenValidity: string;
  /** Lifetime of an ID token, 5 minutes to 1 day. */
  readonly idTokenValidity: string;
  /** Lifetime of a refresh token, 1 hour to 3650 days, at least as long as the others. */
  readonly refreshTokenValidity: string;
  /** Whether the client has a secret. A client in a browser or on a phone cannot keep one. */
  readonly generateSecret: boolean;
  /** Whether a refresh token can be revoked, together with its access tokens. */
  readonly enableTokenRevocation: boolean;
  /** Whether an unknown user gets the same response as a wrong password. */
  readonly preventUserExistenceErrors: boolean;
  /** Ways to sign in through Cognito's API instead of the hosted login. */
  readonly explicitAuthFlows: readonly string[];
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html */
export const systemScopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

const units = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof units;

/** Reads a duration such as `60 minutes` or `1 day`, or returns nothing. */
function parseDuration(text: string): { value: number; unit: Unit; seconds: number } | undefined {
  const match = /^([1-9]\d{0,9}) (second|minute|hour|day)s?$/.exec(text);
  if (!match) {
    return undefined;
  }
  const value = Number(match[1]);
  const unit = `${match[2]}s` as Unit;
  return { value, unit, seconds: value * units[unit] };
}

function durationRule(min: string, max: string): z.ZodType<string, string> {
  return textRule(`${min} to ${max}, in whole seconds, minutes, hours or days`, (text) => {
    const duration = parseDuration(text);
    if (!duration) {
      return 'is not a duration';
    }
    if (duration.seconds < parseDuration(min)!.seconds) {
      return 'is too short';
    }
    return duration.seconds > parseDuration(max)!.seconds ? 'is too long' : undefined;
  });
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
const redirectUrlRule = textRule(
  "an absolute URL of at most 1024 characters without a fragment: https, http on localhost, 127.0.0.1 or [::1], or an app's own scheme such as myapp://callback",
  (text) => {
    if (text.length > 1024) {
      return `is ${text.length} characters long`;
    }
    const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(\/\/?[\p{L}\p{M}\p{S}\p{N}\p{P}]+)$/iu.exec(text) ?? [];
    if (scheme === undefined || rest === undefined || !URL.canParse(text)) {
      return 'is not an absolute URL';
    }
    if (/^(?:javascript|data|vbscript)$/i.test(scheme)) {
      return `has the scheme ${scheme}`;
    }
    if (text.includes('#')) {
      return 'has a fragment';
    }
    if (/^https?$/i.test(scheme) && !rest.startsWith('//')) {
      return 'is not an absolute URL';
    }
    // Cognito compares the host as it is written. `URL` would change 0x7f.1 to 127.0.0.1.
    return /^http$/i.test(scheme) && !/^\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/?]|$)/i.test(rest)
      ? 'uses http on a host other than this machine'
      : undefined;
  },
);

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
const scopeRule = textRule('at most 256 characters, including the identifier of the resource server', (scope) =>
  scope.length > 256 ? `is ${scope.length} characters long` : undefined,
);

const refreshFlow = 'ALLOW_REFRESH_TOKEN_AUTH';

/**
 * The settings of an app client.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export const appClientSettings = membersRule({
  scopes: z
    .array(scopeRule)
    .min(1)
    .max(50)
    .describe('Scopes that the client can request, in the order of the login URL.'),
  callbackUrls: z
    .array(redirectUrlRule)
    .min(1)
    .max(100)
    .describe('URLs to which a sign-in can return. The login URL uses the first.'),
  logoutUrls: z.array(redirectUrlRule).max(100).default([]).describe('URLs to which a sign-out can return.'),
  accessTokenValidity: durationRule('5 minutes', '1 day')
    .default('60 minutes')
    .describe('Lifetime of an access token.'),
  idTokenValidity: durationRule('5 minutes', '1 day').default('60 minutes').describe('Lifetime of an ID token.'),
  refreshTokenValidity: durationRule('1 hour', '3650 days').default('1 day').describe('Lifetime of a refresh token.'),
  generateSecret: z
    .boolean()
    .default(false)
    .describe('Whether the client has a secret. Browsers and phones cannot keep one.'),
  enableTokenRevocation: z.boolean().default(true).describe('Whether refresh tokens can be revoked.'),
  preventUserExistenceErrors: z
    .boolean()
    .default(true)
    .describe('Whether an unknown user gets the same response as a wrong password.'),
  explicitAuthFlows: z
    .array(
      z.enum([
        refreshFlow,
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_CUSTOM_AUTH',
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      ]),
    )
    .refine((flows) => flows.includes(refreshFlow), {
      message: `does not have ${refreshFlow}`,
      params: { allowed: `${refreshFlow} and any others: Cognito requires it unless refresh tokens rotate` },
      when: ({ value }) => Array.isArray(value),
    })
    .default(['ALLOW_USER_PASSWORD_AUTH', refreshFlow])
    .describe("Ways to sign in through Cognito's API instead of the hosted login."),
});

/** Returns the lifetimes that are longer than that of the refresh token, which Cognito refuses. */
export function outlivingTokens(
  client: Pick<AppClientProps, 'accessTokenValidity' | 'idTokenValidity' | 'refreshTokenValidity'>,
): ('accessTokenValidity' | 'idTokenValidity')[] {
  const refresh = parseDuration(client.refreshTokenValidity)?.seconds ?? Infinity;
  return (['accessTokenValidity', 'idTokenValidity'] as const).filter(
    (token) => (parseDuration(client[token])?.seconds ?? 0) > refresh,
  );
}

/** An app client of the authorization code flow. */
export class AppClient extends Construct {
  readonly client: CognitoUserPoolClient;
  /** The scopes as a client requests them. */
  readonly scopes: readonly string[];
  /** URL to which a sign-in returns, unless the client requests another of its callback URLs. */
  readonly callbackUrl: string;
  /** URL to which a sign-out returns, unless the client requests another of its logout URLs. */
  readonly logoutUrl: string | undefined;

  constructor(scope: Construct, id: string, props: AppClientProps) {
    super(scope, id);
    assertRules(this, { name: cognitoNameRule, ...appClientSettings.shape }, props);
    for (const token of outlivingTokens(props)) {
      throw new Error(`[${this.node.path}] ${token} is longer than refreshTokenValidity, got ${props[token]}`);
    }
    const access = parseDuration(props.accessTokenValidity)!;
    const idToken = parseDuration(props.idTokenValidity)!;
    const refresh = parseDuration(props.refreshTokenValidity)!;
    this.scopes = props.scopes;
    this.callbackUrl = props.callbackUrls[0]!;
    this.logoutUrl = props.logoutUrls?.[0];
    this.client = new CognitoUserPoolClient(this, 'Default', {
      userPoolId: props.userPool.userPoolId,
      name: props.name,
      accessTokenValidity: access.value,
      idTokenValidity: idToken.value,
      refreshTokenValidity: refresh.value,
      // If a unit is missing, the provider computes a validity of 0 and refuses the plan.
      tokenValidityUnits: [{ accessToken: access.unit, idToken: idToken.unit, refreshToken: refresh.unit }],
      generateSecret: props.generateSecret,
      enableTokenRevocation: props.enableTokenRevocation,
      preventUserExistenceErrors: props.preventUserExistenceErrors ? 'ENABLED' : 'LEGACY',
      explicitAuthFlows: [...props.explicitAuthFlows],
      allowedOauthFlows: ['code'],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthScopes: props.scopes.map((text) => this.scopeReference(text, props.resourceServers)),
      callbackUrls: [...props.callbackUrls],
      // An empty list shows a change in every plan, because the API returns no list.
      ...(props.logoutUrls?.length && { logoutUrls: [...props.logoutUrls] }),
      supportedIdentityProviders: ['COGNITO'],
    });
  }

  get clientId(): string {
    return this.client.id;
  }

  /** Secret of the client, if it has one. */
  get clientSecret(): string | undefined {
    return this.client.generateSecretInput === true ? this.client.clientSecret : undefined;
  }

  private scopeReference(text: string, resourceServers: readonly ResourceServer[]): string {
    const reference = systemScopes.includes(text)
      ? text
      : resourceServers.map((server) => server.scopeReference(text)).find((found) => found !== undefined);
    if (reference === undefined) {
      throw new Error(`[${this.node.path}] no resource server of this client has the scope ${JSON.stringify(text)}`);
    }
    return reference;
  }
}
