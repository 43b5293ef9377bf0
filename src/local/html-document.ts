import { createHash } from 'node:crypto';

import { html, raw } from 'hono/html';
import { type HtmlEscapedString } from 'hono/utils/html';

/** HTML in which every value has been escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const style = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f6; --card: #ffffff; --text: #111827; --quiet: #4b5563; --line: #8b93a1; --rule: #e5e7eb;
  --accent: #1d4ed8; --accent-hover: #1e40af; --on-accent: #ffffff; --error: #b91c1c; --error-ground: #fef2f2;
  --notice-ground: #eff6ff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0b0f19; --card: #151b2b; --text: #f3f4f6; --quiet: #aab2c0; --line: #6b7588; --rule: #2a3347;
    --accent: #93b4ff; --accent-hover: #b6ccff; --on-accent: #0b1530; --error: #fca5a5; --error-ground: #3a1519;
    --notice-ground: #17233f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; padding: clamp(1rem, 6vh, 4rem) 1rem 1.5rem;
  display: flex; flex-direction: column; align-items: center; gap: 1.5rem;
  font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground);
}
main {
  width: 100%; max-width: 26rem; margin: auto; padding: clamp(1.25rem, 5vw, 2.25rem);
  background: var(--card); border: 1px solid var(--rule); border-radius: 0.75rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / 6%), 0 8px 24px rgb(0 0 0 / 6%);
}
main.wide { max-width: 44rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.375rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 0; font-size: 1.0625rem; }
p { margin: 0 0 1rem; }
main > :last-child, main > form:last-child > :last-child { margin-bottom: 0; }
form + p, form + form { margin-top: 1.25rem; }
label { display: block; margin-bottom: 0.25rem; font-weight: 600; }
input {
  width: 100%; margin-bottom: 1rem; padding: 0.625rem 0.75rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: 0.5rem;
}
input.code { font-variant-numeric: tabular-nums; letter-spacing: 0.3em; }
button, input[type='submit'] {
  width: 100%; margin: 0.25rem 0 0; padding: 0.6875rem 0.75rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: 0.5rem;
}
button:hover, input[type='submit']:hover { background: var(--accent-hover); }
a { color: var(--accent); text-underline-offset: 0.15em; }
a:hover { color: var(--accent-hover); }
button.link {
  display: inline; width: auto; margin: 0; padding: 0; font-weight: inherit; color: var(--accent);
  background: none; border: 0; border-radius: 0.125rem; text-decoration: underline; text-underline-offset: 0.15em;
}
button.link:hover { color: var(--accent-hover); background: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error, .notice { padding: 0.75rem 1rem; border-radius: 0.5rem; overflow-wrap: anywhere; }
.error { white-space: pre-line; color: var(--error); background: var(--error-ground); border: 1px solid currentcolor; }
.notice { background: var(--notice-ground); }
.aside, footer { color: var(--quiet); font-size: 0.9375rem; }
.mail { padding: 1rem 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
.mail p:last-child { margin: 0; white-space: pre-line; }
strong { overflow-wrap: anywhere; }
ul { margin: -0.25rem 0 1rem; padding-left: 1.25rem; color: var(--quiet); font-size: 0.9375rem; }
pre {
  margin: 0 0 1rem; padding: 0.875rem 1rem; font-size: 0.875rem; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--ground); border-radius: 0.5rem;
}
`;

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
