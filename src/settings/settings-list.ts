import { z } from 'zod';

import { formatPath } from '../rules/check';
import { isObject } from '../rules/rule';
import { type GivenSettings } from './cdktf-json';
import { type Environment, namesByEnvironment } from './environments';
import { hasExistingUserPool, inheritedSettings, isUserPoolSetting } from './existing-user-pool';
import { isReplaced } from './merge-settings';
import { settingsRule } from './settings';

/** A setting of an environment. */
export interface ListedSetting {
  /** Its place in `context.settings`, such as `restApi.name`. */
  readonly setting: string;
  /** Missing when an optional setting is not set. */
  readonly value?: unknown;
  /** Where the value comes from: the default, cdktf.json, `DOMAIN_PREFIX`, or the name of the environment. */
  readonly source: string;
  readonly description: string;
  /** What is allowed, in addition to the type. */
  readonly allowed?: string;
  /** The effect of a change, unless Terraform updates the resource in place. Completes the sentence "A change …". */
  readonly change?: string;
}

/**
 * Lists the settings of an environment.
 *
 * @param given the settings as the user wrote them
 * @param variables environment variables
 */
export function listSettings(
  environment: Environment,
  given: GivenSettings,
  variables: Readonly<Record<string, string | undefined>>,
): ListedSetting[] {
  const { name, settings } = environment;
  const isSetByEnvironment = (path: readonly string[]) =>
    name !== undefined && holds(given.environments, [name, ...path]);
  const own = isObject(given.environments) && name !== undefined ? given.environments[name] : undefined;
  const inherited = isObject(given.settings) && isObject(own) ? inheritedSettings(given.settings, own) : given.settings;
  const sourceOf = (path: readonly string[], inherits: boolean): string => {
    const setting = path.join('.');
    if (isSetByEnvironment(path)) {
      return `context.environments.${name!}`;
    }
    if (name !== undefined && namesByEnvironment.includes(setting)) {
      return 'name of the environment';
    }
    if (name === undefined && setting === 'domainPrefix' && variables.DOMAIN_PREFIX !== undefined) {
      return 'DOMAIN_PREFIX';
    }
    return inherits && holds(inherited, path) ? 'context.settings' : 'default';
  };
  const list = (rule: z.ZodType, path: readonly string[], value: unknown, inherits = true): ListedSetting[] => {
    const inner = innerRule(rule, value);
    if (inner instanceof z.ZodObject && value !== undefined) {
      const members = value as Readonly<Record<string, unknown>>;
      const inherit = inherits && !(isReplaced(inner) && isSetByEnvironment(path));
      return Object.entries(inner.shape).flatMap(([member, memberRule]) =>
        list(memberRule as z.ZodType, [...path, member], members[member], inherit),
      );
    }
    const entries = Object.entries(value ?? {});
    if (inner instanceof z.ZodRecord && !(inner.valueType instanceof z.ZodString) && entries.length > 0) {
      const entryRule = inner.valueType as z.ZodType;
      return entries.flatMap(([entry, members]) => list(entryRule, [...path, entry], members, inherits));
    }
    const { allowed = namesIn(inner), change } = { ...inner.meta(), ...rule.meta() };
    return [
      {
        setting: formatPath(path),
        ...(value !== undefined && { value }),
        source: sourceOf(path, inherits),
        description: rule.description ?? inner.description ?? '',
        ...(typeof allowed === 'string' && { allowed }),
        ...(typeof change === 'string' && { change }),
      },
    ];
  };
  const all = list(settingsRule, [], settings).filter(
    // A custom domain replaces the domain prefix.
    ({ setting }) => setting !== 'domainPrefix' || settings.customDomain === undefined,
  );
  return hasExistingUserPool(settings) ? all.filter(({ setting }) => !isUserPoolSetting(setting)) : all;
}

/** Lists the values of an enum, or the members of an object that is not set. */
function namesIn(rule: z.ZodType): string | undefined {
  if (rule instanceof z.ZodEnum) {
    return rule.options.join(', ');
  }
  return rule instanceof z.ZodObject ? `an object with ${Object.keys(rule.shape).join(', ')}` : undefined;
}

/** Returns the rule inside defaults and, of a union, the option that matches the value. */
function innerRule(rule: z.ZodType, value: unknown): z.ZodType {
  if (rule instanceof z.ZodDefault || rule instanceof z.ZodPrefault || rule instanceof z.ZodOptional) {
    return innerRule(rule.unwrap() as z.ZodType, value);
  }
  if (rule instanceof z.ZodUnion) {
    const matching = rule.options.find((option) => (option as z.ZodType).safeParse(value).success) as z.ZodType;
    return matching instanceof z.ZodObject ? matching : rule;
  }
  return rule;
}

/** Returns whether an object that the user wrote has a value at a path. */
function holds(given: unknown, [key, ...rest]: readonly string[]): boolean {
  return key === undefined || (isObject(given) && Object.hasOwn(given, key) && holds(given[key], rest));
}
