import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

import { stringRule, type StringRule } from './rule';
import { reasonOf } from './system-error';

/**
 * Defines a rule about a file of the project, and its content.
 *
 * @param allowed the kind of file; completes "the path of …"
 * @param extension what the file's name ends in
 * @param kind what such a file is: `a .css file`
 * @param problem returns what is wrong with the content, or undefined
 */
export function fileRule(
  allowed: string,
  extension: RegExp,
  kind: string,
  problem: (content: Buffer) => string | undefined,
): StringRule {
  return stringRule(
    `the path of ${allowed}, from the folder of the project`,
    (file) => projectFileProblem(file, extension, kind) ?? problem(readFileSync(file)),
    { isKnown: true },
  );
}

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
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
      return 'must be a file that exists';
    }
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return `cannot be read: ${reasonOf(error)}`;
  }
}
