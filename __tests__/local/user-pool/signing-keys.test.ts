import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('keys are generated without the deadlock of Node.js 20 between a JWK export and a garbage collection', () => {
  const script = join(__dirname, '../../support/generate-keys.ts');

  const run = () =>
    execFileSync(process.execPath, ['--max-semi-space-size=1', '--import', 'tsx', script], {
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });

  expect(run).not.toThrow();
});
