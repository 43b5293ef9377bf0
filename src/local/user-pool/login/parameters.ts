import { type Context } from 'hono';

/** Returns whether a parameter occurs more than once, which OAuth does not allow. */
export function hasDuplicates(parameters: URLSearchParams): boolean {
  const names = [...parameters.keys()];
  return new Set(names).size < names.length;
}

/** Returns the parameters in the URL of a request. */
export function queryOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}

/** Returns whether every percent sign in the query string of a request begins an encoded character. */
export function isQueryDecodable(context: Context): boolean {
  try {
    decodeURIComponent(rawQueryOf(context));
    return true;
  } catch {
    return false;
  }
}

/** Returns the query string of a request as it was sent, with its question mark, or an empty string. */
export function rawQueryOf(context: Context): string {
  return new URL(context.req.url).search;
}

/** Returns the fields of a submitted form, or nothing if the body is not an HTML form. */
export async function formOf(context: Context): Promise<URLSearchParams | undefined> {
  const mediaType = context.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  return mediaType === 'application/x-www-form-urlencoded' ? new URLSearchParams(await context.req.text()) : undefined;
}

/** Appends parameters to a URL that can already have some, and changes nothing else. */
export function withParameters(url: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(given).toString()}`;
}
