import { z } from 'zod';

/** A rule about a string. */
export type StringRule = z.ZodType<string, string>;

/** Something that breaks a rule. */
export interface Problem {
  /** Where the value is, from the outermost key to the innermost. */
  readonly path: readonly PropertyKey[];
  /** What is wrong: `must …`, to which the report adds the value; or a statement that needs no value. */
  readonly problem: string;
  /** What is allowed, in addition to what the problem says. */
  readonly allowed?: string | undefined;
  /** The handler to change, if the problem is in its code and not in the value. */
  readonly handler?: string | undefined;
}

/**
 * Finds members of an object that conflict.
 *
 * Gets only valid members: without those that break their own rule, and without tokens of CDKTF. `given` lists the
 * names of all members.
 */
export type Conflicts<T> = (members: ValidParts<T>, given: readonly string[]) => readonly Problem[];

/** The valid parts of a value. */
export type ValidParts<T> = T extends readonly (infer Item)[]
  ? readonly (ValidParts<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: ValidParts<T[Key]> | undefined }
    : T;

/**
 * Defines a rule that AWS or Terraform has about a string.
 *
 * A token of CDKTF passes, because only apply knows its value.
 *
 * @param allowed what is allowed; completes the sentence "allowed: …"
 * @param problem returns what is wrong with a string, or undefined
 * @param options.isKnown whether the value must be known at synth, so that a token does not pass
 * @param options.isSecret returns whether a value can be a secret, which no report repeats
 */
export function stringRule(
  allowed: string,
  problem: (value: string) => string | undefined,
  {
    isKnown = false,
    isSecret = () => false,
  }: { readonly isKnown?: boolean; readonly isSecret?: (value: string) => boolean } = {},
): StringRule {
  return z
    .string()
    .superRefine((value, context) => {
      const message = !isToken(value)
        ? problem(value)
        : isKnown
          ? 'must be known at synth, and not only at apply'
          : undefined;
      if (message !== undefined) {
        context.addIssue({ code: 'custom', message, params: { allowed, isSecret: isSecret(value) } });
      }
    })
    .meta({ allowed });
}

/** Defines the most common rule about a string: its length, and its characters. */
export function charactersRule(
  characters: string,
  { legal, max }: { readonly legal: RegExp; readonly max: number },
): StringRule {
  return stringRule(
    `1 to ${max} characters: ${characters}`,
    (value) => lengthProblem(value, 1, max) ?? illegalCharacter(value, legal),
  );
}

/** Defines the rule about a name or a description for which AWS names no characters, of 1 to `max` characters. */
export function textRule(max: number, { hasLines = false } = {}): StringRule {
  return charactersRule(`any, but no control characters${hasLines ? ' other than tabs and line breaks' : ''}`, {
    legal: hasLines ? /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])$/u : /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]$/u,
    max,
  });
}

/** Returns what is wrong with the length of a string, or undefined. */
export function lengthProblem(value: string, min: number, max: number): string | undefined {
  return value.length < min || value.length > max
    ? `must have ${min} to ${max} characters, got ${value.length}`
    : undefined;
}

/** Returns what is wrong with the characters of a string, or undefined. */
export function illegalCharacter(value: string, legal: RegExp): string | undefined {
  const illegal = Array.from(value).find((character) => !legal.test(character));
  return illegal === undefined ? undefined : `must not contain ${JSON.stringify(illegal)}`;
}

/** Defines a rule about an object with these members and no others. */
export function objectRule<Shape extends z.ZodRawShape>(
  members: Shape,
  conflicts?: Conflicts<z.output<z.ZodObject<Shape>>>,
): z.ZodObject<Shape, z.core.$strict> {
  const rule = z.strictObject(members);
  return conflicts ? rule.superRefine(reportConflicts(conflicts), { when: isOfAnObject }) : rule;
}

/** Defines a rule about an object of one of several kinds. A member names the kind. */
export function kindRule<Kinds extends [z.ZodObject, ...z.ZodObject[]]>(
  member: string,
  kinds: Kinds,
): z.ZodDiscriminatedUnion<Kinds> {
  for (const kind of kinds) {
    kindsOf.set(kind, { member, kinds });
  }
  return z.discriminatedUnion(member, kinds);
}

