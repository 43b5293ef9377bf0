import axe, { type AxeResults } from 'axe-core';

import { type Services, TestServices } from '../support/local-services';
import { WebClient } from '../support/web-client';
import {
  colorSchemes,
  mfaRequired,
  mfaViews,
  providerViews,
  screens,
  views,
  withGoogle,
} from '../support/web-client-views';

const localServices = new TestServices();

describe.each([
  ['the default settings', {}, views],
  ['an authenticator app', mfaRequired, mfaViews],
  ['an identity provider', withGoogle, providerViews],
])('with %s,', (_, changes, shown) => {
  let client: WebClient<Services>;

  beforeAll(async () => {
    client = await WebClient.open(await localServices.serve(changes));
  });

  afterAll(() => client.close());

  test.each(Object.entries(shown))(
    '%s has nothing that axe finds, light or dark, and fits on a phone',
    async (_, show) => {
      // axe is a script of ours, which the page's own policy would keep out.
      const context = await client.visit({ ...screens.phone, bypassCSP: true });
      const page = await context.newPage();
      await show(client, page);
      await page.evaluate(axe.source);
      for (const [index, colorScheme] of colorSchemes.entries()) {
        await page.emulateMedia({ colorScheme });
        // The other rules do not depend on colors, and the color scheme changes nothing else.
        const { violations } = await page.evaluate<AxeResults>(
          index === 0 ? 'axe.run()' : "axe.run({ runOnly: 'cat.color' })",
        );
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(screens.phone.viewport.width);
      await context.close();
    },
  );
});
