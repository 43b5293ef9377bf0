import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

import { type ClientConfiguration } from '../web/client-configuration';
import { forwardCallback } from './awaited-sign-in';

/** Folder of the built web client. */
export const webClientFolder = join('dist', 'web');

/** Serves the web client as any host must, with the configuration that its page requests. */
export function createWebClient(configuration: ClientConfiguration): Hono {
  const app = new Hono();
  app.get('*', async (context, next) => (await forwardCallback(new URL(context.req.url))) ?? next());
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(webClientHeaders)) {
      context.header(name, value);
    }
  });
  app.get('/config.json', (context) => context.json(configuration));
  // Not a route: the path of a callback URL can contain characters that a router reads as a pattern.
  const pages = ['/', new URL(configuration.redirectUri).pathname];
  app.get('*', async (context, next) => {
    if (!pages.includes(new URL(context.req.url).pathname)) {
      return next();
    }
    const html = await readFile(join(webClientFolder, 'index.html'), 'utf8').catch(() => undefined);
    return html === undefined
      ? context.text(`The folder ${webClientFolder} is missing. If the terminal does not say why, start again.`, 503)
      : context.html(connectTo(configuration, html));
  });
  app.use(serveStatic({ root: webClientFolder }));
  return app;
}

/** Headers that a host should send with the files of the web client. */
export const webClientHeaders = {
  // The rest of the policy is in index.html, where this directive has no effect.
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cache-Control': 'no-cache',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Allows the page, in its content security policy, to connect only to its own origin, the login and the API. */
export function connectTo({ hostedDomainUrl, protectedResourceUrl }: ClientConfiguration, indexHtml: string): string {
  const origins = [hostedDomainUrl, ...(protectedResourceUrl === undefined ? [] : [protectedResourceUrl])].map(
    (url) => new URL(url).origin,
  );
  return indexHtml.replace(/connect-src 'self'[^;]*/, ["connect-src 'self'", ...origins].join(' '));
}
