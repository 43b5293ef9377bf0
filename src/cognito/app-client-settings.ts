import { z } from 'zod';

import { membersRule, type Problem, textRule } from '../rules/rule';
import { durationRule, outlivingTokens } from './token-validity';

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html */
export const systemScopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

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

const ownScopeRule = textRule('a scope of a resource server, of at most 256 characters', (scope) => {
  if (scope.length > 256) {
    return `is ${scope.length} characters long`;
  }
  return systemScopes.includes(scope) ? 'is about a user, and no user signs in to this client' : undefined;
});

const accessTokenValidity = durationRule('5 minutes', '1 day')
  .default('60 minutes')
  .describe('Lifetime of an access token.');

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const writableAttributes = [
  ...(['address', 'birthdate', 'email', 'family_name', 'gender', 'given_name', 'locale', 'middle_name'] as const),
  ...(['name', 'nickname', 'phone_number', 'picture', 'preferred_username', 'profile', 'updated_at'] as const),
  ...(['website', 'zoneinfo'] as const),
] as const;
const verificationAttributes = ['email_verified', 'phone_number_verified'] as const;

export const refreshFlow = 'ALLOW_REFRESH_TOKEN_AUTH';

const replacesAppClient = 'replaces the app client: it gets another client ID';

/** One with a secret would keep its ID, and what Cognito keeps of the other grant. */
const changesGrant =
  'replaces the app client: it gets another client ID. A client that has a secret needs another name';

/**
 * The settings of an app client of the authorization code grant.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export const codeClientSettings = membersRule({
  grant: z
    .literal('authorization_code')
    // Without it, zod does not take a client that has no grant for this one.
    .optional()
    .default('authorization_code')
    .describe(
      'Grant with which the client gets tokens: `authorization_code` for a user, `client_credentials` for itself.',
    )
    .meta({ change: changesGrant }),
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
  defaultRedirectUri: redirectUrlRule.optional().describe('One of the callback URLs, for a request that names none.'),
  logoutUrls: z
    .array(redirectUrlRule)
    .max(100)
    .optional()
    .describe('URLs to which a sign-out can return. To remove those that the client has, write `[]`.'),
  accessTokenValidity,
  idTokenValidity: durationRule('5 minutes', '1 day').default('60 minutes').describe('Lifetime of an ID token.'),
  refreshTokenValidity: durationRule('1 hour', '3650 days').default('1 day').describe('Lifetime of a refresh token.'),
  refreshTokenRotation: z
    .union([
      z.literal(false),
      membersRule({
        retryGracePeriodSeconds: z
          .int()
          .min(0)
          .max(60)
          .default(0)
          .describe(
            'Seconds in which a client can use the old refresh token again, after a response that it did not get.',
          ),
      }),
    ])
    .optional()
    .describe('Whether each use of a refresh token returns a new one. To turn it off later, set `false` and keep that.')
    .meta({ change: 'that removes it is rejected: write `false`' }),
  generateSecret: z
    .boolean()
    .default(false)
    .describe('Whether the client has a secret. Browsers and phones cannot keep one.')
    .meta({ change: replacesAppClient }),
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
        'ALLOW_USER_AUTH',
        'ALLOW_CUSTOM_AUTH',
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      ]),
    )
    .default(['ALLOW_USER_PASSWORD_AUTH', refreshFlow])
    .describe(
      `Ways to sign in through Cognito's API instead of the hosted login. With refreshTokenRotation, the default is without ${refreshFlow}.`,
    ),
  authSessionValidity: durationRule('3 minutes', '15 minutes', 'minutes')
    .optional()
    .describe('Time for each step of such a sign-in. Without it, 3 minutes.'),
  readAttributes: z
    .array(z.enum([...writableAttributes, ...verificationAttributes]))
    .min(1)
    .optional()
    .describe('User attributes that the client can read, and that its ID tokens have. Without it, all standard ones.'),
  writeAttributes: z
    .array(z.enum(writableAttributes))
    .min(1)
    .optional()
    .describe('User attributes that users can set through the client. Without it, all standard ones.'),
});

/** The settings of an app client of the client credentials grant: a machine, which always has a secret. */
export const machineClientSettings = membersRule(
  {
    grant: z
      .literal('client_credentials')
      .describe('Grant with which the client gets tokens: it signs in as itself.')
      .meta({ change: changesGrant }),
    scopes: z.array(ownScopeRule).min(1).max(50).describe('Scopes that the client can request.'),
    accessTokenValidity,
  },
  undefined,
  (name) =>
    name in codeClientSettings.shape ? 'does not belong to a client of the grant client_credentials' : undefined,
);

