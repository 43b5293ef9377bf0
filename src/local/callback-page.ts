import { Hono } from 'hono';
import { html } from 'hono/html';

import { contentSecurityPolicy, htmlDocument } from './html-document';
import { withParameters } from './user-pool/parameters';
import { type AppClient } from './user-pool/user-pool-configuration';

export interface CallbackPageProps {
  readonly client: AppClient;
  /** The registered callback. */
  readonly callbackUrl: string;
  readonly loginDomainUrl: string;
}

/** The page that the login sends the browser back to where there is no web client: it says what has arrived. */
export function createCallbackPage({ client, callbackUrl, loginDomainUrl }: CallbackPageProps): Hono {
  const loginUrl = withParameters(`${loginDomainUrl}/oauth2/authorize`, {
    client_id: client.id,
    response_type: 'code',
    scope: client.scopes.join(' '),
    redirect_uri: callbackUrl,
  });
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('Content-Security-Policy', contentSecurityPolicy());
    context.header('Cache-Control', 'no-store');
    // The code is in the address: no link may carry it further.
    context.header('Referrer-Policy', 'no-referrer');
  });
  const signIn = html`<p><a href="${loginUrl}">Sign in</a></p>`;
  app.get('/', (context) =>
    context.html(
      htmlDocument(
        'Signed out',
        html`<h1>Nobody has signed in here.</h1>
          ${signIn}`,
      ),
    ),
  );
  app.get(new URL(callbackUrl).pathname, (context) => {
    const error = context.req.query('error');
    if (error !== undefined) {
      return context.html(
        htmlDocument(
          'Refused',
          html`<h1>The login was refused.</h1>
            <p class="error" role="alert">${error}</p>
            ${signIn}`,
        ),
      );
    }
    if (context.req.query('code') === undefined) {
      return context.redirect('/');
    }
    const command = [
      `curl ${loginDomainUrl}/oauth2/token`,
      '-d grant_type=authorization_code',
      `-d client_id=${client.id}`,
      `-d redirect_uri=${callbackUrl}`,
      '-d code=CODE',
    ].join(' ');
    return context.html(
      htmlDocument(
        'Signed in',
        html`<h1>You are signed in.</h1>
          <p>
            The login has sent you back here with an authorization code. It is in the address bar, behind
            <code>code=</code>, good for one use within five minutes. Put it in the place of <code>CODE</code>:
          </p>
          <pre><code>${command}</code></pre>
          <p>The answer holds the access token that opens the API.</p>`,
        { wide: true },
      ),
    );
  });
  return app;
}
