import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** Compares in a time that does not depend on where the two differ. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Makes up a text that nobody guesses: 256 random bits, for a URL. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A password as it is kept: nobody reads it back, not even from a dump of this process. */
export class PasswordHash {
  private constructor(
    private readonly salt: Buffer,
    private readonly hash: Buffer,
  ) {}

  static async of(password: string): Promise<PasswordHash> {
    const salt = randomBytes(16);
    return new PasswordHash(salt, await derive(password, salt));
  }

  async matches(password: string): Promise<boolean> {
    return timingSafeEqual(await derive(password, this.salt), this.hash);
  }
}

/** The hashes live as long as this process and are never written: they may cost less than those of a file. */
const cost = 2 ** 12;

const scryptAsync = promisify<string, Buffer, number, { cost: number }, Buffer>(scrypt);

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return scryptAsync(password, salt, 32, { cost });
}
