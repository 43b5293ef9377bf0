import { type Context } from 'hono';
import { type CookieOptions } from 'hono/utils/cookie';

/**
 * The attributes of Cognito's cookies, with `Secure` over https only: Safari does not store such cookies for
 * http://localhost. Requests do not leave this machine.
 */
export function cookieOptions(context: Context): CookieOptions {
  return { path: '/', secure: new URL(context.req.url).protocol === 'https:', httpOnly: true, sameSite: 'Lax' };
}
