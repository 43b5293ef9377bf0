import { readFileSync } from 'node:fs';

import { mergeSettings } from '../../src/settings/merge-settings';
import { settingsRule } from '../../src/settings/settings';

interface CdktfJson {
  readonly context: { readonly settings: object };
}

type Settings = Readonly<Record<string, object>>;

const [, json] = /^## For production\n.*?```json\n(.*?)```/ms.exec(readFileSync('src/settings/README.md', 'utf8'))!;

/** The settings that the README shows for production. */
export const productionSettings = (JSON.parse(json!) as CdktfJson).context.settings as Settings;

/** Changes the production settings as an environment does that inherits them. */
export function productionWith(...overrides: readonly object[]): Settings {
  return overrides.reduce<unknown>(
    (settings, each) => mergeSettings(settingsRule, settings, each),
    productionSettings,
  ) as Settings;
}

/** What provider 5.100 does not have. */
export const withoutVersion6 = {
  providerVersion: '>= 5.100.0, < 7.0.0',
  login: null,
  userPool: { userEventLogs: null },
  restApi: { securityPolicy: null, endpointAccessMode: null },
};
