import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

import { createSrpVerifier, type SrpOwner, type SrpVerifier } from './srp';

/** A stored password: a salted hash and an SRP verifier, from which the password cannot be recovered. */
export class Password {
  private constructor(
    private readonly salt: Buffer,
    private readonly hash: Buffer,
    readonly srp: SrpVerifier,
    /** Until when a temporary password can be used, in milliseconds since 1970. Nothing for a permanent one. */
    readonly temporaryUntil: number | undefined,
  ) {}

  static async of(owner: SrpOwner, password: string, temporaryUntil?: number): Promise<Password> {
    const salt = randomBytes(16);
    return new Password(salt, await derive(password, salt), createSrpVerifier(owner, password), temporaryUntil);
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
