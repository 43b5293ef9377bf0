import { z } from 'zod';

import { PasswordPolicyError } from './password-policy';
import { type UserPool } from './user-pool';
import { UserPoolError } from './user-pool-error';

/** Something in a seed that the user pool rejects. It does not repeat the value, which can be a password. */
export interface SeedProblem {
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

const members = ['attributes', 'password', 'status', 'groups'];
const statuses = ['CONFIRMED', 'UNCONFIRMED', 'FORCE_CHANGE_PASSWORD'] as const;

/** The longest value of an attribute in Cognito's API, in characters. */
const longestValue = 2048;

/**
 * Adds the users of a seed to a user pool: all of them, or none.
 *
 * @param seed a list of users: each has `attributes` with `email`, `password`, `status` (`CONFIRMED` if it is not
 * given), and the names of `groups`
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
  for (const { status, password, attributes, groups } of data) {
    const user = pool.signUp.addWithStatus(status, attributes.email!, password, new Map(Object.entries(attributes)));
    groups.forEach((name) => pool.groups.add(user, name));
  }
}

/** The schema of a seed, with the rules of the pool. */
function seedOf({ groups, passwords, userAttributes, users }: UserPool) {
  const addresses = new Set<string>();
  const attributes = z.record(z.string(), z.unknown(), expected('an object')).superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      const { error } = attribute(name).safeParse(value);
      error?.issues.forEach(({ message }) => context.addIssue({ code: 'custom', path: [name], message }));
    }
    const { email } = given;
    const key = typeof email === 'string' ? users.keyOf(email) : '';
    if (email === undefined) {
      context.addIssue({ code: 'custom', path: ['email'], message: 'is required' });
    } else if (key !== '' && addresses.has(key)) {
      const { message } = new UserPoolError('UsernameExistsException');
      context.addIssue({ code: 'custom', path: ['email'], message });
    }
    addresses.add(key);
  });
  const attribute = (name: string) =>
    name === 'sub'
      ? z.never('must not be set: the user pool generates it')
      : string({ maximum: longestValue }).superRefine(follows((value) => userAttributes.read([[name, value]])));
  return z.array(
    z.strictObject(
      {
        attributes: attributes as unknown as z.ZodType<Record<string, string>>,
        password: string().superRefine(follows((password) => passwords.assertAllowed(password))),
        status: z.enum(statuses, `must be one of ${statuses.join(', ')}`).default('CONFIRMED'),
        groups: z
          .array(string().superRefine(follows((name) => groups.get(name))), expected('a list of groups'))
          .default([]),
      },
      {
        error: ({ code, input }) =>
          code === 'unrecognized_keys' ? `unknown name; allowed: ${members.join(', ')}` : problemOf('an object', input),
      },
    ),
    'must be a list of users',
  );
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
      for (const message of unmet || [error.message]) {
        context.addIssue({ code: 'custom', message });
      }
    }
  };
}
