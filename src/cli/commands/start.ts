// `npm start`: serves on this machine what Terraform describes: the stacks of this project, or those of others.
import { fail, readOptions, type Values } from '../command-line';
import { environmentOption } from '../environment';
import { fileOptions, fileUsage } from '../start/file-options';
import { serve, type StackSource } from '../start/serve';
import { readServeOptions, serveOptions, serveUsage, webClientOption, webClientUsage } from '../start/serve-options';
import { synthesizedSource } from '../start/synthesized-source';
import { buildWebClient, WebClientError } from '../web-client-build';

const usage = `
npm start -- [options]: the login and the API of the stacks on this machine, without an AWS account

  --environment NAME  an environment of cdktf.json (default: the default environment)
${fileUsage}
${webClientUsage}
${serveUsage}
`;

const allOptions = { ...environmentOption, ...fileOptions, ...webClientOption, ...serveOptions };

void start(readOptions(usage, allOptions));

async function start(options: Values<typeof allOptions>): Promise<void> {
  const files = await filesIn(options);
  const source = files ?? synthesizedSource(options);
  // At the callback URL of another project is that project itself.
  const hasWebClient = files === undefined || options['web-port'] !== undefined;
  serve({ source, options: readServeOptions(options), ...(hasWebClient && { updateWebClient }) });
}

/** Returns the files of other projects, or nothing without an option that names one. */
async function filesIn(options: Values<typeof allOptions>): Promise<StackSource | undefined> {
  const { plan, state, stacks, environment } = options;
  if ([plan, state, stacks].every((paths) => paths.length === 0)) {
    return undefined;
  }
  if (environment !== undefined) {
    fail('--environment cannot be used with --plan, --state and --stacks: it is an environment of cdktf.json.');
  }
  // Imported here: without these options, it is not loaded.
  const { fileSource } = await import('../start/file-source.js');
  return fileSource({ plan, state, stacks });
}

/** Builds the web client again if its sources have changed. If that fails, the last build is served. */
async function updateWebClient(): Promise<boolean> {
  try {
    return await buildWebClient();
  } catch (error) {
    console.error(error instanceof WebClientError ? error.message : error);
    return false;
  }
}
