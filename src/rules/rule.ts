import type { Construct } from 'constructs';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';

/** A token of CDKTF in a text. CDKTF itself would be loaded into each process that reads a setting. */
const token = /\$\{TfToken\[[^\]]+\]\}/;

/** A rule about a text. */
export type TextRule = z.ZodType<string, string>;

/**
 * Defines a rule that AWS or Terraform has about a text.
 *
 * A value that only apply knows (a token) passes: there is nothing to look at yet.
 *
 * @param allowed what is allowed; completes the sentence "allowed: …"
 * @param problem says what is wrong with a text, or nothing when it is right
 */
export function textRule(allowed: string, problem: (text: string) => string | undefined): TextRule {
  return z
    .string()
    .superRefine((text, context) => {
      const message = token.test(text) ? undefined : problem(text);
      if (message !== undefined) {
        context.addIssue({ code: 'custom', message, params: { allowed } });
      }
    })
    .meta({ allowed });
}

/** Finds members of an object that do not go together. Some can have wrong values. */
export type Conflicts = (members: Readonly<Record<string, unknown>>) => readonly Problem[];

/** Defines the most common rule about a text: how long it may be, and of which characters. */
export function charactersRule(
  characters: string,
  { legal, max }: { readonly legal: RegExp; readonly max: number },
): TextRule {
  return textRule(`1 to ${max} characters: ${characters}`, (text) => {
    if (text.length < 1 || text.length > max) {
      return `is ${text.length} characters long`;
    }
    return illegalCharacter(text, legal);
  });
}

/** Says which character of a text is not legal, or nothing when all are. */
export function illegalCharacter(text: string, legal: RegExp): string | undefined {
  const illegal = Array.from(text).find((character) => !legal.test(character));
  return illegal === undefined ? undefined : `contains ${JSON.stringify(illegal)}`;
}

/**
 * Defines a rule about an object with these members and no others; an unknown one is answered with the nearest.
 *
 * @param conflicts finds members that do not go together; it gets the wrong ones, too, so that one report has everything
 * @param misplaced says of a name that is not allowed here why not, or nothing when it is not known at all
 */
export function membersRule<Shape extends z.ZodRawShape>(
  members: Shape,
  conflicts?: Conflicts,
  misplaced?: (name: string) => string | undefined,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(members);
  const notKnown = (key: string) =>
    `${misplaced?.(key) ?? `is not known, did you mean "${closest(key, known)}"?`}; allowed: ${known.join(', ')}`;
  const rule = z.strictObject(members, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map(notKnown).join('\n') : undefined),
  });
  return conflicts === undefined
    ? rule
    : rule.superRefine(
        (value, context) => {
          for (const { path, problem, allowed } of conflicts(value)) {
            context.addIssue({ code: 'custom', path: [...path], message: problem, params: { allowed } });
          }
        },
        { when: ({ value }) => isObject(value) },
      );
}

/** Defines a rule about a map: about its names, its entries, and how many there are. */
export function mapRule<Entry extends z.ZodType>(
  name: TextRule,
  { entry, min = 1, max = Infinity }: { readonly entry: Entry; readonly min?: number; readonly max?: number },
): z.ZodRecord<z.ZodString, Entry> {
  // A z.record that has a rule about its names does not look into the entry of a wrong one.
  return z.record(z.string(), entry).superRefine(
    (map, context) => {
      const names = Object.keys(map);
      for (const key of names) {
        const { issues = [] } = name.safeParse(key).error ?? {};
        if (issues.length > 0) {
          context.addIssue({ code: 'invalid_key', origin: 'record', path: [key], input: map, issues });
        }
      }
      if (names.length < min || names.length > max) {
        const allowed = max === Infinity ? `at least ${min}` : `${min} to ${max}`;
        const message = `has ${names.length === 0 ? 'no entry' : `${names.length} entries`}`;
        context.addIssue({ code: 'custom', message, params: { allowed } });
      }
    },
    { when: ({ value }) => isObject(value) },
  );
}

