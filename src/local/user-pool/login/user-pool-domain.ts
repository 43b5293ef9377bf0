import { randomUUID } from 'node:crypto';

import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';

import { discoveryRoutes } from '../tokens/discovery';
import { type UserPool } from '../user-pool';
import { type CalledProvider } from './called-provider';
import { csrfProtection } from './csrf-protection';
import { type LoginEnv } from './login-env';
import { HostedLogin } from './hosted-login';
import { oauthError } from './oauth-error';
import { revokeToken } from './revocation-endpoint';
import { issueTokens } from './token-endpoint';
import { describeUser } from './user-info-endpoint';

interface UserPoolDomainProps {
  /**
   * The identity providers that are called, by name.
   *
   * @default - a page of the hosted login simulates each
   */
  readonly calledProviders?: ReadonlyMap<string, CalledProvider> | undefined;
  /**
   * Runs for every request.
   *
   * @default - none
   */
  readonly log?: MiddlewareHandler<LoginEnv> | undefined;
  /** Called with an error that is not the client's. */
  readonly onError: (error: Error) => void;
}

/** Headers of every response from Cognito, except for HSTS: it would turn every http://localhost into https. */
const securityHeaders = {
  'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-XSS-Protection': '1; mode=block',
} as const;

/** In bytes. Every form of the login and every token request is smaller. */
const largestBody = 64 * 1024;

/**
 * The domain of a user pool: its OAuth 2.0 endpoints, its hosted login, and what Cognito has at its issuer. For a pool
 * without a domain, only the latter. Both have the mailbox of this machine.
 */
export function createUserPoolDomain(
  pool: UserPool,
  { calledProviders = new Map(), log, onError }: UserPoolDomainProps,
): Hono<LoginEnv> {
  const app = new Hono<LoginEnv>();
  const hostedLogin = new HostedLogin(pool, calledProviders);

  if (log) {
    app.use(log);
  }
  app.use(csrfProtection);
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries({ ...securityHeaders, 'x-amz-cognito-request-id': randomUUID() })) {
      context.header(name, value);
    }
    if (context.res.status === 302) {
      context.header('Content-Length', '0');
    }
    if (context.res.headers.get('Content-Type') === 'application/json') {
      context.header('Content-Type', 'application/json;charset=UTF-8');
    }
  });
  app.use((_, next) => pool.saveAfter(next));
  // Cognito allows all origins here, regardless of the app client.
  for (const path of ['/oauth2/token', '/oauth2/userInfo', '/oauth2/revoke']) {
    app.use(
      path,
      cors({ origin: '*' }),
      bodyLimit({ maxSize: largestBody, onError: (context) => oauthError(context, 'invalid_request', 413) }),
    );
  }
  app.use(
    bodyLimit({ maxSize: largestBody, onError: (context: Context<LoginEnv>) => hostedLogin.reject(context, 413) }),
  );

  if (pool.configuration.domain) {
    app.post('/oauth2/token', (context) => issueTokens(context, pool));
    app.all('/oauth2/token', (context) => oauthError(context, 'invalid_request', 405));
    app.get('/oauth2/userInfo', (context) => describeUser(context, pool));
    app.post('/oauth2/revoke', (context) => revokeToken(context, pool));
    app.route('/', hostedLogin.routes);
  }
  app.route('/', discoveryRoutes(pool));
  app.route('/', hostedLogin.mailbox);
  app.notFound((context) => hostedLogin.reject(context, 404));
  app.onError((error, context) => {
    onError(error);
    // The headers of the failed response must not have an effect.
    for (const name of ['Location', 'Set-Cookie']) {
      context.header(name, undefined);
    }
    return hostedLogin.reject(context, 500);
  });
  return app;
}
