/**
 * Generates every kind of key that the project and its tests generate, and repeats each JWK export 2,000 times.
 *
 * On Node.js 20, a JWK export that coincides with the garbage collection of the key's generation never ends. Once is
 * rarely enough for that; 2,000 times always are.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import { createAuthority, createServerCertificate } from '../../src/http/certificate';
import { generateSigningKeys } from '../../src/local/user-pool/tokens/signing-keys';
import { createKey } from './tokens';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
for (const key of [
  createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })),
  createPublicKey(privateKey),
]) {
  repeatJwkExports(Object.getPrototypeOf(key) as KeyObject);
}

void (async () => {
  await generateSigningKeys();
  createKey('test');
  const validity = { from: new Date(), to: new Date() };
  await createServerCertificate(await createAuthority('test', ['localhost'], validity), ['localhost'], validity);
})();

function repeatJwkExports(prototype: KeyObject): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the key
  const original = prototype.export as (this: KeyObject, options: { readonly format: string }) => unknown;
  prototype.export = function (this: KeyObject, options: { readonly format: string }) {
    for (let count = options.format === 'jwk' ? 2000 : 1; count > 1; count--) {
      original.call(this, options);
    }
    return original.call(this, options);
  } as KeyObject['export'];
}
