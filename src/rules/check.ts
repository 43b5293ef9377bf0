import type { Construct } from 'constructs';
import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';

import { type Conflicts, isToken, type ValidParts, validParts, kindsOf, namesIn, type Problem, within } from './rule';

/** What a check of an input has found. */
export interface Checked<T> {
  /** The input with its defaults. Valid only without problems. */
  readonly value: T;
  /** The valid parts of the input. */
  readonly validParts: ValidParts<T>;
  /** Every problem, with its path and a sentence. */
  readonly problems: readonly CheckedProblem[];
}

export interface CheckedProblem {
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
  /** The handler to change, if the problem is in its code and not in the value. */
  readonly handler?: string | undefined;
}

/**
 * Checks an input once: fills in the defaults, and finds everything that breaks a rule.
 *
 * @param conflicts finds conflicts in addition to those that the rule finds
 */
export function check<Rule extends z.ZodType>(
  rule: Rule,
  input: unknown,
  conflicts: Conflicts<z.output<Rule>> = () => [],
): Checked<z.output<Rule>> {
  // `safeParse` does not return the value of an input that has problems.
  const { value, issues } = rule._zod.run({ value: input, issues: [] }, { async: false }) as z.core.ParsePayload<
    z.output<Rule>
  >;
  const known = validParts(value, issues);
  const found = [
    ...issues.filter((issue) => !standsForToken(issue, value)).flatMap((issue) => problemsIn(issue)),
    ...conflicts(known, namesIn(value)),
  ];
  return {
    value,
    validParts: known,
    problems: found.map((problem) => ({
      path: problem.path,
      sentence: sentenceOf(problem, value),
      handler: problem.handler,
    })),
  };
}

/**
 * Returns the props of a construct with their defaults.
 *
 * Checks the props, so that a construct is as safe without the settings of this project.
 *
 * @param rule the rule about the props; other members of `props` are ignored
 * @param conflicts finds props that conflict with other constructs
 * @throws an error that lists everything that is wrong
 */
export function readProps<Rule extends z.ZodObject>(
  construct: Construct,
  rule: Rule,
  props: object,
  conflicts?: Conflicts<z.output<Rule>>,
): z.output<Rule> {
  const own = Object.fromEntries(Object.entries(props).filter(([name]) => name in rule.shape));
  const { value, problems } = check(rule, own, conflicts);
  if (problems.length > 0) {
    throw new Error(`[${construct.node.path}] ${problems.map(describeProblem).join('\n')}`);
  }
  return value;
}

/** Writes a problem as it is reported: `userPool.name: must not contain "!", got "pool!"`. */
export function describeProblem({ path, sentence }: CheckedProblem): string {
  return path.length === 0 ? sentence : `${formatPath(path)}: ${sentence}`;
}

/** Writes a path as JavaScript and Terraform do: `routes["GET /orders"].scopes[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') {
        return `[${key}]`;
      }
      return /^[A-Za-z_][\w-]*$/.test(String(key)) ? `${index === 0 ? '' : '.'}${String(key)}` : `["${String(key)}"]`;
    })
    .join('');
}

/** An issue of zod, whose message is not yet written. */
type Issue = z.core.$ZodRawIssue;

interface FoundProblem extends Problem {
  /** Whether the value can be a secret, which no report repeats. */
  readonly isSecret?: boolean | undefined;
}

/** Returns whether an issue is about a token: a number, or an item of a list or map. */
function standsForToken({ path = [] }: Issue, value: unknown): boolean {
  const got = valueAt(value, path);
  return (
    path.some((_key, index) => isToken(valueAt(value, path.slice(0, index)))) ||
    (typeof got === 'number' && isToken(got))
  );
}

function sentenceOf({ path, problem, allowed, isSecret }: FoundProblem, value: unknown): string {
  const got = JSON.stringify(valueAt(value, path)) as string | undefined;
  const showsValue = problem.startsWith('must') && !problem.includes(', got ') && got !== undefined && !isSecret;
  const shown = showsValue ? `, got ${got.length > 200 ? `${got.slice(0, 200)}…` : got}` : '';
  // A problem in a file that a setting names says itself what is allowed there.
  const saysAllowed = allowed === undefined || problem.includes('; allowed: ');
  return `${problem}${shown}${saysAllowed ? '' : `; allowed: ${allowed}`}`;
}

