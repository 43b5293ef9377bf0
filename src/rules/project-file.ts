import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * Says why a path is not that of a file of the project in the current folder, or nothing when it is.
 *
 * @param extension what the file's name ends in
 * @param kind what such a file is: `a TypeScript or JavaScript file`
 */
export function projectFileProblem(file: string, extension: RegExp, kind: string): string | undefined {
  const path = relative(process.cwd(), resolve(file));
  if (isAbsolute(file) || isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) {
    return 'is not inside the project';
  }
  if (!extension.test(file)) {
    return `is not ${kind}`;
  }
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? undefined : 'does not exist';
}
