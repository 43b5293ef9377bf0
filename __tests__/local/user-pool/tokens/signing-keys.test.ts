import crypto from 'node:crypto';
import { promisify } from 'node:util';

import { newKeys } from '../../../../src/local/user-pool/tokens/signing-keys';
import { createKey } from '../../../support/tokens';

/** What makes the JWK export safe, which can hang on Node.js 20: the key that is generated is PEM, and is read again. */
const asPem = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;

test('the keys of one run are generated once, with the first token, and as PEM', async () => {
  const generate = jest.fn(promisify(crypto.generateKeyPair));
  Object.assign(jest.spyOn(crypto, 'generateKeyPair'), { [promisify.custom]: generate });
  const keys = newKeys();
  expect(generate).not.toHaveBeenCalled();

  const [one, other] = await Promise.all([keys.signing(), keys.signing()]);

  expect(other).toBe(one);
  expect(generate.mock.calls).toEqual(Array(2).fill(['rsa', { modulusLength: 2048, ...asPem }]));
});

test('the keys of tests are generated as PEM', () => {
  const pair = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256', ...asPem });
  const generate = jest.spyOn(crypto, 'generateKeyPairSync').mockReturnValue(pair);
  createKey('test');
  expect(generate.mock.calls).toEqual([['rsa', { modulusLength: 2048, ...asPem }]]);
});
