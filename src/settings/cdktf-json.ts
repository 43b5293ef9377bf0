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
}

const memberNames = ['settings', 'environments'];

/** Reads the settings from a cdktf.json. */
export function readCdktfJson(file: string): GivenSettings {
  const json = read(file);
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

function read(file: string): unknown {
  try {
    return JsonFile.read(file).value;
  } catch (error) {
    if (!(error instanceof JsonFileError)) {
      throw error;
    }
    throw new SettingsError(
      existsSync(file) ? error.message : `${error.message} Run this command in the project's folder.`,
    );
  }
}
