// `npm start`: serves on this machine what the Terraform of the stacks describes.
import { readOptions } from '../command-line';
import { environmentOption } from '../environment';
import { serve } from '../start/serve';
import { readServeOptions, serveOptions, serveUsage, webClientOption, webClientUsage } from '../start/serve-options';
import { synthesizedSource } from '../start/synthesized-source';
import { buildWebClient, WebClientError } from '../web-client-build';

const usage = `
npm start -- [options]: the login and the API of the stacks on this machine, without an AWS account

  --environment NAME  an environment of cdktf.json (default: the default environment)
${webClientUsage}
${serveUsage}
`;

const options = readOptions(usage, { ...environmentOption, ...webClientOption, ...serveOptions });
const source = synthesizedSource(options);
serve({ source, options: readServeOptions(options), updateWebClient });

/** Builds the web client again if its sources have changed. If that fails, the last build is served. */
async function updateWebClient(): Promise<boolean> {
  try {
    return await buildWebClient();
  } catch (error) {
    console.error(error instanceof WebClientError ? error.message : error);
    return false;
  }
}
