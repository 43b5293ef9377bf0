import axe, { type AxeResults } from 'axe-core';

import { startServices, WebClient } from '../support/web-client';
import { colorSchemes, screens, views } from '../support/web-client-views';

const start = startServices();
let client: WebClient;

beforeAll(async () => {
  client = await WebClient.of(start);
});

afterAll(async () => {
  await client.close();
  expect([await start.interrupt(), start.stderr]).toEqual([0, '']);
});

describe.each(Object.entries(views))('%s', (_, show) => {
  test('has nothing that axe finds, light or dark, and fits on a phone', async () => {
    // axe is a script of ours, which the page's own policy would keep out.
    const context = await client.visit({ ...screens.phone, bypassCSP: true });
    const page = await context.newPage();
    await show(client, page);
    for (const colorScheme of colorSchemes) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(screens.phone.viewport.width);
    await context.close();
  });
});
