import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Runs main.ts once, with the default settings, for all tests that look at what it writes. */
export default function synthesize(): void {
  const folder = mkdtempSync(join(tmpdir(), 'synthesized-'));
  writeFileSync(join(folder, 'cdktf.json'), '{}');
  execFileSync(process.execPath, ['--import', pathToFileURL(require.resolve('tsx')).href, resolve('main.ts')], {
    cwd: folder,
    env: { ...process.env, CDKTF_OUTDIR: folder },
  });
  process.env.SYNTHESIZED_STACKS = folder;
}
