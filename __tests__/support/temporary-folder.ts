// Gives a test run its own temporary folder: what a test, or a program that it starts, leaves there is removed with it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'test-run-'));
for (const name of ['TMPDIR', 'TEMP', 'TMP']) {
  process.env[name] = folder;
}
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
