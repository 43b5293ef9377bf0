import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import { join } from 'node:path';

import { newKeys } from '../../../../src/local/user-pool/tokens/signing-keys';

test('keys are generated without the deadlock of Node.js 20 between a JWK export and a garbage collection', () => {
  const script = join(__dirname, '../../../support/generate-keys.ts');

  const run = () =>
    execFileSync(process.execPath, ['--max-semi-space-size=1', '--import', 'tsx', script], {
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });

  expect(run).not.toThrow();
});

test('the keys of one run are generated once, with the first token', async () => {
  const read = jest.spyOn(crypto, 'createPrivateKey');
  const keys = newKeys();
  expect(read).not.toHaveBeenCalled();

  const [one, other] = await Promise.all([keys.signing(), keys.signing()]);

  expect(other).toBe(one);
});
