import { randomUUID } from 'node:crypto';

import { type Context, type MiddlewareHandler } from 'hono';
import { setCookie } from 'hono/cookie';

import { equalSecrets } from '../secrets';
import { cookieOptions } from './cookies';
import { type LoginEnv } from './login-env';

const csrfCookie = 'XSRF-TOKEN';

/** Sets the cookie that the forms repeat, in every response of the domain. */
export const csrfProtection: MiddlewareHandler<LoginEnv> = async (context, next) => {
  context.set('csrfToken', cookiesOf(context)[0] ?? randomUUID());
  await next();
  setCookie(context, csrfCookie, context.get('csrfToken'), cookieOptions(context));
};

/** Returns whether a form repeats the cookie, which no other site can read. */
export function isCsrfTokenValid(context: Context, form: URLSearchParams): boolean {
  return hasCsrfToken(context, form.get('_csrf') ?? '');
}

/** Returns whether a request comes from the browser that has this cookie. */
export function hasCsrfToken(context: Context, csrfToken: string): boolean {
  return cookiesOf(context).some((inCookie) => equalSecrets(inCookie, csrfToken));
}

/**
 * Returns the cookies that a form can repeat. Another server on localhost can set one that is empty, that a form
 * changes, or, with a longer path, a second one before this one.
 */
function cookiesOf(context: Context): string[] {
  const header = context.req.header('Cookie') ?? '';
  return header.split(/; */).flatMap((pair) => /^XSRF-TOKEN=([\w-]{1,128})$/.exec(pair)?.[1] ?? []);
}
