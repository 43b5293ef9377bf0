import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from 'node:crypto';

import { modularPower, toBytes, toInteger } from './modular-power';
import { equalSecrets } from '../secrets';

/**
 * The server's side of the Secure Remote Password protocol as Cognito has it: RFC 5054 with the 3072-bit group, SHA-256
 * and a key that HKDF derives. The numbers that it exchanges and keeps are hexadecimal.
 */
const modulus = toInteger(getDiffieHellman('modp15').getPrime('hex'));
const generator = 2n;
const multiplier = hash(padded(modulus), padded(generator));

/** What the server keeps of a password: it proves that a client knows the password, and does not contain it. */
interface SrpVerifier {
  readonly salt: string;
  readonly verifier: string;
}

/** The server's state between the two requests of a sign-in. */
interface SrpExchange {
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
  const identity = createHash('sha256').update(`${poolName}${username}:${password}`).digest();
  return power(generator, hash(padded(toInteger(salt)), identity)).toString(16);
}

/** Responds to the public value `A` of a client, or returns nothing if the value is not allowed. */
export function exchangeSrp(verifier: string, clientValue: string): SrpExchange | undefined {
  const client = /^[0-9a-f]{1,800}$/i.test(clientValue) ? toInteger(clientValue) : 0n;
  if (client % modulus === 0n) {
    return undefined;
  }
  const secret = toInteger(randomBytes(32).toString('hex'));
  const server = (multiplier * toInteger(verifier) + power(generator, secret)) % modulus;
  const scrambler = hash(padded(client), padded(server));
  const shared = power(client * power(toInteger(verifier), scrambler), secret);
  const key = hkdfSync('sha256', padded(shared), padded(scrambler), 'Caldera Derived Key', 16);
  return { publicValue: server.toString(16), key: Buffer.from(key) };
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

/** Calculates a power in the group. */
function power(base: bigint, exponent: bigint): bigint {
  return modularPower(base % modulus, exponent, modulus);
}

function hash(...parts: readonly Buffer[]): bigint {
  return toInteger(createHash('sha256').update(Buffer.concat(parts)).digest('hex'));
}

/** Writes a number as it is hashed: with a zero byte first if its first bit is set. */
function padded(integer: bigint): Buffer {
  const bytes = toBytes(integer);
  return bytes[0]! < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
}
