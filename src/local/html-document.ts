import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { html, raw } from 'hono/html';
import { type HtmlEscapedString } from 'hono/utils/html';

/** HTML in which every value has been escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The web client's too: the two look like one product. */
const style = readFileSync(join(__dirname, '..', 'web', 'style.css'), 'utf8');

/** One document: the same card on a phone and on a desk, light or dark as the person's system is. */
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
 * Content security policy of the documents: no script, no frame, nothing from elsewhere.
 *
 * @param formTargets where a form may lead, besides here; Chrome holds a form's redirects to this too
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
