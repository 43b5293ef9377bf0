import crypto from 'node:crypto';

import {
  modularPower,
  modularPowerOfIntegers,
  toInteger,
} from '../../../../src/local/user-pool/passwords/modular-power';

const modulus = toInteger(crypto.getDiffieHellman('modp15').getPrime('hex'));

const random = (bytes: number) => toInteger(crypto.randomBytes(bytes).toString('hex'));
const bases = [0n, 1n, 2n, modulus - 1n, modulus - 2n, (modulus - 1n) / 2n, random(384) % modulus, random(16)];
const exponents = [0n, 1n, 2n, 3n, 65_536n, 1n << 255n, (1n << 256n) - 1n, random(32), random(32)];

const powers = bases.flatMap((base) => exponents.map((exponent) => [base, exponent, modulus] as const));

test('OpenSSL and big integers give the same powers, for values at the edges as well', () => {
  expect(powers.map((power) => modularPower(...power))).toEqual(
    powers.map((power) => modularPowerOfIntegers(...power)),
  );
  expect(modularPower(3n, 5n, modulus)).toBe(243n);
  // Fermat's little theorem.
  expect(modularPower(random(384) % modulus, modulus - 1n, modulus)).toBe(1n);
});

test('where OpenSSL rejects the key, big integers give the power', () => {
  const rejected = jest.spyOn(crypto, 'publicEncrypt').mockImplementation(() => {
    throw new Error('bad e value');
  });

  expect(modularPower(3n, 5n, modulus)).toBe(243n);
  expect(rejected).toHaveBeenCalled();
});
