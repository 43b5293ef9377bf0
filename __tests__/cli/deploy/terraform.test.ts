import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { lockFile } from '../../../src/stack/provider-lock';

const folder = mkdtempSync(join(tmpdir(), 'stack-'));
const [program, calls, mirror] = ['terraform', 'calls', 'mirror'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
writeFileSync(program, `#!/bin/sh\necho "$@" >> ${calls}\n`, { mode: 0o755 });
process.env.TERRAFORM_BINARY_NAME = program;

function writeStack(backend: object): void {
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ terraform: { backend } }));
}

describe('terraform init', () => {
  // The name of the program is read once.
  const { initialize } = jest.requireActual<{ readonly initialize: (folder: string) => Promise<void> }>(
    '../../../src/cli/deploy/terraform',
  );

  beforeAll(async () => {
    writeStack({ local: {} });
    mkdirSync(mirror);
    mkdirSync(join(folder, '.terraform', 'providers'), { recursive: true });
    symlinkSync(mirror, join(folder, '.terraform', 'providers', 'aws'), 'junction');
    await initialize(folder);
  });

  async function isRun(): Promise<boolean> {
    writeFileSync(calls, '');
    await initialize(folder);
    return readFileSync(calls, 'utf8').startsWith('init ');
  }

  test('runs once for a folder', async () => {
    expect(await isRun()).toBe(false);
  });

  test.each([
    ['another backend', () => writeStack({ s3: {} })],
    ['another lock file', () => writeFileSync(join(folder, lockFile), 'another version')],
    ['a provider that is deleted', () => rmSync(mirror, { recursive: true })],
  ])('runs again for %s', async (_what, change) => {
    change();
    expect(await isRun()).toBe(true);
    expect(await isRun()).toBe(false);
  });
});
