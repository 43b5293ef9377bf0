import { existsSync } from 'node:fs';

import { chromiumPath } from './chromium';
import setUp from './global-setup';

/** Ends the run before it begins when there is no browser: a skipped test would look like one that passed. */
export default async function setUpBrowser(): Promise<void> {
  if (!existsSync(chromiumPath)) {
    console.error(
      `There is no Chromium at ${chromiumPath}: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to one.`,
    );
    process.exit(1);
  }
  await setUp();
}
