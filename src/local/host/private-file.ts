import { constants, statSync } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';

/** Returns false on Windows, where a file inherits the permissions of the folder. */
export function othersCanRead(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

/**
 * Writes a file that only this user can read. If the process ends during the write, the file keeps its old content.
 */
export async function writePrivateFile(file: string, content: Buffer): Promise<void> {
  const next = `${file}.new`;
  await writeFile(next, content, { mode: 0o600, flush: true });
  await rename(next, file);
}

/**
 * Appends to an existing file. If the process ends during the write, the file can end with a part of it.
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
