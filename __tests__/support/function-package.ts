import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { strToU8, zipSync } from 'fflate';

import { type FunctionPackage, readPackage } from '../../src/local/lambda/function-package';

/** Writes a .zip file with these texts by path, and returns its path. */
export function zipOf(files: Readonly<Record<string, string>>): string {
  const zipFile = join(mkdtempSync(join(tmpdir(), 'zip-')), 'f.zip');
  writeFileSync(
    zipFile,
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))),
  );
  return zipFile;
}

/** Reads the package of a function with these texts by path. */
export function packageOf(files: Readonly<Record<string, string>>, handler = 'index.handler'): FunctionPackage {
  return readPackage(zipOf(files), handler);
}