/** Lists all that is wrong with an input, each with where, what, the value got and what is allowed. */
export function problemsOf(rule: z.ZodType, input: unknown): string[] {
  const { error } = rule.safeParse(input);
  return (error?.issues ?? []).flatMap((issue) => problemsIn(issue, input)).map(describeProblem);
}

/**
 * Refuses props that break a rule, so that a construct is as safe without this project's settings as with them.
 *
 * @throws an error that lists every broken rule and every conflict
 */
export function assertRules(
  construct: Construct,
  rules: z.ZodRawShape,
  props: object,
  conflicts: Conflicts = () => [],
): void {
  const problems = [
    ...problemsOf(z.object(rules), props),
    ...conflicts(props as Readonly<Record<string, unknown>>).map(describeProblem),
  ];
  if (problems.length > 0) {
    throw new Error(`[${construct.node.path}] ${problems.join('\n')}`);
  }
}

/** Writes one problem as the sentence in which all of them are reported. */
export function describeProblem({ path, problem, got, allowed }: Problem): string {
  const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  return (
    `${where}${problem}` +
    (got === undefined ? '' : `, got ${abbreviate(JSON.stringify(got))}`) +
    (allowed === undefined ? '' : `; allowed: ${allowed}`)
  );
}

export interface Problem {
  /** Where the value stands, from the outermost key to the innermost. */
  readonly path: readonly PropertyKey[];
  /** What is wrong, as a predicate: `is too long`. */
  readonly problem: string;
  readonly got?: unknown;
  readonly allowed?: string | undefined;
}

function problemsIn(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const { path } = issue;
  const got = path.reduce<unknown>(memberOf, input);
  switch (issue.code) {
    case 'custom':
      return [
        {
          path,
          problem: issue.message,
          // A secret is not repeated.
          got: issue.params?.isSecret === true ? undefined : got,
          allowed: issue.params?.allowed as string | undefined,
        },
      ];
    case 'invalid_type':
      return [
        {
          path,
          problem: got === undefined ? 'is missing' : 'is of the wrong type',
          got,
          allowed: typeNames[issue.expected] ?? issue.expected,
        },
      ];
    case 'invalid_value':
      return [{ path, problem: 'is not known', got, allowed: issue.values.map(String).join(', ') }];
    case 'invalid_key':
      return issue.issues
        .flatMap((inner) => problemsIn(inner, path.at(-1)))
        .map(({ problem, allowed }) => ({ path, problem: `has a name that ${problem}`, got: path.at(-1), allowed }));
    case 'invalid_union': {
      // A member that tells the options apart has a value that none of them has.
      if ('options' in issue) {
        const allowed = (issue.options as unknown[]).filter((option) => option !== undefined).map(String);
        return [{ path, problem: got === undefined ? 'is missing' : 'is not known', got, allowed: allowed.join(', ') }];
      }
      // The option that was meant is the one that the value fits furthest.
      const options = issue.errors.map((inner) => inner.flatMap((each) => problemsIn(each, got)));
      const meant = options.find((problems) => problems.every((problem) => problem.path.length > 0));
      return meant
        ? meant.map((problem) => ({ ...problem, path: [...path, ...problem.path] }))
        : [
            {
              path,
              problem: got === undefined ? 'is missing' : 'is not allowed',
              got,
              allowed: options
                .flat()
                .map(({ allowed }) => allowed)
                .join(' or '),
            },
          ];
    }
    case 'too_small': {
      const problem = issue.origin === 'array' ? 'has too few entries' : 'is too small';
      return [{ path, problem, got, allowed: `at least ${issue.minimum}` }];
    }
    case 'too_big': {
      const problem = issue.origin === 'array' ? 'has too many entries' : 'is too large';
      return [{ path, problem, got, allowed: `at most ${issue.maximum}` }];
    }
    case 'unrecognized_keys':
      return issue.message.split('\n').map((problem, index) => ({ path: [...path, issue.keys[index]!], problem }));
    default:
      return [{ path, problem: got === undefined ? 'is missing' : 'is not allowed', got }];
  }
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  tuple: 'a list of at least one',
};

/** Puts problems that were found in a part of an input to its path. */
export function within(path: readonly PropertyKey[], problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function abbreviate(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
