// `npm run build:web`: builds the web client for any static host, and prints what that host needs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { connectTo, webClientFolder, webClientHeaders } from '../../http/web-client';
import { fail, readOptions } from '../command-line';
import { buildWebClient, type WebClientError } from '../web-client-build';
import { readClientConfiguration, webClientOptions, webClientUsage } from '../web-client-configuration';
import { writeFile } from '../write-file';

const usage = `
npm run build:web -- [options]: builds the web client for any static host, in ${webClientFolder}

${webClientUsage}`;

const options = readOptions(usage, webClientOptions);

void main();

async function main(): Promise<void> {
  const configuration = readClientConfiguration(options);
  await buildWebClient().catch((error: unknown) => fail((error as WebClientError).message));
  const indexHtml = join(webClientFolder, 'index.html');
  writeFile(indexHtml, connectTo(configuration, readFileSync(indexHtml, 'utf8')));
  writeFile(join(webClientFolder, 'config.json'), `${JSON.stringify(configuration, null, 2)}\n`);

  const { origin, pathname } = new URL(configuration.redirectUri);
  const headers = Object.entries(webClientHeaders).map(([name, value]) => `  ${name}: ${value}`);
  console.log(`${webClientFolder} is the web client for ${origin}. Put it at the root of that host.

The host must serve index.html for / and for ${pathname}, and should send these headers:

${headers.join('\n')}

The app client needs these URLs. Add them in cdktf.json, context.settings.appClients, and run npm run deploy:

  "callbackUrls": ["${configuration.redirectUri}"]
  "logoutUrls": ["${configuration.logoutUri ?? `${origin}/`}"]

${
  configuration.logoutUri === undefined
    ? `Without a logout URL, Sign out does not end the session of the hosted login. After the deploy, run this command again.`
    : 'Sign out also ends the session of the hosted login.'
}`);
}
