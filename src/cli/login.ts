// `npm run login`: signs a person in and prints an access token, for the local services or for a deployed stack.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';

import { LoopbackServer, PortError } from '../local/loopback-server';
import { fail, readOptions } from './command-line';
import { readStackOutputs } from './stack-outputs';

const usage = `
npm run login -- [options]: signs you in with a browser and prints an access token

  --outputs FILE   outputs of a deployed stack, such as outputs.json; the local services if left out
  --print-url      opens no browser: open the printed address wherever there is one
  --json           prints the whole answer, with the ID token and the refresh token
  --help           shows this

Only the token goes to the standard output: curl -H "Authorization: $(npm run -s login)" URL
`;

const options = readOptions(usage, {
  outputs: { type: 'string' },
  'print-url': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});

/** What a login needs to know of the stacks. */
interface Login {
  readonly loginUrl: string;
  readonly callbackUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly state: string;
  readonly codeVerifier: string;
}

void main();

async function main(): Promise<void> {
  const login = prepare(readStackOutputs(options.outputs));
  const listener = await listen(login.callbackUrl);
  console.error(`Sign in at\n\n  ${login.loginUrl}\n`);
  console.error(
    listener
      ? 'This goes on by itself when the browser comes back; or paste here the address on which it ends.'
      : `Then paste here the address on which the browser ends: it starts with ${login.callbackUrl}, where this cannot listen itself.`,
  );
  if (!options['print-url']) {
    openBrowser(login.loginUrl);
  }
  const code = await Promise.race([...(listener ? [arrivingCode(listener, login)] : []), pastedCode(login)]);
  const answer = await exchange(login, code);
  console.log(options.json ? JSON.stringify(answer) : String(answer.access_token));
  process.exit(0);
}

function prepare(outputs: Readonly<Record<string, string>>): Login {
  const read = (name: string): string =>
    outputs[name] ??
    fail(`The outputs have no ${name}: they are not of this project's stacks, or of an older version.`);
  const state = randomBytes(16).toString('base64url');
  const codeVerifier = randomBytes(32).toString('base64url');
  const pkce = new URLSearchParams({
    state,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return {
    loginUrl: `${read('HostedLoginUrl')}&${pkce.toString()}`,
    callbackUrl: read('CallbackUrl'),
    tokenUrl: `${read('HostedDomainUrl')}/oauth2/token`,
    clientId: read('CognitoUserPoolAppClientID'),
    clientSecret: outputs.CognitoUserPoolAppClientSecret,
    state,
    codeVerifier,
  };
}

/** Listens where the login sends the browser back to, if that is on this machine and nobody else does. */
async function listen(callbackUrl: string): Promise<LoopbackServer | undefined> {
  const { protocol, hostname, port } = new URL(callbackUrl);
  if (protocol !== 'http:' || !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    return undefined;
  }
  try {
    return await LoopbackServer.open(Number(port || 80));
  } catch (error) {
    if (error instanceof PortError) {
      return undefined;
    }
    throw error;
  }
}

function arrivingCode(listener: LoopbackServer, login: Login): Promise<string> {
  return new Promise((resolve) => {
    listener.serve((request, response) => {
      const code = codeIn(new URL(request.url ?? '/', login.callbackUrl).href, login);
      response.writeHead(code === undefined ? 404 : 200, { 'Content-Type': 'text/plain', Connection: 'close' });
      response.end(
        code === undefined ? 'This is not the end of the login.\n' : 'You are signed in: back to the terminal.\n',
      );
      if (code !== undefined) {
        response.once('close', () => {
          resolve(code);
        });
      }
    });
  });
}

/** Waits for a line on the standard input that is the address of the callback. */
function pastedCode(login: Login): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: process.stdin }).on('line', (line) => {
      const code = codeIn(line.trim(), login);
      if (code === undefined) {
        console.error('This is not the address on which this login ends; it has a code and the state of this login.');
      } else {
        resolve(code);
      }
    });
  });
}

/** Returns the code in an address, if the browser came to it through this very login. */
function codeIn(address: string, { callbackUrl, state }: Login): string | undefined {
  if (!URL.canParse(address)) {
    return undefined;
  }
  const url = new URL(address);
  const callback = new URL(callbackUrl);
  if (url.host !== callback.host || url.pathname !== callback.pathname || url.searchParams.get('state') !== state) {
    return undefined;
  }
  const error = url.searchParams.get('error');
  if (error !== null) {
    fail(`The login was refused: ${url.searchParams.get('error_description') ?? error}`);
  }
  return url.searchParams.get('code') ?? undefined;
}

async function exchange(login: Login, code: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(login.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: login.clientId,
      ...(login.clientSecret !== undefined && { client_secret: login.clientSecret }),
      redirect_uri: login.callbackUrl,
      code,
      code_verifier: login.codeVerifier,
    }),
  }).catch(() => fail(`Nothing answers at ${login.tokenUrl}: are the services running, or is the stack deployed?`));
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  return response.ok ? answer : fail(`The code was refused: ${String(answer.error)}. Run this again for a new one.`);
}

function openBrowser(url: string): void {
  const commands: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
    darwin: ['open'],
    // Not `start`, which is cmd's own and would read the & of the address.
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  };
  const [command, ...args] = commands[process.platform] ?? ['xdg-open'];
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    // Without a browser there is still the printed address.
    .once('error', () => undefined)
    .unref();
}
