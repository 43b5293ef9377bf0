import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';

import { type JWK } from 'jose';
import { z } from 'zod';

/** A key that signs one kind of token. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as a member of the JWKS. */
  readonly jwk: JWK;
}

/** The keys of a user pool; Cognito signs ID tokens with one and access tokens with another. */
export interface SigningKeys {
  readonly idToken: SigningKey;
  readonly accessToken: SigningKey;
}

/** The keys of a user pool, and what else it keeps secret. */
export interface UserPoolKeys {
  readonly signing: () => Promise<SigningKeys>;
  /** A secret that the user pool has for its own use. */
  readonly secret: Buffer;
}

/** Returns keys for one run. They are generated when the first token is: nothing else at the start takes as long. */
export function newKeys(): UserPoolKeys {
  let keys: Promise<SigningKeys> | undefined;
  return { signing: () => (keys ??= generateSigningKeys()), secret: randomBytes(32) };
}

/** Returns keys of an earlier run, with the same secret as then. */
export function keptKeys(keys: SigningKeys): UserPoolKeys {
  const der = keys.idToken.privateKey.export({ type: 'pkcs8', format: 'der' });
  return { signing: () => Promise.resolve(keys), secret: createHash('sha256').update(der).digest() };
}

const privateKeySchema = z.strictObject({
  kty: z.literal('RSA'),
  ...{ n: z.string(), e: z.string(), d: z.string(), p: z.string(), q: z.string() },
  ...{ dp: z.string(), dq: z.string(), qi: z.string() },
});

type PrivateKey = z.output<typeof privateKeySchema>;

/** The JSON of the keys, with what signs. */
export const privateKeysSchema = z.strictObject({ idToken: privateKeySchema, accessToken: privateKeySchema });

export type PrivateKeys = z.output<typeof privateKeysSchema>;

/** Generates keys. Tokens that were signed with others are not valid. */
export async function generateSigningKeys(): Promise<SigningKeys> {
  return importSigningKeys(await generatePrivateKeys());
}

export async function generatePrivateKeys(): Promise<PrivateKeys> {
  const [idToken, accessToken] = await Promise.all([generatePrivateKey(), generatePrivateKey()]);
  return { idToken, accessToken };
}

/** Reads keys that were generated earlier. Throws if they are not valid. */
export function importSigningKeys({ idToken, accessToken }: PrivateKeys): SigningKeys {
  return { idToken: importKey(idToken), accessToken: importKey(accessToken) };
}

/**
 * Generates a key. It is encoded as PEM and read again, because on Node.js 20 the JWK export of a generated key can hang
 * forever: when the garbage collection of the key's generation falls into it.
 */
async function generatePrivateKey(): Promise<PrivateKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return createPrivateKey(privateKey).export({ format: 'jwk' }) as PrivateKey;
}

function importKey(key: PrivateKey): SigningKey {
  const { kty, n, e } = key;
  // Same form as Cognito's: 32 bytes in standard base64, which is not safe for URLs.
  const kid = createHash('sha256').update(n).digest('base64');
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  // Node.js takes any numbers for a key.
  const signed = Buffer.from(kid);
  if (!verify('sha256', signed, publicKey, sign('sha256', signed, privateKey))) {
    throw new Error('The numbers are not those of one key.');
  }
  return { kid, privateKey, publicKey, jwk: { alg: 'RS256', e, kid, kty, n, use: 'sig' } };
}
