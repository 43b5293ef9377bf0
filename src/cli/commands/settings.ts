// `npm run settings`: lists the settings of an environment, with their values, their sources and their descriptions.
import { readCdktfJson } from '../../settings/cdktf-json';
import { loadEnvironments } from '../../settings/environments';
import { cdktfJsonSchema, schemaFile } from '../../settings/json-schema';
import { type ListedSetting, listSettings } from '../../settings/settings-list';
import { readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { writeFile } from '../write-file';

const usage = `
npm run settings -- [options]: lists all settings, with their values and descriptions

  --environment NAME  an environment of cdktf.json (default: the default environment)
  --json              prints one JSON document
  --schema            writes the JSON Schema of cdktf.json to ${schemaFile}
  --help              shows this help
`;

const options = readOptions(usage, {
  ...environmentOption,
  json: { type: 'boolean', default: false },
  schema: { type: 'boolean', default: false },
});

if (options.schema) {
  writeFile(schemaFile, `${JSON.stringify(cdktfJsonSchema(), null, 2)}\n`);
  console.log(`The JSON Schema of cdktf.json is in ${schemaFile}.`);
} else {
  const { name } = SelectedEnvironment.read(options);
  const environment = loadEnvironments().find((each) => each.name === name)!;
  const settings = listSettings(environment, readCdktfJson('cdktf.json'), process.env);
  console.log(options.json ? JSON.stringify(settings, null, 2) : format(settings));
}

/** Returns each setting as a line with its name, value and source, followed by its description; chapters are apart. */
function format(settings: readonly ListedSetting[]): string {
  return settings
    .map(({ setting, value, source, description, allowed, change }, index) =>
      [
        ...(index > 0 && chapterOf(setting) !== chapterOf(settings[index - 1]!.setting) ? [''] : []),
        `${setting}: ${formatValue(value)}  (${source})`,
        `    ${description}`,
        ...(allowed === undefined ? [] : [`    Allowed: ${allowed}.`]),
        ...(change === undefined ? [] : [`    A change ${change}.`]),
      ].join('\n'),
    )
    .join('\n');
}

/** Returns what groups settings: the entry of a map, the object, or nothing for a setting of one value. */
function chapterOf(setting: string): string {
  const [entry] = /^(?:appClients|groups|resourceServers|routes)(?:\.[\w-]+|\["[^\]]*"\])/.exec(setting) ?? [];
  return entry ?? (setting.includes('.') ? setting.split('.')[0]! : '');
}

function formatValue(value: unknown): string {
  if (value === undefined) {
    return 'not set';
  }
  return Array.isArray(value) && value.length > 0
    ? value.join(', ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}
