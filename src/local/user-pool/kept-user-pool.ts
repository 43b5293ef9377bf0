import { z } from 'zod';

import { parseJson } from '../../rules/json-file';
import { type Entry } from './expiring-map';
import { type KeptGrants } from './tokens/grants';
import { type Grant, type Password, type RefreshGrant, type User } from './model';

/** The parts of a user pool that the next run restores. */
export interface KeptUserPool extends KeptGrants {
  /** In the order in which they were added, by `sub`. */
  readonly users: Iterable<readonly [string, User]>;
}

const hex = z.string().regex(/^[0-9a-f]+$/);

const password: z.ZodType<Password> = z.strictObject({
  salt: hex,
  verifier: hex,
  temporaryUntil: z.number().optional(),
});

const user: z.ZodType<User> = z
  .strictObject({
    sub: z.uuid(),
    username: z.string(),
    createdAt: z.number(),
    modifiedAt: z.number(),
    attributes: z.record(z.string(), z.string()).transform((attributes) => new Map(Object.entries(attributes))),
    groups: z.array(z.string()).transform((names) => new Set(names)),
    status: z.enum(['CONFIRMED', 'EXTERNAL_PROVIDER', 'FORCE_CHANGE_PASSWORD', 'RESET_REQUIRED', 'UNCONFIRMED']),
    enabled: z.boolean(),
    password,
    earlierPasswords: z.array(password),
    softwareToken: z
      .strictObject({
        secret: z.string().regex(/^[A-Z2-7]+$/),
        enabled: z.boolean(),
        preferred: z.boolean(),
        lastCounter: z.number(),
      })
      .optional(),
    signedOutAt: z.number(),
  })
  .superRefine(({ sub, username, attributes }, context) => {
    if (username === sub && !attributes.has('email')) {
      context.addIssue({ code: 'custom', path: ['attributes', 'email'], message: 'is missing' });
    }
    if (!Array.isArray(parseJson(attributes.get('identities') ?? '[]'))) {
      context.addIssue({ code: 'custom', path: ['attributes', 'identities'], message: 'is not a list' });
    }
  });

const grant: z.ZodType<Grant> = z.strictObject({
  source: z.enum(['api', 'domain']),
  sub: z.uuid(),
  clientId: z.string(),
  scopes: z.array(z.string()),
  authTime: z.number(),
  nonce: z.string().optional(),
  originJti: z.uuid(),
  eventId: z.uuid(),
});

const refreshGrant: z.ZodType<RefreshGrant> = z.strictObject({
  grant,
  validity: z.number(),
  expiresAt: z.number(),
  rotatedUntil: z.number().optional(),
  revoked: z.boolean().optional(),
});

function entry<Value>(value: z.ZodType<Value>): z.ZodType<Entry<Value>> {
  return z.strictObject({ value, expiresAt: z.number() });
}

/** The JSON of a change: the new values of keys, or null for deleted ones. */
export const keptChangeSchema = z
  .strictObject({
    users: z.record(z.uuid(), user.nullable()),
    refreshTokens: z.record(z.string(), entry(refreshGrant).nullable()),
    revoked: z.record(z.uuid(), entry(z.literal(true)).nullable()),
  })
  .partial();

export type KeptChange = z.output<typeof keptChangeSchema>;

/** Applies changes, oldest first, and returns the result. */
export function afterChanges(changes: readonly KeptChange[]): KeptUserPool {
  return {
    users: entriesAfter(changes.map(({ users }) => users)),
    refreshTokens: entriesAfter(changes.map(({ refreshTokens }) => refreshTokens)),
    revoked: entriesAfter(changes.map(({ revoked }) => revoked)),
  };
}

function entriesAfter<Value>(
  changes: readonly (Readonly<Record<string, Value | null>> | undefined)[],
): Map<string, Value> {
  const entries = new Map<string, Value>();
  for (const [key, value] of changes.flatMap((change = {}) => Object.entries(change))) {
    if (value === null) {
      entries.delete(key);
    } else {
      entries.set(key, value);
    }
  }
  return entries;
}

/** Lists the changes that create a user pool. */
export function* changesTo({ users, refreshTokens, revoked }: KeptUserPool): Generator<KeptChange> {
  for (const [key, value] of users) {
    yield { users: { [key]: value } };
  }
  for (const [key, value] of refreshTokens) {
    yield { refreshTokens: { [key]: value } };
  }
  for (const [key, value] of revoked) {
    yield { revoked: { [key]: value } };
  }
}
