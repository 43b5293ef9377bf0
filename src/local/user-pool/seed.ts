import { z } from 'zod';

import { isObject } from '../../rules/rule';
import { PasswordPolicyError } from './passwords/password-policy';
import { type UserPool } from './user-pool';
import { UserPoolError } from './user-pool-error';

/** Something in a seed that the user pool rejects. It does not repeat the value, which can be a password. */
interface SeedProblem {
  /** Where it is, from the outermost key to the innermost. */
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** A seed that the user pool rejects. */
export class SeedError extends Error {
  constructor(readonly problems: readonly SeedProblem[]) {
    super(problems.map(({ path, problem }) => `${path.join('.')}: ${problem}`).join('\n'));
  }
}

/** A user in a seed, with the defaults. */
interface SeedUser {
  /** Only where users sign in with one. */
  readonly username?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly password: string;
  readonly status: (typeof statuses)[number];
  readonly groups: readonly string[];
}

const statuses = ['CONFIRMED', 'UNCONFIRMED', 'FORCE_CHANGE_PASSWORD'] as const;

/** The longest value of an attribute in Cognito's API, in characters. */
const longestValue = 2048;

/**
 * Adds the users of a seed to a user pool: all of them, or none.
 *
 * @param seed a list of users: each has `attributes` with `email`, `username` if users sign in with one, `password`,
 * `status` (`CONFIRMED` if it is not given), and the names of `groups`
 * @throws {SeedError} with everything in it that the rules of the pool reject
 */
export function addSeed(pool: UserPool, seed: unknown): void {
  const { data, error } = seedOf(pool).safeParse(seed);
  if (error) {
    throw new SeedError(
      error.issues.flatMap((issue) => {
        const path = issue.path as (string | number)[];
        return issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => ({ path: [...path, key], problem: issue.message }))
          : [{ path, problem: issue.message }];
      }),
    );
  }
  // In the order of the seed, in which the pool then lists them.
  for (const { status, username, password, attributes, groups } of data) {
    const name = username ?? attributes.email!;
    const user = pool.signUp.addWithStatus(status, name, password, new Map(Object.entries(attributes)));
    groups.forEach((name) => pool.groups.add(user, name));
  }
}

/** The schema of a seed, with the rules of the pool. */
function seedOf({ groups, passwords, userAttributes, users }: UserPool): z.ZodType<readonly SeedUser[]> {
  const names = new Set<string>();
  const assertNew = (name: string) => {
    const key = users.keyOf(name);
    if (names.has(key)) {
      throw new UserPoolError('UsernameExistsException', users.signsInWithEmail ? undefined : 'User already exists');
    }
    names.add(key);
  };
  const attributes = z.record(z.string(), z.unknown(), expected('an object')).superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      const { error } = attribute(name).safeParse(value);
      error?.issues.forEach(({ message }) => context.addIssue({ code: 'custom', path: [name], message }));
    }
    if (users.signsInWithEmail && given.email === undefined) {
      context.addIssue({ code: 'custom', path: ['email'], message: 'is required' });
    }
  });
  const attribute = (name: string) =>
    name === 'sub'
      ? z.never('must not be set: the user pool generates it')
      : string({ maximum: longestValue })
          .superRefine(follows((value) => userAttributes.read([[name, value]])))
          .superRefine(follows((value) => name === 'email' && users.signsInWithEmail && assertNew(value)));
  const shape = {
    ...(!users.signsInWithEmail && {
      username: string()
        .superRefine(follows((name) => users.assertName(name)))
        .superRefine(follows(assertNew)),
    }),
    attributes,
    password: string().superRefine(follows((password) => passwords.assertAllowed(password))),
    status: z.enum(statuses, `must be one of ${statuses.join(', ')}`).default('CONFIRMED'),
    groups: z
      .array(string().superRefine(follows((name) => groups.get(name))), expected('a list of groups'))
      .default([]),
  };
  const user = z.strictObject(shape, {
    error: ({ code, input }) =>
      code === 'unrecognized_keys'
        ? `unknown name; allowed: ${Object.keys(shape).join(', ')}`
        : problemOf('an object', input),
  });
  return z.array(
    user.superRefine(
      ({ status, attributes: given }, context) => {
        // An administrator adds users without the attributes that they then set at the first sign-in.
        const missing =
          status === 'FORCE_CHANGE_PASSWORD' ? [] : userAttributes.missing(new Map(Object.entries(given)));
        for (const name of missing) {
          context.addIssue({ code: 'custom', path: ['attributes', name], message: 'is required' });
        }
      },
      { when: ({ value }) => isObject(value) && isObject(value.attributes) },
    ),
    'must be a list of users',
  ) as unknown as z.ZodType<readonly SeedUser[]>;
}

function string({ maximum = Infinity } = {}) {
  return z
    .string(expected('a string'))
    .min(1, { error: 'must not be empty', abort: true })
    .max(maximum, { error: `must have at most ${maximum} characters`, abort: true });
}

function expected(type: string) {
  return { error: ({ input }: { readonly input?: unknown }) => problemOf(type, input) };
}

function problemOf(type: string, input: unknown): string {
  return input === undefined ? 'is required' : `must be ${type}`;
}

/** Checks that a value follows a rule of the pool. */
function follows(rule: (value: string) => unknown) {
  return (value: string, context: z.RefinementCtx): void => {
    try {
      rule(value);
    } catch (error) {
      if (!(error instanceof UserPoolError)) {
        throw error;
      }
      const unmet = error instanceof PasswordPolicyError && error.unmet.map((text) => `must contain ${text}`);
      for (const message of unmet || [error.message.trim()]) {
        context.addIssue({ code: 'custom', message });
      }
    }
  };
}
