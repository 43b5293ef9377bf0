import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { html, raw } from 'hono/html';
import { type HtmlEscapedString } from 'hono/utils/html';

/** HTML in which every value is escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Shared with the web client, so that both look the same. */
const style = readFileSync(join(__dirname, 'style.css'), 'utf8');

/** Creates a page: one card on every screen size, in the light or dark color scheme of the system. */
export function htmlDocument(
  title: string,
  content: Html,
  { footer, wide = false }: { readonly footer?: Html; readonly wide?: boolean } = {},
): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <main class="${wide ? 'wide' : ''}">${content}</main>
        ${footer === undefined ? '' : html`<footer>${footer}</footer>`}
      </body>
    </html>`;
}

/**
 * Returns the content security policy of the pages: no scripts, no frames, nothing from other origins.
 *
 * @param formTargets other sources that a form can lead to; Chrome also checks the redirects of a form
 */
export function contentSecurityPolicy(formTargets: readonly string[] = []): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
