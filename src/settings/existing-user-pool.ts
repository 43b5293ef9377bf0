import { isObject, type Problem } from '../rules/rule';

type Given = Readonly<Record<string, unknown>>;

/** The settings of a user pool of these stacks, and of what is in it. */
const userPoolSettingNames = [
  'domainPrefix',
  'customDomain',
  'login',
  'userPool',
  'groups',
  'resourceServers',
  'appClients',
];

/** Whether settings, as the user wrote them, name a user pool that exists already. */
export function hasExistingUserPool({ userPool }: Given): boolean {
  return isObject(userPool) && userPool.arn !== undefined;
}

/** Whether a setting, such as `userPool.name`, has no effect beside the ARN of an existing user pool. */
export function isOfOwnUserPool(setting: string): boolean {
  return setting !== 'userPool.arn' && userPoolSettingNames.includes(setting.split('.')[0]!);
}

/** Finds settings that an existing user pool does not take: they would have no effect. */
export function findUnusedSettings(settings: Given): Problem[] {
  if (!hasExistingUserPool(settings)) {
    return [];
  }
  return [
    ...Object.keys(settings).map((name) => [name]),
    ...Object.keys(settings.userPool as Given).map((name) => ['userPool', name]),
  ]
    .filter((path) => path.join('.') !== 'userPool' && isOfOwnUserPool(path.join('.')))
    .map((path) => ({
      path,
      problem: 'has no effect beside userPool.arn, which names a user pool that exists already',
      allowed: 'one of the two',
    }));
}

/**
 * Returns the settings that an environment inherits: an existing user pool and a pool of its own replace each other.
 *
 * @param settings the settings of the default environment
 * @param own what the environment sets
 */
export function inheritedBeside(settings: Given, own: Given): Given {
  const setsOwnPool = Object.keys(own).some((name) => userPoolSettingNames.includes(name));
  return hasExistingUserPool(own) || (hasExistingUserPool(settings) && setsOwnPool)
    ? Object.fromEntries(Object.entries(settings).filter(([name]) => !userPoolSettingNames.includes(name)))
    : settings;
}
