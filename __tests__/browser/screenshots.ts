// `npm run screenshots`: draws the pictures of the README, or with a folder as argument every view in every form.
import '../support/temporary-folder';

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { startServices, WebClient } from '../support/web-client';
import { colorSchemes, screens, views } from '../support/web-client-views';

const pictures = ['landing', 'login', 'sign-up', 'api-answer'];
const [, , everythingTo] = process.argv;

void main();

async function main(): Promise<void> {
  const folder = everythingTo ?? join('.github', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const start = startServices();
  const client = await WebClient.of(start);
  for (const [name, show] of Object.entries(views)) {
    if (everythingTo === undefined && !pictures.includes(name)) {
      continue;
    }
    const context = await client.visit(everythingTo === undefined ? { viewport: { width: 640, height: 600 } } : {});
    const page = await context.newPage();
    await show(client, page);
    for (const colorScheme of colorSchemes) {
      await page.emulateMedia({ colorScheme });
      if (everythingTo === undefined) {
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
        continue;
      }
      for (const [screen, { viewport }] of Object.entries(screens)) {
        await page.setViewportSize(viewport);
        await page.screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`) });
      }
    }
    await context.close();
  }
  await client.close();
  await start.interrupt();
}
