import { excludesBefore } from '../stack/aws-stack';
import { findIdentityRegionConflict } from '../cognito/user-pool-email';
import { findUserPoolConflicts } from '../cognito/user-pool-settings';
import { isObject, type Problem, within } from '../rules/rule';

type Members = Readonly<Record<string, unknown>>;

/**
 * Finds what is wrong between the settings of the user pool, and between them and those of what belongs to it.
 *
 * @param settings the settings as the user wrote them, with the region and the provider version that count
 */
export function findUserPoolProblems(settings: Members): Problem[] {
  const { region, appClients } = settings;
  const userPool = isObject(settings.userPool) ? settings.userPool : {};
  const { email, tier } = userPool;
  return [
    ...within(['userPool'], findUserPoolConflicts(userPool)),
    ...(isObject(email) && typeof region === 'string'
      ? within(['userPool', 'email'], findIdentityRegionConflict(email, region))
      : []),
    ...(tier === 'LITE' && isObject(appClients) ? Object.entries(appClients) : []).flatMap(([name, client]) =>
      within(['appClients', name], isObject(client) ? findClientAboveLite(client) : []),
    ),
    ...findLoginProblems(settings, tier),
  ];
}

/**
 * Finds settings of an app client that the tier LITE does not have.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
 * @see https://aws.amazon.com/about-aws/whats-new/2025/04/amazon-cognito-refresh-token-rotation/
 */
function findClientAboveLite({ explicitAuthFlows, refreshTokenRotation }: Members): Problem[] {
  const otherTier = '"tier": "ESSENTIALS" or "PLUS" in userPool';
  return [
    ...(Array.isArray(explicitAuthFlows) && explicitAuthFlows.includes('ALLOW_USER_AUTH')
      ? [
          {
            path: ['explicitAuthFlows'],
            problem: 'has ALLOW_USER_AUTH, which needs a tier above LITE',
            got: explicitAuthFlows,
            allowed: `other flows, or ${otherTier}`,
          },
        ]
      : []),
    ...(isObject(refreshTokenRotation)
      ? [
          {
            path: ['refreshTokenRotation'],
            problem: 'needs a tier above LITE',
            got: refreshTokenRotation,
            allowed: `no rotation, or ${otherTier}`,
          },
        ]
      : []),
  ];
}

/** The first version of the AWS provider that has the styles of the managed login. */
const firstVersionWithBranding = '6.12.0';

/** Finds settings that contradict the host name of the login, or its pages. */
function findLoginProblems(settings: Members, tier: unknown): Problem[] {
  const { domainPrefix, customDomain, login, providerVersion } = settings;
  const isManaged = isObject(login) && login.style === 'managed';
  return [
    ...(domainPrefix !== undefined && customDomain !== undefined
      ? [
          {
            path: ['domainPrefix'],
            problem: 'contradicts customDomain',
            got: domainPrefix,
            allowed: 'either domainPrefix or customDomain',
          },
        ]
      : []),
    ...(isManaged && tier === 'LITE'
      ? [
          {
            path: ['login', 'style'],
            problem: 'needs a tier above LITE',
            got: login.style,
            allowed: 'classic, or managed with "tier": "ESSENTIALS" or "PLUS" in userPool',
          },
        ]
      : []),
    ...(isManaged && typeof providerVersion === 'string' && !excludesBefore(providerVersion, firstVersionWithBranding)
      ? [
          {
            path: ['providerVersion'],
            problem: `allows versions before ${firstVersionWithBranding}, which do not have the managed login`,
            got: providerVersion,
            allowed: `">= ${firstVersionWithBranding}, < 7.0.0", or a login of the style classic`,
          },
        ]
      : []),
  ];
}
