import { existsSync } from 'node:fs';

import { distance } from 'fastest-levenshtein';

import { JsonFile, JsonFileError } from '../rules/json-file';
import { isObject } from '../rules/rule';

/** Settings that are not valid. The message lists everything that is wrong. */
export class SettingsError extends Error {}

/** The members of `context` in cdktf.json that this project reads, as the user wrote them. */
export interface GivenSettings {
  /** Settings of the default environment. A missing setting has its default. */
  readonly settings?: unknown;
  /** The other environments, by name: the settings that differ from those of the default environment. */
  readonly environments?: unknown;
  /** The file that has them, which knows the place of each. */
  readonly file?: JsonFile;
}

const memberNames = ['settings', 'environments'];

/**
 * Reads the settings from a cdktf.json.
 *
 * @throws {SettingsError} when it cannot be read, or has settings in the wrong place
 */
export function readCdktfJson(name: string): GivenSettings {
  const file = read(name);
  const { value: json } = file;
  const place = 'the settings must be at context.settings, as {"context": {"settings": {…}}}';
  if (!isObject(json) || (json.context !== undefined && !isObject(json.context))) {
    throw new SettingsError(`${name} has the wrong structure: ${place}.`);
  }
  const { context = {} } = json as { context?: Readonly<Record<string, unknown>> };
  // Settings in the wrong place would have no effect, and a deploy would use the defaults.
  const misplaced =
    memberNames.find((member) => member in json) ??
    [...Object.keys(json), ...Object.keys(context)].find(
      (key) => !memberNames.includes(key) && memberNames.some((member) => distance(key, member) <= 2),
    );
  if (misplaced !== undefined) {
    const path = misplaced in json ? [misplaced] : ['context', misplaced];
    throw new SettingsError(
      `${name}: ${file.placeOf(path)}: ${JSON.stringify(misplaced)} has no effect there: ${place}.`,
    );
  }
  const { settings, environments } = context;
  return { file, ...(settings !== undefined && { settings }), ...(environments !== undefined && { environments }) };
}

function read(name: string): JsonFile {
  try {
    return JsonFile.read(name);
  } catch (error) {
    if (!(error instanceof JsonFileError)) {
      throw error;
    }
    throw new SettingsError(
      existsSync(name) ? error.message : `${error.message} Run this command in the folder of the project.`,
    );
  }
}
