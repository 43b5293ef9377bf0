import { z } from 'zod';

import { findOtherRegion, parameterArn, secretArn } from '../rules/arn';
import { isHost } from '../rules/host-name';
import { fileRule } from '../rules/project-file';
import {
  charactersRule,
  illegalCharacter,
  kindRule,
  lengthProblem,
  mapRule,
  objectRule,
  type Problem,
  stringRule,
  within,
} from '../rules/rule';
import {
  customPrefix,
  isStandardAttribute,
  isVerificationAttribute,
  standardAttributes,
  verificationAttributes,
} from '../rules/standard-attributes';
import { findSharedNames } from '../stack/address';
import { customAttributes, type KnownAttributes } from './user-attributes';

/** The users of the user pool itself, in the list of an app client. */
export const cognitoProvider = 'COGNITO';

/** What Cognito calls each type of identity provider. */
export const providerTypes = {
  oidc: 'OIDC',
  google: 'Google',
  apple: 'SignInWithApple',
  facebook: 'Facebook',
  amazon: 'LoginWithAmazon',
  saml: 'SAML',
} as const;

export type ProviderType = keyof typeof providerTypes;
const types = Object.keys(providerTypes) as ProviderType[];

/** Returns the name of a social identity provider, which is that of its type: a user pool has one of each. */
export function socialNameOf(type: ProviderType): string | undefined {
  return type === 'oidc' || type === 'saml' ? undefined : providerTypes[type];
}

/** Length of the name of an attribute at the provider, and of each detail. */
const longest = 131_072;
const anyText = charactersRule('any string', { legal: /^[\s\S]$/u, max: longest });

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
export const providerNameRule = stringRule(
  // The provider separates the ID of the user pool from the name with a colon.
  '3 to 32 letters, marks, symbols, digits and punctuation, except for _ and :',
  (name) => lengthProblem(name, 3, 32) ?? illegalCharacter(name, /^(?![_:])[\p{L}\p{M}\p{S}\p{N}\p{P}]$/u),
);

/** Rejects the secret itself, which everyone who can read the settings would know. */
const secretRule = stringRule(
  'arn:aws:ssm:REGION:ACCOUNT:parameter/NAME or arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME',
  (arn) =>
    parameterArn.test(arn) || secretArn.test(arn)
      ? undefined
      : 'must be the ARN of a Systems Manager parameter or a Secrets Manager secret, and not the secret itself',
  { isKnown: true, isSecret: () => true },
).meta({ isSecret: true });

