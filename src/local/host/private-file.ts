import { constants, statSync } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';

/** Windows has no such modes: there, a file inherits the rights of the folder. */
export function othersCanRead(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

/**
 * Writes a file of this user alone, whole or not at all: an end of this process at any moment leaves either what the
 * file had or what it gets.
 */
export async function writePrivateFile(file: string, content: Buffer): Promise<void> {
  const next = `${file}.new`;
  await writeFile(next, content, { mode: 0o600, flush: true });
  await rename(next, file);
}

/**
 * Writes to the end of a file that is there. An end of this process at any moment leaves the file as it was, with a part
 * of the content behind it, or with all.
 */
export async function appendToFile(file: string, content: Buffer): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_APPEND);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
