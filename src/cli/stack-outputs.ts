import { existsSync } from 'node:fs';

import { z } from 'zod';

import { type Outputs } from '../stack/outputs';
import { readJson } from '../terraform/synthesized-stacks';
import { fail } from './command-line';
import { type SelectedEnvironment } from './environment';

/** The outputs by stack and name, as a deploy writes them to outputs.json. */
export const stackOutputsRule = z.record(z.string(), z.record(z.string(), z.unknown()));

/**
 * Reads the outputs of the stacks of an environment.
 *
 * Ignores outputs that are not strings, because this project has none. Checks that every `…Url` and the issuer are URLs,
 * and that there is an app client to which users sign in.
 *
 * @param given the file that the user has chosen; the default is the one of the local services
 */
export function readStackOutputs(given: string | undefined, environment: SelectedEnvironment): Outputs {
  const file = given ?? environment.localOutputsFile;
  const { scriptOption, outputsFile } = environment;
  const deploy = `npm run deploy${scriptOption}`;
  if (!existsSync(file)) {
    return fail(
      given === undefined
        ? `The local services are not running: start them with npm start${scriptOption}, or use the outputs of a deploy with --outputs ${outputsFile}.`
        : `${given} does not exist: ${deploy} writes the outputs to ${outputsFile}.`,
    );
  }
  const outputs = Object.values(parseStackOutputs(file, `${deploy} writes them to ${outputsFile}`))
    .flatMap((stack) => Object.entries(stack))
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  for (const [name, value] of outputs) {
    if (/(?:Url|^Issuer)$/.test(name) && !URL.canParse(value)) {
      fail(`${file}: ${name} must be a URL, got ${JSON.stringify(value)}; ${deploy} writes the file again.`);
    }
  }
  if (outputs.some(([name]) => name === 'TokenUrl') && !outputs.some(([name]) => name === 'HostedLoginUrl')) {
    fail(
      `${file} describes only app clients with the grant client_credentials, and no user signs in to those. ` +
        'This command needs an app client with the grant authorization_code.',
    );
  }
  return Object.fromEntries(outputs);
}

/**
 * Ends the program when the outputs have no app client, because the user pool is not one of the stacks.
 *
 * @param file the file that has the outputs
 */
export function requireAppClient(outputs: Outputs, file: string): void {
  const { CognitoUserPoolAppClientID, Issuer, Scopes } = outputs;
  if (CognitoUserPoolAppClientID === undefined && Issuer !== undefined) {
    fail(
      `${file} does not contain an app client: the setting userPool.arn names an existing user pool. ` +
        `Sign in with an app client of that pool: the login is at the issuer ${Issuer}, and the routes require the scopes ${Scopes ?? ''}.`,
    );
  }
}

function parseStackOutputs(file: string, remedy: string): z.output<typeof stackOutputsRule> {
  try {
    return stackOutputsRule.parse(readJson(file));
  } catch {
    return fail(`${file} does not have the outputs of a deploy: ${remedy}.`);
  }
}
