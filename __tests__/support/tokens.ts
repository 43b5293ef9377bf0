import { createHmac, createPublicKey, type KeyObject, sign } from 'node:crypto';

import { type JWK } from 'jose';

/** A key pair as a user pool has it, and as anyone can make it. */
export interface Key {
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
}

/** The key with this ID. */
export function keyOf(privateKey: KeyObject, kid: string): Key {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, jwk: { ...jwk, kid, alg: 'RS256', use: 'sig' } };
}

/** Writes a token with any header and claims, right or wrong. */
export function writeToken(header: object, claims: object, signer: (signed: string) => Buffer): string {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${signer(signed).toString('base64url')}`;
}

/** Writes a token as Cognito does. */
export function signToken(claims: object, { privateKey, jwk }: Key): string {
  return writeToken({ kid: jwk.kid, alg: 'RS256' }, claims, (signed) =>
    sign('RSA-SHA256', Buffer.from(signed), privateKey),
  );
}

/** Writes a token whose signature is the public key's, taken for a secret. */
export function signWithPublicKey(claims: object, { jwk }: Key): string {
  return writeToken({ kid: jwk.kid, alg: 'HS256' }, claims, (signed) =>
    createHmac('sha256', JSON.stringify(jwk)).update(signed).digest(),
  );
}

/** Changes the last bits of a token's signature, which are no part of a byte. */
export function withOtherLastBits(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${token.slice(0, -1)}${alphabet[alphabet.indexOf(token.at(-1)!) ^ 1]!}`;
}
