import { createHash } from 'node:crypto';

import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

/** A key that signs one kind of token. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** The public key as a member of the JWKS. */
  readonly jwk: JWK;
}

/** The keys of a user pool; Cognito signs ID tokens with one and access tokens with another. */
export interface SigningKeys {
  readonly idToken: SigningKey;
  readonly accessToken: SigningKey;
}

/** Generates the keys of one run. Tokens of an earlier run are not valid, because their users no longer exist. */
export async function generateSigningKeys(): Promise<SigningKeys> {
  const [idToken, accessToken] = await Promise.all([generateSigningKey(), generateSigningKey()]);
  return { idToken, accessToken };
}

async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const { e, n } = (await exportJWK(publicKey)) as { e: string; n: string };
  // Same form as Cognito's: 32 bytes in standard base64, which is not safe for URLs.
  const kid = createHash('sha256').update(n).digest('base64');
  return { kid, privateKey, publicKey, jwk: { alg: 'RS256', e, kid, kty: 'RSA', n, use: 'sig' } };
}
