import { randomUUID } from 'node:crypto';

import { type Context, type MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

import { equalSecrets } from '../secrets';
import { cookieOptions } from './cookies';
import { type LoginEnv } from './login-env';

const csrfCookie = 'XSRF-TOKEN';

/** Sets the cookie that the forms repeat, in every response of the domain. */
export const csrfProtection: MiddlewareHandler<LoginEnv> = async (context, next) => {
  context.set('csrfToken', cookieOf(context) ?? randomUUID());
  await next();
  setCookie(context, csrfCookie, context.get('csrfToken'), cookieOptions(context));
};

/** Returns whether a form repeats the cookie, which no other site can read. */
export function isCsrfTokenValid(context: Context, form: URLSearchParams): boolean {
  const inCookie = cookieOf(context);
  const inForm = form.get('_csrf');
  return inCookie !== undefined && inForm !== null && equalSecrets(inCookie, inForm);
}

/**
 * Returns the cookie if a form can repeat it. Another server on localhost can set one that is empty, or that a form
 * changes.
 */
function cookieOf(context: Context): string | undefined {
  const cookie = getCookie(context, csrfCookie) ?? '';
  return /^[\w-]{1,128}$/.test(cookie) ? cookie : undefined;
}
