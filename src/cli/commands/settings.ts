// `npm run settings`: lists the settings of an environment, each with its value, where that comes from, and its meaning.
import { writeFileSync } from 'node:fs';

import { readCdktfJson } from '../../settings/cdktf-json';
import { loadEnvironments } from '../../settings/environments';
import { cdktfJsonSchema, schemaFile } from '../../settings/json-schema';
import { type ListedSetting, listSettings } from '../../settings/settings-list';
import { readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';

const usage = `
npm run settings -- [options]: lists all settings, with their values and their meaning

  --environment NAME  an environment of cdktf.json (default: the default environment)
  --json              prints one JSON document
  --schema            writes the JSON Schema of cdktf.json to ${schemaFile}
  --help              shows this
`;

const options = readOptions(usage, {
  ...environmentOption,
  json: { type: 'boolean', default: false },
  schema: { type: 'boolean', default: false },
});

if (options.schema) {
  writeFileSync(schemaFile, `${JSON.stringify(cdktfJsonSchema(), null, 2)}\n`);
  console.log(`${schemaFile} is the JSON Schema of cdktf.json.`);
} else {
  const { name } = SelectedEnvironment.read(options);
  const environment = loadEnvironments().find((each) => each.name === name)!;
  const settings = listSettings(environment, readCdktfJson('cdktf.json'), process.env);
  console.log(options.json ? JSON.stringify(settings, null, 2) : text(settings));
}

/** Writes each setting as its name, its value and its source, with the meaning below. */
function text(settings: readonly ListedSetting[]): string {
  return settings
    .map(({ setting, value, source, description, allowed }) =>
      [
        `${setting}: ${shown(value)}  (${source})`,
        `    ${description}`,
        ...(allowed === undefined ? [] : [`    Allowed: ${allowed}.`]),
      ].join('\n'),
    )
    .join('\n');
}

function shown(value: unknown): string {
  if (value === undefined) {
    return 'not set';
  }
  return Array.isArray(value) && value.length > 0
    ? value.join(', ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}
