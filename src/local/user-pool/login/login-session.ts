import { randomUUID } from 'node:crypto';

import { type Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

import { type Session, type User } from '../model';
import { sessionSeconds } from '../sign-in/sessions';
import { type UserPool } from '../user-pool';
import { type AuthorizationRequest } from './authorization-request';
import { cookieOptions } from './cookies';
import { type HostedContext } from './login-env';
import { readSignOut } from './logout-endpoint';
import { queryOf, withParameters } from './parameters';

const sessionCookie = 'cognito';

/** The session of a browser at the hosted login, and the codes that apps get for it. */
export class LoginSession {
  constructor(private readonly pool: UserPool) {}

  /** Returns the session of a browser, if it is one that the client and the request take. */
  find(context: Context, { client, identityProvider }: AuthorizationRequest): Session | undefined {
    const session = this.pool.sessions.get(getCookie(context, sessionCookie) ?? '');
    const own = session?.identityProvider ?? '';
    const selected = typeof identityProvider === 'object' ? identityProvider.name : identityProvider;
    return client.identityProviders.includes(own) && (selected ?? own) === own ? session : undefined;
  }

  /** Begins the session of a user, and returns to the app. */
  begin(
    user: User,
    context: HostedContext,
    request: AuthorizationRequest,
    identityProvider = 'COGNITO',
  ): Promise<Response> {
    this.pool.sessions.end(getCookie(context, sessionCookie) ?? '');
    const { id, session } = this.pool.sessions.begin(user, identityProvider);
    setCookie(context, sessionCookie, id, { ...cookieOptions(context), maxAge: sessionSeconds });
    context.set('csrfToken', randomUUID());
    return this.returnToApp(context, session, request);
  }

  /** Returns to the app with a code. */
  async returnToApp(context: Context, session: Session, request: AuthorizationRequest): Promise<Response> {
    const { client, scopes, redirectUri, state } = request;
    const granted = { clientId: client.id, scopes, sub: session.user.sub };
    const overrides = await this.pool.overridesOf('TokenGeneration_HostedAuth', granted);
    const code = this.pool.sessions.issueCode(session, request, overrides);
    return context.redirect(withParameters(redirectUri, { code, state }));
  }

  signOut(context: Context): Response {
    const to = readSignOut(queryOf(context), this.pool.configuration);
    if (typeof to !== 'string') {
      return context.redirect(to.redirectsTo);
    }
    this.pool.sessions.end(getCookie(context, sessionCookie) ?? '');
    deleteCookie(context, sessionCookie, cookieOptions(context));
    return context.redirect(to);
  }
}
