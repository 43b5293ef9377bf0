import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

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

/** A stored password: a salted hash, from which the password cannot be recovered. */
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

/** Lower than for passwords in a file: the hashes exist only in the memory of this process. */
const cost = 2 ** 12;

const scryptAsync = promisify<string, Buffer, number, { cost: number }, Buffer>(scrypt);

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return scryptAsync(password, salt, 32, { cost });
}
