import { statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

/** Windows has no such modes: there, a file inherits the rights of the folder. */
export function othersCanRead(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

/**
 * Writes a file of this user alone, whole or not at all: an end of this process at any moment leaves either what the
 * file had or what it gets.
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const next = `${file}.new`;
  await writeFile(next, text, { mode: 0o600, flush: true });
  await rename(next, file);
}
