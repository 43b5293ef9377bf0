import { type Context } from 'hono';

/** Says whether a parameter comes twice: OAuth forbids that, and two readers could each see another value. */
export function hasDuplicates(parameters: URLSearchParams): boolean {
  const names = [...parameters.keys()];
  return new Set(names).size < names.length;
}

/** Returns the parameters in the URL of a request. */
export function queryOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}

/** Returns the query of a request as it was sent, with its question mark, or nothing if there is none. */
export function rawQueryOf(context: Context): string {
  return new URL(context.req.url).search;
}

/** Returns the fields of a form that was sent, or nothing when the body is not the form of an HTML page. */
export async function formOf(context: Context): Promise<URLSearchParams | undefined> {
  const mediaType = context.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  return mediaType === 'application/x-www-form-urlencoded' ? new URLSearchParams(await context.req.text()) : undefined;
}

/** Adds parameters to a URL, which may have some already, and changes nothing else in it. */
export function withParameters(url: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(given).toString()}`;
}
