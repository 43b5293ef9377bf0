import { z } from 'zod';

import { defaultSettings, settingsRule } from '../../src/settings/settings';

/** Writes the README's table of settings from their rules. */
export function settingsTable(): string {
  return ['| setting | default | what it is |', '|---|---|---|', ...rowsOf(settingsRule, [], defaultSettings)].join(
    '\n',
  );
}

function rowsOf(rule: z.ZodObject, path: readonly string[], defaults: object | undefined): string[] {
  return Object.entries(rule.shape).flatMap(([name, member]) => {
    const memberRule = member as z.ZodType;
    const memberPath = [...path, name];
    const inner = unwrap(memberRule);
    const value = (defaults as Record<string, unknown> | undefined)?.[name] ?? defaultOf(memberRule);
    if (inner instanceof z.ZodObject) {
      return rowsOf(inner, memberPath, value as object);
    }
    if (inner instanceof z.ZodRecord && unwrap(inner.valueType as z.ZodType) instanceof z.ZodObject) {
      const entry = unwrap(inner.valueType as z.ZodType) as z.ZodObject;
      const names = Object.keys(value as object).map((each) => `\`${each}\``);
      return [
        row(memberPath, names.join(', '), memberRule.description),
        ...rowsOf(entry, [...memberPath, 'NAME'], undefined),
      ];
    }
    return [row(memberPath, value === undefined ? absent(memberRule) : `\`${shown(value)}\``, memberRule.description)];
  });
}

function row(path: readonly string[], value: string, description: string | undefined): string {
  return `| \`${path.join('.')}\` | ${value} | ${description ?? ''} |`;
}

function absent(rule: z.ZodType): string {
  return rule instanceof z.ZodOptional ? 'none' : 'required';
}

function shown(value: unknown): string {
  const list = Array.isArray(value) && value.length > 0 ? value.join(', ') : undefined;
  return list ?? (typeof value === 'string' ? value : JSON.stringify(value));
}

function unwrap(rule: z.ZodType): z.ZodType {
  return rule instanceof z.ZodDefault || rule instanceof z.ZodPrefault || rule instanceof z.ZodOptional
    ? unwrap(rule.unwrap() as z.ZodType)
    : rule;
}

function defaultOf(rule: z.ZodType): unknown {
  const { success, data } = rule.safeParse(undefined);
  return success ? data : undefined;
}
