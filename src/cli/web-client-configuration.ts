import { type OutputName } from '../stack/outputs';
import { type ClientConfiguration } from '../web/client-configuration';
import { fail, readUrl, type Values } from './command-line';
import { environmentOption, SelectedEnvironment } from './environment';
import { readStackOutputs, requireAppClient } from './stack-outputs';

/** Options of the commands that configure the web client for a deployed stack. */
export const webClientOptions = {
  ...environmentOption,
  outputs: { type: 'string' },
  'callback-url': { type: 'string' },
  'logout-url': { type: 'string' },
} as const;

export const webClientUsage = `
  --environment NAME  an environment of cdktf.json (default: the default environment)
  --outputs FILE      outputs of a deploy (default: outputs.json, or outputs.NAME.json)
  --callback-url URL  callback URL of the app client (default: the output CallbackUrl)
  --logout-url URL    logout URL of the app client (default: the output LogoutUrl, if there is one)
  --help              shows this help
`.slice(1);

/** Reads the configuration of the web client from the outputs of a deploy. */
export function readClientConfiguration(options: Values<typeof webClientOptions>): ClientConfiguration {
  const environment = SelectedEnvironment.read(options);
  const file = options.outputs ?? environment.outputsFile;
  const outputs = readStackOutputs(file, environment);
  requireAppClient(outputs, file);
  const read = (name: OutputName): string =>
    outputs[name] ?? fail(`${file} does not contain the output ${name}: it is not from a deploy of both stacks.`);
  const logoutUri = readUrl('logout-url', options) ?? outputs.LogoutUrl;
  return {
    issuer: read('Issuer'),
    hostedDomainUrl: read('HostedDomainUrl'),
    clientId: read('CognitoUserPoolAppClientID'),
    scope: read('Scopes'),
    redirectUri: readUrl('callback-url', options) ?? read('CallbackUrl'),
    ...(logoutUri !== undefined && { logoutUri }),
    ...(outputs.ProtectedResourceMethod === undefined && { protectedResourceUrl: read('ProtectedResourceUrl') }),
  };
}
