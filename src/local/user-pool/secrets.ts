import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Compares two secrets in constant time. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Generates 256 random bits, encoded for a URL. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns whether a request has the right secret, or no secret if none is required. */
export function matchesSecret(secret: string | undefined, given: string | undefined): boolean {
  return secret === undefined || given === undefined ? secret === given : equalSecrets(secret, given);
}
