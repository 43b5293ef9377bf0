import { z } from 'zod';

import { isObject } from '../rules/rule';

/**
 * Merges overrides into settings.
 *
 * Merges objects and maps key by key. Replaces every other value, and an object whose rule says so. Null removes an
 * entry of a map, or a setting without a default. Keeps invalid values: the check of the result reports them.
 *
 * @param rule rule of the settings, which distinguishes objects, maps, and values that can be any JSON
 */
export function mergeSettings(rule: z.ZodType, settings: unknown, overrides: unknown): unknown {
  const inner = objectRule(rule);
  if (!inner || isReplaced(inner) || !isObject(overrides)) {
    return overrides;
  }
  const isMap = inner instanceof z.ZodRecord;
  // The default of a map is also merged. The defaults of an object are filled in when the result is checked.
  const base = isObject(settings) ? settings : isMap ? (rule.safeParse(undefined).data ?? {}) : {};
  const merged = new Map<string, unknown>(Object.entries(base));
  for (const [key, override] of Object.entries(overrides)) {
    const member = (isMap ? inner.valueType : inner.shape[key]) as z.ZodType | undefined;
    const isRemovable = isMap || member === undefined || member instanceof z.ZodOptional;
    if (override === null && isRemovable && merged.has(key)) {
      merged.delete(key);
      continue;
    }
    merged.set(key, mergeSettings(member ?? z.unknown(), merged.get(key), override));
  }
  return Object.fromEntries(merged);
}

/** Returns whether overrides replace an object as a whole: the members of a mock response belong together. */
export function isReplaced(rule: z.ZodType): boolean {
  return rule.meta()?.isReplaced === true;
}

/** Returns the rule about an object or map inside defaults and unions, or undefined. */
function objectRule(rule: z.ZodType): z.ZodObject | z.ZodRecord | undefined {
  if (rule instanceof z.ZodObject || rule instanceof z.ZodRecord) {
    return rule;
  }
  if (rule instanceof z.ZodDefault || rule instanceof z.ZodPrefault || rule instanceof z.ZodOptional) {
    return objectRule(rule.unwrap() as z.ZodType);
  }
  if (rule instanceof z.ZodUnion) {
    return rule.options.map((option) => objectRule(option as z.ZodType)).find((option) => option !== undefined);
  }
  return undefined;
}
