import { readFileSync } from 'node:fs';

import { distance } from 'fastest-levenshtein';
import { printParseErrorCode, visit } from 'jsonc-parser';

import { isObject } from '../rule';

/** Settings that are not valid. The message lists everything that is wrong. */
export class SettingsError extends Error {}

/** The members of `context` in cdktf.json that this project reads, as the user wrote them. */
export interface GivenSettings {
  /** Settings of the default environment. A missing setting has its default. */
  readonly settings?: unknown;
  /** The other environments, by name: the settings that differ from those of the default environment. */
  readonly environments?: unknown;
}

const memberNames = ['settings', 'environments'];

/** Reads the settings from a cdktf.json. */
export function readCdktfJson(file: string): GivenSettings {
  const json = parse(file, read(file));
  const place = 'the settings must be at context.settings, as {"context": {"settings": {…}}}';
  if (!isObject(json) || (json.context !== undefined && !isObject(json.context))) {
    throw new SettingsError(`${file} has the wrong structure: ${place}.`);
  }
  const { context = {} } = json as { context?: Readonly<Record<string, unknown>> };
  // Settings in the wrong place would have no effect, and a deploy would use the defaults.
  const misplaced =
    memberNames.find((name) => name in json) ??
    [...Object.keys(json), ...Object.keys(context)].find(
      (name) => !memberNames.includes(name) && memberNames.some((member) => distance(name, member) <= 2),
    );
  if (misplaced !== undefined) {
    throw new SettingsError(`${file} has ${JSON.stringify(misplaced)}, which has no effect there: ${place}.`);
  }
  const { settings, environments } = context;
  return { ...(settings !== undefined && { settings }), ...(environments !== undefined && { environments }) };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingsError(
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? `There is no ${file} in ${process.cwd()}: run this command in the project's folder.`
        : `${file} cannot be read: ${(error as Error).message}`,
    );
  }
}

/** More than any settings need, and less than the recursion of their rules can take. */
const maxDepth = 100;

/**
 * Parses JSON.
 *
 * JSON.parse says where an error is in some versions of Node.js only, and takes the last of two members with one name.
 */
function parse(file: string, text: string): unknown {
  const json = text.replace(/^\uFEFF/, '');
  const duplicates: string[] = [];
  /** Names in each of the objects and lists that are open. */
  const open: Set<string>[] = [];
  const begin = (_offset: number, _length: number, line: number, column: number) => {
    if (open.length === maxDepth) {
      throw new SettingsError(
        `${file} is nested too deeply at ${placeOf(line, column)}: at most ${maxDepth} levels are allowed.`,
      );
    }
    open.push(new Set());
  };
  const end = () => {
    open.pop();
  };
  visit(
    json,
    {
      onObjectBegin: begin,
      onObjectEnd: end,
      onArrayBegin: begin,
      onArrayEnd: end,
      onObjectProperty: (name, _offset, _length, line, column) => {
        const names = open.at(-1)!;
        if (names.has(name)) {
          duplicates.push(`${placeOf(line, column)}: ${JSON.stringify(name)}`);
        }
        names.add(name);
      },
      onError: (code, _offset, _length, line, column) => {
        // `CommaExpected`, in words.
        const problem = printParseErrorCode(code).replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
        throw new SettingsError(`${file} is not JSON: ${placeOf(line, column)}: ${problem}.`);
      },
    },
    { disallowComments: true },
  );
  if (duplicates.length > 0) {
    throw new SettingsError(
      `${file} has the same name twice in one object:\n${duplicates.map((duplicate) => `  ${duplicate}`).join('\n')}`,
    );
  }
  return JSON.parse(json);
}

function placeOf(line: number, column: number): string {
  return `line ${line + 1}, column ${column + 1}`;
}