/** The settings of an app client, by its grant. */
export const appClientSettings = z.discriminatedUnion('grant', [codeClientSettings, machineClientSettings]);

export type CodeClientSettings = z.output<typeof codeClientSettings>;
export type MachineClientSettings = z.output<typeof machineClientSettings>;

/** Finds settings of an app client that do not go together; ignores values that break a rule of their own. */
export function findAppClientConflicts(client: Given): Problem[] {
  return [
    ...findOutlivingTokens(client),
    ...findAuthFlowConflicts(client),
    ...findUnknownRedirect(client),
    ...findMissingAttributes(client),
  ];
}

function findUnknownRedirect({ callbackUrls, defaultRedirectUri }: Given): Problem[] {
  return defaultRedirectUri === undefined || !Array.isArray(callbackUrls) || callbackUrls.includes(defaultRedirectUri)
    ? []
    : [
        {
          path: ['defaultRedirectUri'],
          problem: 'is not one of the callback URLs',
          got: defaultRedirectUri,
          allowed: callbackUrls.join(', '),
        },
      ];
}

function findMissingAttributes({ scopes, readAttributes, writeAttributes }: Given): Problem[] {
  const missing = (name: string, attributes: unknown, needed: readonly string[], reason: string) =>
    Array.isArray(attributes) && !needed.every((attribute) => attributes.includes(attribute))
      ? [
          {
            path: [name],
            problem: `does not have ${needed.filter((attribute) => !attributes.includes(attribute)).join(' and ')}`,
            got: attributes,
            allowed: `${needed.join(', ')} and any others: ${reason}`,
          },
        ]
      : [];
  return [
    // Otherwise, the token endpoint refuses every code with invalid_grant.
    ...(Array.isArray(scopes) && scopes.includes('email')
      ? missing('readAttributes', readAttributes, ['email', 'email_verified'], 'the scope email needs both')
      : []),
    ...missing('writeAttributes', writeAttributes, ['email'], 'users sign up with it'),
  ];
}

function findOutlivingTokens(client: Given): Problem[] {
  const validity = (token: string) => (typeof client[token] === 'string' ? client[token] : '');
  return outlivingTokens({
    accessTokenValidity: validity('accessTokenValidity'),
    idTokenValidity: validity('idTokenValidity'),
    refreshTokenValidity: validity('refreshTokenValidity'),
  }).map((token) => ({
    path: [token],
    problem: 'is longer than refreshTokenValidity',
    got: client[token],
    allowed: `at most ${validity('refreshTokenValidity')}`,
  }));
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html */
function findAuthFlowConflicts({ explicitAuthFlows: flows, refreshTokenRotation: rotation }: Given): Problem[] {
  if (!Array.isArray(flows)) {
    return [];
  }
  const refuse = (problem: string, allowed: string) => [{ path: ['explicitAuthFlows'], problem, got: flows, allowed }];
  const hasRefreshFlow = flows.includes(refreshFlow);
  if (rotation === undefined || rotation === false) {
    return hasRefreshFlow
      ? []
      : refuse(
          `does not have ${refreshFlow}`,
          `${refreshFlow} and any others: Cognito requires it unless refresh tokens rotate`,
        );
  }
  if (hasRefreshFlow) {
    return refuse(
      `has ${refreshFlow}, and refresh tokens rotate`,
      `any others: refreshTokenRotation excludes ${refreshFlow}`,
    );
  }
  return flows.length === 0
    ? refuse(
        'is empty, and refresh tokens rotate',
        `at least one: without any, Cognito adds ${refreshFlow}, which refreshTokenRotation excludes`,
      )
    : [];
}

type Given = Readonly<Record<string, unknown>>;
