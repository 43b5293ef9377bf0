import { readFileSync } from 'node:fs';

import { mergeSettings } from '../../src/settings/merge-settings';
import { settingsRule } from '../../src/settings/settings';

interface CdktfJson {
  readonly context: { readonly settings: object };
}

const [, chapter] = /^## For production\n(.*?)^## /ms.exec(readFileSync('src/settings/README.md', 'utf8'))!;

/** The settings that the README shows for production: those for every account, and those with ARNs of an account. */
export const [productionSettings, accountSettings] = [...chapter!.matchAll(/```json\n(.*?)```/gs)].map(
  ([, json]) => (JSON.parse(json!) as CdktfJson).context.settings,
) as [Readonly<Record<string, object>>, Readonly<Record<string, object>>];

/** Changes the production settings as an environment does that inherits them. */
export function productionWith(overrides: object): Readonly<Record<string, object>> {
  return mergeSettings(settingsRule, productionSettings, overrides) as Readonly<Record<string, object>>;
}
