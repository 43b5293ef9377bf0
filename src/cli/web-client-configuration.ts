import { type ClientConfiguration } from '../web/client-configuration';
import { fail } from './command-line';
import { readStackOutputs } from './stack-outputs';

/** Options of the commands that configure the web client for a deployed stack. */
export const webClientOptions = {
  outputs: { type: 'string', default: 'outputs.json' },
  'callback-url': { type: 'string' },
  'logout-url': { type: 'string' },
} as const;

export const webClientUsage = `
  --outputs FILE      outputs of a deploy (outputs.json)
  --callback-url URL  callback URL of the app client (the first, the output CallbackUrl)
  --logout-url URL    logout URL of the app client (the first, the output LogoutUrl, if it has one)
  --help              shows this
`.slice(1);

export interface WebClientOptions {
  readonly outputs: string;
  readonly 'callback-url'?: string | undefined;
  readonly 'logout-url'?: string | undefined;
}

/** Reads what the web client has to know from the outputs of a deploy. */
export function readClientConfiguration(options: WebClientOptions): ClientConfiguration {
  const outputs = readStackOutputs(options.outputs);
  const read = (name: string): string =>
    outputs[name] ?? fail(`${options.outputs} has no output ${name}: it is not of a deploy of both stacks.`);
  const logoutUri = readUrl('logout-url', options) ?? outputs.LogoutUrl;
  return {
    issuer: read('Issuer'),
    hostedDomainUrl: read('HostedDomainUrl'),
    clientId: read('CognitoUserPoolAppClientID'),
    scope: read('Scopes'),
    redirectUri: readUrl('callback-url', options) ?? read('CallbackUrl'),
    ...(logoutUri !== undefined && { logoutUri }),
    protectedResourceUrl: read('ProtectedResourceUrl'),
  };
}

function readUrl(name: 'callback-url' | 'logout-url', options: WebClientOptions): string | undefined {
  const text = options[name];
  if (text !== undefined && !(URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) {
    fail(`--${name} is not an address, got ${JSON.stringify(text)}; allowed: an absolute URL of http or https.`);
  }
  return text;
}
