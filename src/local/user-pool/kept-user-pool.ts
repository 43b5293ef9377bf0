import { z } from 'zod';

import { type Entry } from './expiring-map';
import { type KeptGrants } from './grants';
import { type Grant, type Password, type RefreshGrant, type User } from './model';

/** What a user pool keeps between one run and the next. */
export interface KeptUserPool {
  /** In the order in which they were added. */
  readonly users: readonly User[];
  readonly grants: KeptGrants;
}

const hex = z.string().regex(/^[0-9a-f]+$/);

const password: z.ZodType<Password> = z.strictObject({
  salt: hex,
  verifier: hex,
  temporaryUntil: z.number().optional(),
});

const user: z.ZodType<User> = z.strictObject({
  sub: z.uuid(),
  createdAt: z.number(),
  modifiedAt: z.number(),
  attributes: z
    .looseObject({ email: z.string() })
    .catchall(z.string())
    .transform((attributes) => new Map(Object.entries(attributes))),
  groups: z.array(z.string()).transform((names) => new Set(names)),
  status: z.enum(['CONFIRMED', 'FORCE_CHANGE_PASSWORD', 'RESET_REQUIRED', 'UNCONFIRMED']),
  enabled: z.boolean(),
  password,
  earlierPasswords: z.array(password),
  softwareToken: z
    .strictObject({
      secret: z.string().regex(/^[A-Z2-7]+$/),
      enabled: z.boolean(),
      preferred: z.boolean().default(false),
      lastCounter: z.number(),
    })
    .optional(),
  signedOutAt: z.number(),
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
  expiresAt: z.number(),
  rotatedUntil: z.number().optional(),
  revoked: z.boolean().optional(),
});

function entries<Value>(value: z.ZodType<Value>): z.ZodType<[string, Entry<Value>][]> {
  return z.array(z.tuple([z.string(), z.strictObject({ value, expiresAt: z.number() })]));
}

/** The JSON of a user pool. */
export const keptUserPoolSchema: z.ZodType<KeptUserPool> = z.strictObject({
  users: z.array(user),
  grants: z.strictObject({
    refreshTokens: z.record(z.string(), z.strictObject({ validity: z.number(), grants: entries(refreshGrant) })),
    revoked: entries(z.literal(true)),
  }),
});
