import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sharedPrivateKeys } from './shared-keys';

/** Returns the path of a data folder that does not exist yet. */
export function newDataFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'data-')), 'kept');
}

/** Makes a data folder that already has keys. */
export function dataFolderWithKeys(): string {
  const folder = newDataFolder();
  mkdirSync(folder, { mode: 0o700 });
  const text = `{"version":1}\n${JSON.stringify(sharedPrivateKeys())}\n`;
  writeFileSync(join(folder, 'signing-keys.jsonl'), text, { mode: 0o600 });
  return folder;
}
