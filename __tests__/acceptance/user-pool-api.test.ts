import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

test('requests are checked against the service model of AWS’s SDK as it is now', () => {
  const script = join('__tests__', 'support', 'print-request-shapes.ts');
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', script], { encoding: 'utf8' });
  expect(readFileSync(join('src', 'local', 'user-pool', 'api', 'request-shapes.json'), 'utf8')).toBe(stdout);
});
