import { writeFileSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';

import { fail } from './command-line';

/** Writes a file that the user asked for. Ends the program with one line if that is not possible. */
export function writeFile(file: string, text: string, options: { readonly mode?: number } = {}): void {
  try {
    writeFileSync(file, text, options);
  } catch (error) {
    const { errno = 0, message } = error as NodeJS.ErrnoException;
    const [, reason] = getSystemErrorMap().get(errno) ?? [];
    fail(`${file} cannot be written: ${reason ?? message}.`);
  }
}
