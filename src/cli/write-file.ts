import { writeFileSync } from 'node:fs';

import { reasonOf } from '../rules/system-error';
import { fail } from './command-line';

/** Writes a file that the user asked for. Ends the program with one line if that is not possible. */
export function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    fail(`${file} cannot be written: ${reasonOf(error)}.`);
  }
}
