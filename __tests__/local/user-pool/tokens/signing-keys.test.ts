import crypto from 'node:crypto';
import { promisify } from 'node:util';

import { newKeys } from '../../../../src/local/user-pool/tokens/signing-keys';
import { sharedKeys } from '../../../support/shared-keys';

test('the keys of one run are generated once, with the first token, and as PEM', async () => {
  const privateKey = sharedKeys()[0].export({ type: 'pkcs8', format: 'pem' });
  const generate = jest.fn().mockResolvedValue({ privateKey });
  Object.assign(jest.spyOn(crypto, 'generateKeyPair'), { [promisify.custom]: generate });
  const keys = newKeys();
  expect(generate).not.toHaveBeenCalled();

  const [one, other] = await Promise.all([keys.signing(), keys.signing()]);

  expect(other).toBe(one);
  // The JWK export of a key that is generated, and not read from PEM, can hang on Node.js 20.
  const publicKeyEncoding = { type: 'spki', format: 'pem' };
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' };
  const options = { modulusLength: 2048, publicKeyEncoding, privateKeyEncoding };
  expect(generate.mock.calls).toEqual([1, 2].map(() => ['rsa', options]));
});
