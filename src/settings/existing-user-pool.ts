import { isObject } from '../rules/rule';

type Given = Readonly<Record<string, unknown>>;

/** The settings of the user pool that the stacks define, and of its resources. */
const userPoolSettingNames = [
  'domainPrefix',
  'customDomain',
  'login',
  'userPool',
  'groups',
  'identityProviders',
  'resourceServers',
  'appClients',
];

/** Returns whether settings name an existing user pool. */
export function hasExistingUserPool({ userPool }: Given): boolean {
  return isObject(userPool) && userPool.arn !== undefined;
}

/** Returns whether a setting, such as `userPool.name`, has no effect with the ARN of an existing user pool. */
export function isUserPoolSetting(setting: string): boolean {
  return setting !== 'userPool.arn' && userPoolSettingNames.includes(/^\w+/.exec(setting)?.[0] ?? '');
}

/**
 * Returns the settings that an environment inherits: an existing user pool and a new one replace each other.
 *
 * @param settings the settings of the default environment
 * @param own what the environment sets
 */
export function inheritedSettings(settings: Given, own: Given): Given {
  const setsOwnPool = Object.keys(own).some((name) => userPoolSettingNames.includes(name));
  return hasExistingUserPool(own) || (hasExistingUserPool(settings) && setsOwnPool)
    ? Object.fromEntries(Object.entries(settings).filter(([name]) => !userPoolSettingNames.includes(name)))
    : settings;
}
