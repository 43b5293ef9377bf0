#!/usr/bin/env node
// The program of the package `local-cognito`: serves the Terraform of any project on this machine.
import { fail, readOptions } from '../command-line';
import { fileOptions, fileUsage } from '../start/file-options';
import { fileSource } from '../start/file-source';
import { serve } from '../start/serve';
import { readServeOptions, serveOptions, serveUsage } from '../start/serve-options';

const usage = `
local-cognito [options]: the login and the API of Terraform on this machine, without an AWS account

${fileUsage}
  --expose-to-network listens on all addresses, and not only on those of localhost, for a
                      container, which has its own. Outside of one, everybody in your network
                      can then sign in, administer the users and read all emails
${serveUsage}
`;

const options = readOptions(usage, {
  ...fileOptions,
  ...serveOptions,
  'expose-to-network': { type: 'boolean', default: false },
});
const sources = Object.keys(fileOptions) as (keyof typeof fileOptions)[];
if (sources.every((name) => options[name].length === 0)) {
  fail(`What to serve is missing: give ${sources.map((name) => `--${name}`).join(' or ')}. --help shows all options.`);
}
serve({ source: fileSource(options), options: readServeOptions(options), isExposed: options['expose-to-network'] });
