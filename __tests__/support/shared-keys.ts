import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { type PrivateKeys } from '../../src/local/user-pool/tokens/signing-keys';

/** Generates the RSA keys that the tests of a run share: to generate them takes longer than most tests. */
export async function generateSharedKeys(): Promise<void> {
  const pairs = [1, 2].map(() =>
    promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
  );
  process.env.SHARED_KEYS = JSON.stringify((await Promise.all(pairs)).map(({ privateKey }) => privateKey));
}

export function sharedKeys(): readonly [KeyObject, KeyObject] {
  const [one, other] = JSON.parse(process.env.SHARED_KEYS!) as [string, string];
  return [createPrivateKey(one), createPrivateKey(other)];
}

/** Returns these keys as a user pool keeps them. */
export function sharedPrivateKeys(): PrivateKeys {
  const [idToken, accessToken] = sharedKeys().map((key) => key.export({ format: 'jwk' }) as PrivateKeys['idToken']);
  return { idToken: idToken!, accessToken: accessToken! };
}
