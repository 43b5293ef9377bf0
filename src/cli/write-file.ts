import { accessSync, closeSync, constants, existsSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

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

/** Ends the program with one line if a file that it writes at its end cannot be written. Leaves the file as it is. */
export function assertWritable(file: string): void {
  try {
    if (existsSync(file)) {
      closeSync(openSync(file, 'r+'));
    } else {
      accessSync(dirname(file), constants.W_OK);
    }
  } catch (error) {
    fail(`${file} cannot be written: ${reasonOf(error)}.`);
  }
}
