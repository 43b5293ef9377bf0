// `npm start`: synthesizes the stacks and serves what their Terraform describes on this machine.
import { rmSync, writeFileSync } from 'node:fs';

import { type LocalServices, startLocalServices, UnservedError } from '../local/local-services';
import { PortError } from '../local/loopback-server';
import { TerraformState, TerraformStateError } from '../local/terraform-state';
import { type Mail } from '../local/user-pool/mailbox';
import { generateSigningKeys } from '../local/user-pool/signing-keys';
import { fail, readChoice, readOptions, readPort } from './command-line';
import { runNode } from './node-process';
import { localOutputsFile } from './stack-outputs';
import { buildWebClient } from './web-client-build';

const usage = `
npm start -- [options]: the login and the API of the stacks on this machine, without an AWS account

  --login-port PORT   port of the hosted login (3001)
  --api-port PORT     port of the API (3002)
  --web-port PORT     port of the web client (the one of the callback URL, 3000)
                      0 stands for any free port
  --issuer aws|local  what the tokens name as their issuer: AWS's URL of the user pool (aws),
                      or the local one, for clients that compare it to the address (local)
  --verbose           shows every request
  --json              prints one line of JSON when ready, and nothing else
  --help              shows this
`;

const options = readOptions(usage, {
  'login-port': { type: 'string', default: '3001' },
  'api-port': { type: 'string', default: '3002' },
  'web-port': { type: 'string' },
  issuer: { type: 'string', default: 'aws' },
  verbose: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const issuer = readChoice('issuer', options, ['aws', 'local']);
const ports = {
  login: readPort('login-port', options)!,
  api: readPort('api-port', options)!,
  web: readPort('web-port', options),
};

void main().catch((error: unknown) => {
  if (error instanceof PortError) {
    fail(`${error.message}: stop what has it, or choose another with ${flagOf(error.port)} (0: any free port).`);
  }
  if (error instanceof TerraformStateError || error instanceof UnservedError) {
    fail(`${error.message}\nChange it in cdktf.json, context.settings, or in the code of the stack.`);
  }
  throw error;
});

async function main(): Promise<void> {
  const [keys] = await Promise.all([generateSigningKeys(), synthesize(), buildWebClient()]);
  const services = await startLocalServices({
    state: TerraformState.read(),
    keys,
    ports,
    issuer,
    clock: Date.now,
    onMail: options.json ? () => undefined : showMail,
    onApiMessage: options.verbose ? console.error : () => undefined,
    onRequest: options.verbose
      ? ({ method, path, status }) => {
          console.error(`${method} ${path} ${status}`);
        }
      : undefined,
  });
  keepOutputs(services);
  console.log(options.json ? JSON.stringify(summary(services)) : screen(services));
}

/** Runs main.ts by itself: what CDKTF needs is gone from memory when the services start. */
function synthesize(): Promise<void> {
  return runNode(['--import', 'tsx', 'main.ts']);
}

/** Writes the outputs for the other commands, and removes them with the services. */
function keepOutputs({ outputs }: LocalServices): void {
  const file = localOutputsFile();
  writeFileSync(file, JSON.stringify(outputs, null, 2), { mode: 0o600 });
  process.once('exit', () => {
    rmSync(file, { force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      process.exit(0);
    });
  }
}

function summary({ webUrl, loginDomainUrl, apiUrl, outputs, userPoolId, client, demoUser }: LocalServices) {
  const { HostedLoginUrl, ApiEndpoint, ProtectedResourceUrl } = Object.assign({}, ...Object.values(outputs)) as Record<
    string,
    string
  >;
  return {
    webUrl,
    loginDomainUrl,
    loginUrl: HostedLoginUrl,
    tokenUrl: `${loginDomainUrl}/oauth2/token`,
    apiUrl: ApiEndpoint ?? apiUrl,
    protectedResourceUrl: ProtectedResourceUrl,
    userPoolId,
    clientId: client.id,
    mailboxUrl: `${loginDomainUrl}/mailbox`,
    demoUser,
  };
}

function screen(services: LocalServices): string {
  const { webUrl, loginDomainUrl, loginUrl, tokenUrl, apiUrl, protectedResourceUrl, mailboxUrl, clientId, demoUser } =
    summary(services);
  const { client, unserved } = services;
  return `
The stacks are served on this machine.

  Web client      ${webUrl}
  Hosted login    ${loginDomainUrl}
  API             ${apiUrl}
  Mailbox         ${mailboxUrl}

Open the web client: sign up with any address, or sign in
as ${demoUser.email} with the password ${demoUser.password}

Or with curl:

1. Sign in at

   ${loginUrl}

2. Put the code that comes back in the address bar in the place of CODE${
    client.secret === undefined
      ? ''
      : `,
   and the CognitoUserPoolAppClientSecret of ${localOutputsFile()} in the place of CLIENT_SECRET`
  }:

   curl ${tokenUrl} -d grant_type=authorization_code -d client_id=${clientId}${client.secret === undefined ? '' : ' -d client_secret=CLIENT_SECRET'} -d redirect_uri=${client.callbackUrls[0]!} -d code=CODE

3. Put the access token in the place of ACCESS_TOKEN:

   curl ${protectedResourceUrl} -H "Authorization: ACCESS_TOKEN"
${unserved.length === 0 ? '' : `\nNot served, as the README says:\n${unserved.map((what) => `  ${what}`).join('\n')}\n`}
Ctrl-C stops it; the users, tokens and mails of this run are gone then.
`;
}

function showMail({ to, subject, text }: Mail): void {
  console.log(`\nMail to ${to}: ${subject}\n  ${text}`);
}

function flagOf(port: number): string {
  return port === ports.login ? '--login-port' : port === ports.api ? '--api-port' : '--web-port';
}
