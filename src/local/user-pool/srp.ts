import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from 'node:crypto';

import { equalSecrets } from './secrets';

/**
 * The server's side of the Secure Remote Password protocol as Cognito has it: RFC 5054 with the 3072-bit group, SHA-256
 * and a key that HKDF derives.
 *
 * Numbers are hexadecimal, and are hashed with a zero byte before them if their first bit is set.
 */
const prime = getDiffieHellman('modp15').getPrime('hex');
const modulus = toInteger(prime);
const generator = '2';
const multiplier = toInteger(hashHex(padded(prime), padded(generator)));

/** What the server keeps of a password: it proves that a client knows the password, and does not contain it. */
export interface SrpVerifier {
  readonly salt: string;
  readonly verifier: string;
}

/** The server's state between the two requests of a sign-in. */
export interface SrpExchange {
  /** Public value of the server, `B`. */
  readonly publicValue: string;
  /** Key that only a client with the password also has. */
  readonly key: Buffer;
}

/** Whose password it is. */
export interface SrpOwner {
  /** ID of the user pool without its region. */
  readonly poolName: string;
  /** The name that the server tells the client: `USER_ID_FOR_SRP`. */
  readonly username: string;
}

export function createSrpVerifier(owner: SrpOwner, password: string): SrpVerifier {
  const salt = randomBytes(16).toString('hex');
  return { salt, verifier: verifierOf(owner, password, salt) };
}

/** Returns whether a verifier is the one of a password. */
export function isVerifierOf(owner: SrpOwner, password: string, { salt, verifier }: SrpVerifier): boolean {
  return equalSecrets(verifierOf(owner, password, salt), verifier);
}

function verifierOf({ poolName, username }: SrpOwner, password: string, salt: string): string {
  const identity = createHash('sha256').update(`${poolName}${username}:${password}`).digest('hex');
  return power(generator, hashHex(padded(salt), identity));
}

/** Answers the public value `A` of a client, or returns nothing if the value is not allowed. */
export function exchangeSrp(verifier: string, clientValue: string): SrpExchange | undefined {
  if (!/^[0-9a-f]{1,800}$/i.test(clientValue) || toInteger(clientValue) % modulus === 0n) {
    return undefined;
  }
  const secret = randomBytes(32).toString('hex');
  const serverValue = multiplier * toInteger(verifier) + toInteger(power(generator, secret));
  const publicValue = (serverValue % modulus).toString(16);
  const scrambler = hashHex(padded(clientValue), padded(publicValue));
  const base = (toInteger(clientValue) * toInteger(power(verifier, scrambler))) % modulus;
  const shared = power(base.toString(16), secret);
  const key = hkdfSync('sha256', fromHex(padded(shared)), fromHex(padded(scrambler)), 'Caldera Derived Key', 16);
  return { publicValue, key: Buffer.from(key) };
}

/** The signature with which a client proves that it has the key. */
export function claimSignature(
  key: Buffer,
  { poolName, username }: SrpOwner,
  { secretBlock, timestamp }: { readonly secretBlock: string; readonly timestamp: string },
): string {
  return createHmac('sha256', key)
    .update(poolName)
    .update(username)
    .update(Buffer.from(secretBlock, 'base64'))
    .update(timestamp)
    .digest('base64');
}

/**
 * Calculates a power in the group.
 *
 * A key exchange of OpenSSL would do it, too, but since version 3.5 it refuses a base that SRP allows.
 */
function power(base: string, exponent: string): string {
  let result = 1n;
  let factor = toInteger(base) % modulus;
  for (let rest = toInteger(exponent); rest > 0n; rest >>= 1n) {
    if (rest & 1n) {
      result = (result * factor) % modulus;
    }
    factor = (factor * factor) % modulus;
  }
  return result.toString(16);
}

function hashHex(...hex: readonly string[]): string {
  return createHash('sha256')
    .update(fromHex(hex.join('')))
    .digest('hex');
}

function padded(hex: string): string {
  const shortest = toInteger(hex).toString(16);
  const even = shortest.length % 2 === 1 ? `0${shortest}` : shortest;
  return /^[89a-f]/.test(even) ? `00${even}` : even;
}

function toInteger(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

function fromHex(hex: string): Buffer {
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
}
