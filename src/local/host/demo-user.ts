import { randomBytes } from 'node:crypto';

import { addSeed } from '../user-pool/seed';
import { type UserPool } from '../user-pool/user-pool';

/** A user with a password for this run. */
export interface DemoUser {
  /** Only if users sign in with one. */
  readonly username?: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Adds the users of a seed to a pool that is new, or the demo user without a seed.
 *
 * @param lastPassword the password of the demo user before a reset
 * @throws {SeedError} when the user pool rejects the seed
 */
export function addUsers(pool: UserPool, seed: unknown, lastPassword: string | undefined): DemoUser | undefined {
  if (seed !== undefined) {
    if (!pool.isRestored) {
      addSeed(pool, seed);
    }
    return undefined;
  }
  const email = demoAddress;
  const password = lastPassword ?? generatePassword(pool.configuration.passwordPolicy.minimumLength);
  const username = pool.users.signsInWithEmail ? undefined : 'demo';
  const kept = pool.users.find(username ?? email);
  if (kept) {
    pool.passwords.set(kept, password);
  } else {
    const required = pool.userAttributes.missing(new Map());
    const attributes = new Map(required.map((name) => [name, demoAttributes[name] ?? 'Demo']));
    pool.signUp.addWithStatus('CONFIRMED', username ?? email, password, attributes);
  }
  return { ...(username !== undefined && { username }), email, password };
}

const demoAddress = 'demo@example.com';

/** Values of the attributes of the demo user that have a format. */
const demoAttributes: Readonly<Record<string, string>> = {
  birthdate: '2000-01-01',
  email: demoAddress,
  phone_number: '+15550100',
  updated_at: '946684800',
};

/** Generates a password that meets any policy, without characters that a shell interprets. */
function generatePassword(minimumLength: number): string {
  return `Aa1-${randomBytes(Math.max(12, minimumLength)).toString('hex')}`.slice(0, Math.max(20, minimumLength));
}
