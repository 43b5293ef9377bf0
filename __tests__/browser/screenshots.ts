// `npm run screenshots`: draws the pictures of the README, or with a folder as argument every view in every form.
import '../support/temporary-folder';

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { startServices, WebClient } from '../support/web-client';
import { colorSchemes, screens, views } from '../support/web-client-views';

const window = { width: 640, height: 600 };
const tallWindow = { width: 640, height: 980 };

/** The windows of the pictures, and the headings at their top where a page is longer. */
const pictures: Readonly<Record<string, { readonly viewport: typeof window; readonly top?: string }>> = {
  landing: { viewport: window },
  login: { viewport: window },
  'sign-up': { viewport: window },
  'api-answer': { viewport: window },
  timeline: { viewport: { width: 640, height: 1240 }, top: 'How this worked' },
  tokens: { viewport: tallWindow, top: 'The tokens arrive' },
  'other-ways': { viewport: tallWindow, top: 'Try to get in another way' },
  'wrong-verifier': { viewport: tallWindow, top: 'With an expired token' },
};
const [, , everythingTo] = process.argv;

void main();

async function main(): Promise<void> {
  const folder = everythingTo ?? join('.github', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const start = startServices();
  const client = await WebClient.of(start);
  for (const [name, show] of Object.entries(views)) {
    const picture = pictures[name];
    if (everythingTo === undefined && !picture) {
      continue;
    }
    const context = await client.visit(everythingTo === undefined ? { viewport: picture!.viewport } : {});
    const page = await context.newPage();
    await show(client, page);
    if (everythingTo === undefined && picture?.top !== undefined) {
      const { y } = (await page.getByRole('heading', { name: picture.top }).boundingBox())!;
      await page.evaluate(`scrollBy(0, ${y - 32})`);
    }
    for (const colorScheme of colorSchemes) {
      await page.emulateMedia({ colorScheme });
      if (everythingTo === undefined) {
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
        continue;
      }
      for (const [screen, { viewport }] of Object.entries(screens)) {
        await page.setViewportSize(viewport);
        await page.screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`), fullPage: true });
      }
    }
    await context.close();
  }
  await client.close();
  await start.interrupt();
}
