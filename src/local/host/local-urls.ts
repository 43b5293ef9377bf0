/** A URL of the stacks, and the local URL that replaces it and all URLs below it. */
export type Move = readonly [from: string, to: string];

/**
 * Replaces the URLs in a string, and those in the queries of URLs, by local ones.
 *
 * URLs are compared by origin and by parts of the path: `http://localhost:30001` is not below `http://localhost:3000`.
 */
export function localize(text: string, moves: readonly Move[]): string {
  return text.replace(/https?:\/\/[^\s"'<>,]+/gi, (url) => localizeUrl(url, moves));
}

function localizeUrl(url: string, moves: readonly Move[]): string {
  const origin = originIn(url);
  if (origin === undefined || !URL.canParse(url)) {
    return url;
  }
  const rest = url.slice(origin.length).replace(/(?<=[?&][^=&#]*=)[^&#]+/g, (value) => localizeValue(value, moves));
  for (const [from, to] of moves) {
    const { origin: fromOrigin, pathname } = new URL(from);
    const path = pathname.replace(/\/$/, '');
    const below = rest.slice(path.length);
    if (new URL(url).origin === fromOrigin && rest.startsWith(path) && /^(?:[/?#]|$)/.test(below)) {
      return to + below;
    }
  }
  return origin + rest;
}

function localizeValue(value: string, moves: readonly Move[]): string {
  const url = new URLSearchParams(`url=${value}`).get('url')!;
  const local = localize(url, moves);
  return local === url ? value : encodeURIComponent(local);
}

/** Returns the origin of a web page as its URL spells it. */
export function originIn(url: string): string | undefined {
  return /^https?:\/\/[^/?#]*/i.exec(url)?.[0];
}