function problemsIn(issue: Issue): FoundProblem[] {
  const path = [...(issue.path ?? [])];
  switch (issue.code) {
    case 'custom': {
      const { allowed, isSecret } = (issue.params ?? {}) as Pick<FoundProblem, 'allowed' | 'isSecret'>;
      const message = issue.message ?? issue.inst?._zod.def.error?.(issue as never);
      return [
        {
          path,
          problem: typeof message === 'string' ? message : String(message?.message),
          allowed,
          isSecret: isSecret === true,
        },
      ];
    }
    case 'invalid_type': {
      const type = typeNames[issue.expected] ?? issue.expected;
      const { isSecret } = ((issue.inst as z.ZodType | undefined)?.meta() ?? {}) as Pick<FoundProblem, 'isSecret'>;
      return [{ path, problem: issue.input === undefined ? 'is required' : `must be ${type}`, isSecret }];
    }
    case 'invalid_value':
      return [oneOf(path, issue.values, issue.input)];
    case 'invalid_union': {
      if ('options' in issue) {
        const { discriminator } = issue as unknown as { readonly discriminator: string };
        return [oneOf(path, issue.options as unknown[], valueAt(issue.input, [discriminator]))];
      }
      // Checked again: the issues of a union do not name the rule that they come from.
      const options = (issue.inst as z.ZodUnion)._zod.def.options.map(
        (option) => option._zod.run({ value: issue.input, issues: [] }, { async: false }) as z.core.ParsePayload,
      );
      // The intended option has the type of the value.
      const intended = options.find(({ issues }) =>
        issues.every(({ path: at = [], code }) => at.length > 0 || !code.startsWith('invalid_')),
      )?.issues;
      const problems = (intended ?? options.flatMap(({ issues }) => issues)).flatMap((inner) => problemsIn(inner));
      const types = problems.map(({ problem }) => problem.replace('must be ', '')).join(' or ');
      return intended ? within(path, problems) : [{ path, problem: `must be ${types}` }];
    }
    case 'too_small':
      return [
        {
          path,
          problem: boundProblem(issue.inclusive === false ? 'greater than' : 'at least', issue.minimum, issue.input),
        },
      ];
    case 'too_big':
      return [{ path, problem: boundProblem('at most', issue.maximum, issue.input) }];
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownMember([...path, key], issue.inst as z.ZodObject));
    default:
      return [{ path, problem: 'must be valid' }];
  }
}

function boundProblem(relation: string, bound: number | bigint, got: unknown): string {
  return Array.isArray(got)
    ? `must have ${relation} ${bound} ${bound === 1 ? 'entry' : 'entries'}, got ${got.length}`
    : `must be ${relation} ${bound}`;
}

function oneOf(path: readonly PropertyKey[], values: readonly unknown[], got: unknown): Problem {
  const allowed = values.filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  if (got === undefined) {
    return { path, problem: 'is required', allowed: allowed.join(', ') };
  }
  return { path, problem: `must be ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}` };
}

function unknownMember(path: readonly PropertyKey[], rule: z.ZodObject): Problem {
  const key = String(path.at(-1));
  const names = Object.keys(rule.shape);
  const { member, kinds = [] } = kindsOf.get(rule) ?? {};
  const kind = kinds.find(({ shape }) => key in shape);
  if (kind && member !== undefined) {
    const [value] = kind._zod.propValues[member] ?? [];
    return { path, problem: `requires ${JSON.stringify(member)}: ${JSON.stringify(value)}`, allowed: names.join(', ') };
  }
  const { rejected = {} } = (rule.meta() ?? {}) as { readonly rejected?: Readonly<Record<string, string>> };
  if (Object.hasOwn(rejected, key)) {
    return { path, problem: rejected[key]!, allowed: names.join(', ') };
  }
  const nearest = closest(key, names);
  const suggestion = distance(key, nearest) <= key.length / 2 ? ` (did you mean ${JSON.stringify(nearest)}?)` : '';
  return { path, problem: `unknown name${suggestion}`, allowed: names.join(', ') };
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null ? (part as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
