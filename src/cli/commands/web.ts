// `npm run web`: serves the web client on this machine, for a deployed stack.
import { getRequestListener } from '@hono/node-server';

import { LoopbackServer, loopbackPortOf, PortError } from '../../http/loopback-server';
import { createWebClient } from '../../http/web-client';
import { fail, readOptions } from '../command-line';
import { endWithNpm } from '../end-with-npm';
import { buildWebClient, type WebClientError } from '../web-client-build';
import { readClientConfiguration, webClientOptions, webClientUsage } from '../web-client-configuration';

const usage = `
npm run web -- [options]: serves the web client on this machine, for a deployed stack

${webClientUsage}`;

const options = readOptions(usage, webClientOptions);

void main();

async function main(): Promise<void> {
  const configuration = readClientConfiguration(options);
  const { origin } = new URL(configuration.redirectUri);
  const port = loopbackPortOf(configuration.redirectUri);
  if (port === undefined) {
    return fail(
      `The login returns to ${configuration.redirectUri}, which is not on this machine: ` +
        'add http://localhost:3000/dashboard to the callbackUrls of the app client in cdktf.json, context.settings, ' +
        'run npm run deploy, and choose it with --callback-url.',
    );
  }
  await buildWebClient().catch((error: unknown) => fail((error as WebClientError).message));
  const server = await LoopbackServer.open(port).catch((error: unknown) => {
    if (error instanceof PortError) {
      return fail(
        `${error.message}: stop the program that uses it, such as npm start, or choose another URL with --callback-url.`,
      );
    }
    throw error;
  });
  endWithNpm();
  server.serve(getRequestListener(createWebClient(configuration).fetch));
  console.log(`The web client is at ${origin}\nPress Ctrl-C to stop it.`);
}
