import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * Returns what is wrong with the path of a file of the project in the current folder, or undefined.
 *
 * @param extension what the file's name ends in
 * @param kind what such a file is: `a TypeScript or JavaScript file`
 */
export function projectFileProblem(file: string, extension: RegExp, kind: string): string | undefined {
  const path = relative(process.cwd(), resolve(file));
  if (isAbsolute(file) || isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) {
    return 'must be inside the project';
  }
  if (!extension.test(file)) {
    return `must be ${kind}`;
  }
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? undefined : 'must be a file that exists';
}