function httpsProblem(url: string): string | undefined {
  const [, host = '', port = '443'] = /^https:\/\/([^/?#@:\s]+)(?::(\d+))?(?:[/?][^#\s]*)?$/.exec(url) ?? [];
  if (!isHost(host)) {
    return 'must be an https URL';
  }
  return port === '443' || port === '80' ? undefined : 'must have the port 443 or 80';
}

/** What Cognito adds to the issuer. */
const discoveryPath = '/.well-known/openid-configuration';

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-idp.html */
const issuerRule = stringRule(
  'an https URL with the port 443 or 80, without a query, a fragment and a slash at its end',
  (url) =>
    httpsProblem(url) ??
    (url.endsWith(discoveryPath)
      ? `must be the issuer, ${url.slice(0, -discoveryPath.length)}, and not the URL of its discovery document`
      : /[?]|\/$/.test(url)
        ? 'must not have a query, or end with a slash'
        : undefined),
);

const metadataUrlRule = stringRule('an https URL with the port 443 or 80', httpsProblem);

const metadataFileRule = fileRule(
  'an .xml file with the metadata of the provider',
  /\.xml$/i,
  'an .xml file',
  (content) => {
    const xml = content.toString('utf8');
    if (content.length > longest) {
      return `must have at most ${longest} bytes, got ${content.length}`;
    }
    if (/[$%]\{/.test(xml)) {
      return 'must not contain ${ or %{, which starts a Terraform template';
    }
    return /<(?:\w+:)?EntityDescriptor\s/.test(xml) && /<(?:\w+:)?IDPSSODescriptor\s/.test(xml)
      ? undefined
      : 'must contain the SAML metadata of an identity provider, with EntityDescriptor and IDPSSODescriptor';
  },
);

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html */
const mappedAttributeRule = stringRule(
  `${[...standardAttributes, ...verificationAttributes].join(', ')}, or one of userPool.attributes`,
  (name) =>
    isStandardAttribute(name) || isVerificationAttribute(name) || name.startsWith(customPrefix)
      ? undefined
      : name === 'username'
        ? 'must not be username, which Cognito sets itself'
        : 'must be that of a user attribute',
);

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
const scopesRule = z
  .array(charactersRule('printable ASCII without space, " and \\', { legal: /^[\x21\x23-\x5B\x5D-\x7E]$/, max: 256 }))
  .min(1);

const anotherName = 'is rejected: give the other provider another name';
const notReturned =
  'is rejected: Cognito does not return the private key. Remove the provider, deploy, and add it again';

const typeOf = <Type extends ProviderType>(type: Type) =>
  z
    .literal(type)
    .describe(`Type of the provider: ${types.join(', ')}.`)
    .meta({ change: anotherName });

/** What a provider of every type has. */
const ofEveryType = {
  attributes: mapRule(mappedAttributeRule, { entry: anyText }).describe(
    "User attributes that Cognito writes at every sign-in, by name: the provider's name of each.",
  ),
  idpIdentifiers: z
    .array(charactersRule('letters, digits, spaces and _ + = . @ -', { legal: /^[\w\s+=.@-]$/, max: 40 }))
    .min(1)
    .max(50)
    .optional()
    .describe('Other names for `idp_identifier` of a login URL, such as the domains of a company.'),
};

const clientId = anyText.describe('ID that the provider has given to your application.');
const clientSecret = secretRule.describe(
  'ARN of the parameter or the secret, in the same region, whose value is the client secret.',
);
const scopes = (...names: string[]) => scopesRule.default(names).describe('Scopes that Cognito requests.');

/** The settings of an identity provider, by its type. */
export const providerKinds = {
  oidc: objectRule(
    {
      type: typeOf('oidc'),
      issuer: issuerRule
        .describe('URL of the OpenID provider, below which its discovery document is.')
        .meta({ change: anotherName }),
      clientId,
      clientSecret,
      scopes: scopes('openid'),
      attributesRequestMethod: z
        .enum(['GET', 'POST'])
        .default('GET')
        .describe('HTTP method with which Cognito gets the attributes from the userinfo endpoint.'),
      ...ofEveryType,
    },
    ({ scopes: given = ['openid'] }) =>
      given.includes('openid') || given.includes(undefined)
        ? []
        : [{ path: ['scopes'], problem: 'must include openid' }],
  ),
  google: objectRule({
    type: typeOf('google'),
    clientId,
    clientSecret,
    scopes: scopes('openid', 'email', 'profile'),
    ...ofEveryType,
  }),
  apple: objectRule({
    type: typeOf('apple'),
    clientId: anyText.describe('ID of your service (Services ID).').meta({ change: notReturned }),
    teamId: anyText.describe('ID of your team.').meta({ change: notReturned }),
    keyId: anyText.describe('ID of the private key.').meta({ change: notReturned }),
    privateKey: secretRule
      .describe('ARN of the parameter or the secret, in the same region, whose value is the private key.')
      .meta({ change: 'has no effect until the provider is removed and added again' }),
    scopes: scopes('email', 'name').meta({ change: notReturned }),
    ...ofEveryType,
  }),
  facebook: objectRule({
    type: typeOf('facebook'),
    clientId,
    clientSecret,
    scopes: scopes('public_profile', 'email'),
    ...ofEveryType,
  }),
  amazon: objectRule({ type: typeOf('amazon'), clientId, clientSecret, scopes: scopes('profile'), ...ofEveryType }),
  saml: objectRule(
    {
      type: typeOf('saml'),
      metadataUrl: metadataUrlRule.optional().describe('URL of the metadata of the provider.'),
      metadataFile: metadataFileRule.optional().describe('File of the project with the metadata, instead of its URL.'),
      idpSignout: z
        .boolean()
        .default(false)
        .describe('Whether a sign-out from the hosted login also signs the user out of the provider.'),
      ...ofEveryType,
    },
    (_, given) =>
      given.includes('metadataUrl') === given.includes('metadataFile')
        ? [{ path: [], problem: 'requires either metadataUrl or metadataFile' }]
        : [],
  ),
};

const { oidc, google, apple, facebook, amazon, saml } = providerKinds;
const identityProviderSettings = kindRule('type', [oidc, google, apple, facebook, amazon, saml]).meta({
  isSecret: true,
});

export type IdentityProviderSettings = z.output<typeof identityProviderSettings>;
export type IdentityProviderInput = z.input<typeof identityProviderSettings>;

/** The valid settings of an identity provider. */
interface Given {
  readonly type?: ProviderType | undefined;
  readonly clientSecret?: string | undefined;
  readonly privateKey?: string | undefined;
  readonly attributes?: object | undefined;
  readonly idpIdentifiers?: readonly (string | undefined)[] | undefined;
}

/** The identity providers of a user pool, by name. */
export const identityProvidersRule = mapRule(providerNameRule, {
  entry: identityProviderSettings,
  min: 0,
  max: 300,
  conflicts: (providers) => [
    ...findSharedNames(providers),
    ...Object.entries(providers).flatMap(([name, provider]) => within([name], findWrongName(name, provider?.type))),
    ...findSharedIdentifiers(Object.entries(providers)),
  ],
}).meta({ isSecret: true });

/** Finds a social provider without the name of its type, and another one with a name that is reserved. */
export function findWrongName(name: string, type: ProviderType | undefined): Problem[] {
  const social = type && socialNameOf(type);
  const reserved: readonly (string | undefined)[] = [cognitoProvider, ...types.map(socialNameOf)];
  if (social !== undefined) {
    const problem = `the name must be ${social}, the only one for the type ${type!}`;
    return name === social ? [] : [{ path: [], problem }];
  }
  return type !== undefined && reserved.includes(name) ? [{ path: [], problem: `the name ${name} is reserved` }] : [];
}

function findSharedIdentifiers(providers: readonly (readonly [string, Given | undefined])[]): Problem[] {
  const owners = new Map<string, string>();
  return providers.flatMap(([name, { idpIdentifiers = [] } = {}]) =>
    idpIdentifiers.flatMap((identifier, index) => {
      if (identifier === undefined) {
        return [];
      }
      const owner = owners.get(identifier);
      owners.set(identifier, owner ?? name);
      return owner === undefined
        ? []
        : [{ path: [name, 'idpIdentifiers', index], problem: `must not be that of ${owner}` }];
    }),
  );
}

/**
 * Finds conflicts of an identity provider with its user pool: attributes that Cognito could not write, and a secret that
 * Terraform could not read.
 */
export function findProviderConflicts(
  { attributes = {}, clientSecret, privateKey }: Given,
  pool: KnownAttributes,
  region: string | undefined,
): Problem[] {
  const custom = customAttributes(pool);
  const missing = Object.entries(pool ?? {}).flatMap(([name, attribute]) =>
    attribute?.required && !(name in attributes) ? [name] : [],
  );
  return [
    ...Object.keys(attributes).flatMap((name): Problem[] => {
      const path = ['attributes', name];
      if (name.startsWith(customPrefix) && !custom.includes(name)) {
        const allowed = custom.join(', ') || 'none';
        return [{ path, problem: 'the name must be that of an attribute in userPool.attributes', allowed }];
      }
      return pool?.[name]?.mutable === false
        ? [{ path, problem: 'is immutable: Cognito writes it at every sign-in, and the second one would fail' }]
        : [];
    }),
    ...(missing.length > 0
      ? [{ path: ['attributes'], problem: `must map ${missing.join(' and ')}, which the user pool requires` }]
      : []),
    ...findOtherRegion(['clientSecret'], clientSecret, [region]),
    ...findOtherRegion(['privateKey'], privateKey, [region]),
  ];
}
