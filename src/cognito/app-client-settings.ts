import { z } from 'zod';

import { isHost, isPort } from '../rules/host-name';
import {
  customPrefix,
  isStandardAttribute,
  standardAttributes,
  verificationAttributes,
} from '../rules/standard-attributes';
import { charactersRule, kindRule, lengthProblem, objectRule, type Problem, stringRule } from '../rules/rule';
import { cognitoProvider } from './identity-provider-settings';
import { durationRule, outlivingTokens } from './token-validity';
import { customAttributes, type KnownAttributes } from './user-attributes';
import { requiresTierAboveLite, type Tier } from './user-pool-settings';

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html */
export const systemScopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

/** System scopes that Cognito rejects in a request without openid. */
const scopesWithOpenid = ['email', 'phone', 'profile'];

/** Hosts of this machine, as Cognito compares them: `URL` would change 0x7f.1 to 127.0.0.1. */
const loopbackHost = /^(?:localhost|127\.0\.0\.1|\[::1\])$/i;

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
const redirectUrlRule = stringRule(
  "an absolute URL of 1 to 1024 characters without a fragment: https, http on localhost, 127.0.0.1 or [::1], or an app's own scheme such as myapp://callback",
  (url) => {
    const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(\/.+)$/i.exec(url) ?? [];
    const [illegal] = /[^\p{L}\p{M}\p{S}\p{N}\p{P}]|[<>"\\^`{|}]/u.exec(url) ?? [];
    if (illegal !== undefined) {
      return `must not contain ${JSON.stringify(illegal)}`;
    }
    if (scheme === '' || !URL.canParse(url)) {
      return 'must be an absolute URL';
    }
    if (/^(?:about|blob|data|file|ftp|javascript|mailto|vbscript|wss?)$/i.test(scheme)) {
      return `must not have the scheme ${scheme}`;
    }
    if (/%(?![0-9A-Fa-f]{2})/.test(url)) {
      return 'must be encoded';
    }
    if (url.includes('#')) {
      return 'must not have a fragment';
    }
    return lengthProblem(url, 1, 1024) ?? (/^https?$/i.test(scheme) ? webUrlProblem(scheme, rest) : undefined);
  },
);

function webUrlProblem(scheme: string, rest: string): string | undefined {
  const [, host = '', port = ''] = /^\/\/([^/?:[]+|\[[^\]]*\])(?::(\d*))?(?:[/?]|$)/.exec(rest) ?? [];
  if (!isHost(host)) {
    return 'must have a valid host';
  }
  if (!isPort(port)) {
    return 'must have a port of 1 to 65535';
  }
  return scheme.toLowerCase() === 'https' || loopbackHost.test(host)
    ? undefined
    : 'must use https, except for localhost';
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
const scopeRule = stringRule('1 to 256 characters, including the identifier of the resource server', (scope) =>
  lengthProblem(scope, 1, 256),
);

const machineScopeRule = stringRule('a scope of a resource server, of 1 to 256 characters', (scope) =>
  systemScopes.includes(scope)
    ? 'must be a scope of a resource server, because no user signs in to this client'
    : lengthProblem(scope, 1, 256),
);

const accessTokenValidity = durationRule('5 minutes', '1 day')
  .default('60 minutes')
  .describe('Lifetime of an access token.');

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const customAttributeRule = stringRule('a standard attribute, or one of userPool.attributes', (name) =>
  name.startsWith(customPrefix) ? undefined : 'must be a standard attribute, or begin with custom:',
);

export const refreshFlow = 'ALLOW_REFRESH_TOKEN_AUTH';

const replacesAppClient = 'replaces the app client: it gets another client ID';

/** A client with a secret would keep its ID, and arguments of the other grant. */
const changesGrant = `${replacesAppClient}. A client that has a secret needs another name`;

/**
 * The settings of an app client of the authorization code grant.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export const codeClientSettings = objectRule(
  {
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
      .default(['openid'])
      .describe('Scopes that the client can request, in the order of the login URL.'),
    callbackUrls: z
      .array(redirectUrlRule)
      .min(1)
      .max(100)
      .describe('URLs to which a sign-in can return. The login URL uses the first.'),
    defaultRedirectUri: redirectUrlRule
      .optional()
      .describe('One of the callback URLs, for a request that does not name one.'),
    logoutUrls: z
      .array(redirectUrlRule)
      .max(100)
      .optional()
      .describe('URLs to which a sign-out can return. To remove those that the client has, set `[]`.'),
    accessTokenValidity,
    idTokenValidity: durationRule('5 minutes', '1 day').default('60 minutes').describe('Lifetime of an ID token.'),
    refreshTokenValidity: durationRule('1 hour', '3650 days').default('1 day').describe('Lifetime of a refresh token.'),
    refreshTokenRotation: z
      .union([
        z.literal(false),
        objectRule({
          retryGracePeriodSeconds: z
            .int()
            .min(0)
            .max(60)
            .default(0)
            .describe(
              'Seconds in which a client can use the old refresh token again, if it did not receive the response.',
            ),
        }),
      ])
      .optional()
      .describe(
        'Whether each use of a refresh token returns a new one. To turn it off later, set `false` and keep that.',
      )
      .meta({ change: 'that removes it is rejected: set `false`' }),
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
      .optional()
      .describe(
        `Ways to sign in with the API of Cognito instead of the hosted login. The default is ALLOW_USER_PASSWORD_AUTH and, without refreshTokenRotation, ${refreshFlow}.`,
      ),
    authSessionValidity: durationRule('3 minutes', '15 minutes', 'minutes')
      .optional()
      .describe('Time for each step of such a sign-in. The default is 3 minutes.'),
    readAttributes: z
      .array(z.union([z.enum([...standardAttributes, ...verificationAttributes]), customAttributeRule]))
      .min(1)
      .optional()
      .describe(
        'User attributes that the client can read, and that its ID tokens have. The default is all standard ones.',
      ),
    writeAttributes: z
      .array(z.union([z.enum(standardAttributes), customAttributeRule]))
      .min(1)
      .optional()
      .describe('User attributes that users can set through the client. The default is all standard ones.'),
    identityProviders: z
      .array(charactersRule('the name of an identity provider, or COGNITO', { legal: /^[\s\S]$/u, max: 32 }))
      .min(1)
      .default([cognitoProvider])
      .describe(
        "Where users sign in to the client: names in identityProviders, and `COGNITO` for the user pool's own users.",
      ),
  },
  (client) => [
    ...findScopesWithoutOpenid(client),
    ...outlivingTokens(client).map((token) => ({
      path: [token],
      problem: `must not be longer than refreshTokenValidity, which is ${client.refreshTokenValidity!}`,
    })),
    ...findAuthFlowConflicts(client),
    ...(client.defaultRedirectUri === undefined ||
    !client.callbackUrls ||
    client.callbackUrls.includes(client.defaultRedirectUri)
      ? []
      : [
          {
            path: ['defaultRedirectUri'],
            problem: 'must be one of callbackUrls',
            allowed: client.callbackUrls.join(', '),
          },
        ]),
    ...findMissingAttributes(client),
  ],
);

/** The settings of an app client of the client credentials grant: a machine, which always has a secret. */
export const machineClientSettings = objectRule({
  grant: z
    .literal('client_credentials')
    .describe('Grant with which the client gets tokens: it signs in as itself.')
    .meta({ change: changesGrant }),
  scopes: z.array(machineScopeRule).min(1).max(50).describe('Scopes that the client can request.'),
  accessTokenValidity,
});

/** The settings of an app client, by its grant. */
export const appClientSettings = kindRule('grant', [codeClientSettings, machineClientSettings]);

export type CodeClientSettings = z.output<typeof codeClientSettings>;

/** The valid settings of an app client. */
interface Given {
  readonly scopes?: Strings;
  readonly accessTokenValidity?: string | undefined;
  readonly idTokenValidity?: string | undefined;
  readonly refreshTokenValidity?: string | undefined;
  readonly refreshTokenRotation?: object | false | undefined;
  readonly explicitAuthFlows?: Strings;
  readonly readAttributes?: Strings;
  readonly writeAttributes?: Strings;
  readonly identityProviders?: Strings;
}

type Strings = readonly (string | undefined)[] | undefined;

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html */
function findScopesWithoutOpenid({ scopes = ['openid'] }: Given): Problem[] {
  return scopes.includes('openid') || scopes.includes(undefined)
    ? []
    : scopes.flatMap((scope, index) =>
        scope !== undefined && scopesWithOpenid.includes(scope)
          ? [{ path: ['scopes', index], problem: `${scope} requires the scope openid` }]
          : [],
      );
}

/** The attributes of each scope. Without them, the token endpoint rejects every code with invalid_grant. */
const attributesOfScope = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
} as const;

function findMissingAttributes({ scopes = [], readAttributes, writeAttributes }: Given): Problem[] {
  const missing = (name: string, attributes: Strings, needed: readonly string[], reason: string) =>
    needed.some((attribute) => lacks(attributes, attribute))
      ? [{ path: [name], problem: `must include ${needed.join(' and ')}, ${reason}` }]
      : [];
  return [
    ...Object.entries(attributesOfScope).flatMap(([scope, needed]) =>
      scopes.includes(scope)
        ? missing('readAttributes', readAttributes, needed, `which the scope ${scope} requires`)
        : [],
    ),
    ...missing('writeAttributes', writeAttributes, ['email'], 'with which users sign up'),
  ];
}

/** Returns whether a list does not have an attribute. An invalid entry, which is reported, could be that attribute. */
function lacks(list: Strings, attribute: string): boolean {
  return list !== undefined && !list.includes(attribute) && !list.includes(undefined);
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html */
function findAuthFlowConflicts({ explicitAuthFlows: flows, refreshTokenRotation: rotation }: Given): Problem[] {
  const reject = (problem: string) => [{ path: ['explicitAuthFlows'], problem }];
  if (!flows || flows.includes(undefined)) {
    return [];
  }
  if (!rotation) {
    return flows.includes(refreshFlow) ? [] : reject(`must include ${refreshFlow} unless refresh tokens rotate`);
  }
  if (flows.includes(refreshFlow)) {
    return reject(`must not include ${refreshFlow}, which refreshTokenRotation excludes`);
  }
  return flows.length > 0
    ? []
    : reject(`must not be empty: Cognito would add ${refreshFlow}, which refreshTokenRotation excludes`);
}

/**
 * Finds settings of an app client that the tier LITE does not have.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
 * @see https://aws.amazon.com/about-aws/whats-new/2025/04/amazon-cognito-refresh-token-rotation/
 */
export function findAboveLite({ explicitAuthFlows, refreshTokenRotation }: Given, tier: Tier | undefined): Problem[] {
  if (tier !== 'LITE') {
    return [];
  }
  return [
    ...(explicitAuthFlows?.includes('ALLOW_USER_AUTH')
      ? [{ path: ['explicitAuthFlows'], problem: `ALLOW_USER_AUTH ${requiresTierAboveLite}` }]
      : []),
    ...(refreshTokenRotation ? [{ path: ['refreshTokenRotation'], problem: requiresTierAboveLite }] : []),
  ];
}

/**
 * Finds attributes in the lists of an app client that the user pool does not have, and required ones that users could
 * not set.
 */
export function findAttributeConflicts(
  { readAttributes, writeAttributes }: Given,
  attributes: KnownAttributes,
): Problem[] {
  const custom = customAttributes(attributes);
  const unknown = (list: string, names: Strings = []) =>
    names.flatMap((name, index) =>
      name?.startsWith(customPrefix) && !custom.includes(name)
        ? [
            {
              path: [list, index],
              problem: 'must be an attribute in userPool.attributes',
              allowed: custom.join(', ') || 'none',
            },
          ]
        : [],
    );
  const required = Object.entries(attributes ?? {}).flatMap(([name, attribute]) =>
    // That of the email address, which every list needs, has its own rule.
    attribute?.required && name !== 'email' && lacks(writeAttributes, name) ? [name] : [],
  );
  return [
    ...unknown('readAttributes', readAttributes),
    ...unknown('writeAttributes', writeAttributes),
    ...(required.length > 0
      ? [
          {
            path: ['writeAttributes'],
            problem: `must include ${required.join(' and ')}, which userPool.attributes requires`,
          },
        ]
      : []),
  ];
}

/**
 * Finds identity providers of an app client that the user pool does not have, and attributes that they write and the
 * client cannot.
 *
 * @param known the identity providers by name
 * @param attributes the attributes of the user pool
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
 */
export function findUnusableProviders(
  { identityProviders = [], writeAttributes }: Given,
  known: Readonly<Record<string, { readonly attributes?: object | undefined } | undefined>>,
  attributes: KnownAttributes,
): Problem[] {
  const custom = customAttributes(attributes);
  return identityProviders.flatMap((name, index): Problem[] => {
    if (name === undefined || name === cognitoProvider) {
      return [];
    }
    if (!Object.hasOwn(known, name)) {
      const allowed = [cognitoProvider, ...Object.keys(known)].join(', ');
      return [{ path: ['identityProviders', index], problem: 'must be an identity provider', allowed }];
    }
    // The rules of the provider report other attributes. Whether an address is verified needs no permission.
    const missing = Object.keys(known[name]?.attributes ?? {}).filter((attribute) =>
      custom.includes(attribute)
        ? lacks(writeAttributes ?? [], attribute)
        : isStandardAttribute(attribute) && lacks(writeAttributes, attribute),
    );
    return missing.length === 0
      ? []
      : [
          {
            path: ['writeAttributes'],
            problem: `must include ${missing.join(' and ')}, which Cognito writes at every sign-in with ${name}`,
          },
        ];
  });
}