/** The kinds of an object, and the member that names the kind, by the rule about one of them. */
export const kindsOf = new WeakMap<
  z.core.$ZodType,
  { readonly member: string; readonly kinds: readonly z.ZodObject[] }
>();

/** Defines a rule about a map: its names, its entries, and how many it has. */
export function mapRule<Entry extends z.ZodType>(
  name: StringRule,
  {
    entry,
    min = 1,
    max = Infinity,
    conflicts = () => [],
  }: {
    readonly entry: Entry;
    readonly min?: number;
    readonly max?: number;
    readonly conflicts?: Conflicts<Record<string, z.output<Entry>>>;
  },
): z.ZodRecord<z.ZodString, Entry> {
  // A z.record with a rule about its names does not check the entry of an invalid name.
  return z
    .record(z.string(), entry)
    .superRefine(
      (map, context) => {
        const names = Object.keys(map);
        for (const key of names) {
          for (const issue of name.safeParse(key).error?.issues ?? []) {
            const message = issue.message.replace(/^must/, 'the name must');
            context.addIssue({
              code: 'custom',
              path: [key],
              message,
              params: { ...('params' in issue && issue.params) },
            });
          }
        }
        if (names.length < min || names.length > max) {
          const count = max === Infinity ? `at least ${min} entry` : `${min} to ${max} entries`;
          const message = `must have ${count}, got ${names.length}`;
          context.addIssue({ code: 'custom', message });
        }
      },
      { when: isOfAnObject },
    )
    .superRefine(reportConflicts(conflicts), { when: isOfAnObject });
}

function isOfAnObject({ value }: z.core.ParsePayload): boolean {
  return isObject(value);
}

function reportConflicts<T>(conflicts: Conflicts<T>) {
  return (value: T, context: z.core.$RefinementCtx<T>) => {
    for (const { path, problem, allowed } of conflicts(validParts(value, context.issues), namesIn(value))) {
      context.addIssue({ code: 'custom', path: [...path], message: problem, params: { allowed } });
    }
  };
}

/** Returns the problem of a member that conflicts with another one, which an environment can have inherited. */
export function conflictOf(member: string, other: string): Problem {
  return {
    path: [member],
    problem: `conflicts with ${other}`,
    allowed: 'one of them. In an environment that inherits the other, set that to null',
  };
}

/** Lists the names of the members that an object has. */
export function namesIn(value: unknown): string[] {
  return isObject(value) ? Object.keys(value).filter((name) => value[name] !== undefined) : [];
}

/** Puts problems of a part of an input to its path. */
export function within(path: readonly PropertyKey[], problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns whether a value is a token of CDKTF or contains one, because only apply knows it.
 *
 * Does not import CDKTF, which is slow to load: each process that reads a setting calls this.
 */
export function isToken(value: unknown): boolean {
  if (typeof value === 'string') {
    return /[$#]\{TfToken\[/.test(value);
  }
  if (Array.isArray(value)) {
    return value.length === 1 && String(value[0]).startsWith('#{TfToken[');
  }
  // A number that is a token is far below all others.
  return isObject(value)
    ? Object.keys(value).some((name) => name.startsWith('&{TfToken['))
    : typeof value === 'number' && value < -1e288;
}

/** Returns a value without the parts that break their own rule, and without tokens. */
export function validParts<T>(value: T, issues: readonly z.core.$ZodRawIssue[]): ValidParts<T> {
  return (prune(value, issues, 0) ?? {}) as ValidParts<T>;
}

/** Returns a part without what is not valid. The issues are those of the part, whose path has that many keys. */
function prune(part: unknown, issues: readonly z.core.$ZodRawIssue[], depth: number): unknown {
  const isContainer = typeof part === 'object' && part !== null;
  const isWrong = ({ path = [], code }: z.core.$ZodRawIssue) =>
    path.length === depth && (!isContainer || code.startsWith('invalid_'));
  if (isToken(part) || issues.some(isWrong)) {
    return undefined;
  }
  const pruneMember = (member: unknown, key: PropertyKey) =>
    prune(member, issues.length === 0 ? issues : issues.filter(({ path = [] }) => path[depth] === key), depth + 1);
  if (Array.isArray(part)) {
    return part.map((item, index) => pruneMember(item, index));
  }
  return isContainer
    ? Object.fromEntries(Object.entries(part).map(([name, member]) => [name, pruneMember(member, name)]))
    : part;
}
