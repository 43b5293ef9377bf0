import { createDiffieHellman, createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from 'node:crypto';

import { equalSecrets } from './secrets';

/**
 * The server's side of the Secure Remote Password protocol as Cognito has it: RFC 5054 with the 3072-bit group, SHA-256
 * and a key that HKDF derives. The numbers that it exchanges and keeps are hexadecimal.
 */
const prime = getDiffieHellman('modp15').getPrime();
const modulus = toInteger(prime);
const generator = 2n;
/** The group whose private key can be set. */
const group = createDiffieHellman(prime, Number(generator));
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
  return power(generator, hash(padded(fromHex(salt)), identity)).toString(16);
}

/** Responds to the public value `A` of a client, or returns nothing if the value is not allowed. */
export function exchangeSrp(verifier: string, clientValue: string): SrpExchange | undefined {
  const client = /^[0-9a-f]{1,800}$/i.test(clientValue) ? fromHex(clientValue) : 0n;
  if (client % modulus === 0n) {
    return undefined;
  }
  const secret = toInteger(randomBytes(32));
  const server = (multiplier * fromHex(verifier) + power(generator, secret)) % modulus;
  const scrambler = hash(padded(client), padded(server));
  const shared = power(client * power(fromHex(verifier), scrambler), secret);
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

/**
 * Calculates a power in the group: the secret that Diffie-Hellman shares with the owner of a public key. OpenSSL takes a
 * fifth of the time of big integers.
 */
function power(base: bigint, exponent: bigint): bigint {
  group.setPrivateKey(toBytes(exponent));
  return toInteger(group.computeSecret(toBytes(base % modulus)));
}

function hash(...parts: readonly Buffer[]): bigint {
  return toInteger(createHash('sha256').update(Buffer.concat(parts)).digest());
}

/** Writes a number as it is hashed: with a zero byte first if its first bit is set. */
function padded(integer: bigint): Buffer {
  const bytes = toBytes(integer);
  return bytes[0]! < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
}

function fromHex(digits: string): bigint {
  return BigInt(`0x${digits}`);
}

function toInteger(bytes: Buffer): bigint {
  return fromHex(bytes.toString('hex'));
}

/** Writes a number as bytes, the highest first. */
function toBytes(integer: bigint): Buffer {
  const hex = integer.toString(16);
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
}
