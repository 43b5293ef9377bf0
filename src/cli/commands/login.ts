// `npm run login`: signs a person in and prints an access token, for the local services or for a deployed stack.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';

import { LoopbackServer, PortError } from '../../local/loopback-server';
import { fail, readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { readStackOutputs } from '../stack-outputs';

const usage = `
npm run login -- [options]: signs you in with a browser and prints an access token

  --outputs FILE      outputs of a deploy, such as outputs.json (default: those of the local services)
  --environment NAME  an environment of cdktf.json (default: the default environment)
  --print-url         does not open a browser; open the printed URL in any browser
  --json              prints the whole answer, with the ID token and the refresh token
  --help              shows this

Standard output has the token only: curl -H "Authorization: $(npm run -s login)" URL
`;

const options = readOptions(usage, {
  ...environmentOption,
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

/** How a login ends: with a code, or with the reason why there is none. */
type Ending = { readonly code: string } | { readonly failure: string };

/** What the token endpoint answers to a code. */
interface TokenAnswer {
  readonly access_token: string;
}

void main();

async function main(): Promise<void> {
  const login = prepare(readStackOutputs(options.outputs, SelectedEnvironment.read(options)));
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
  const ending = await (listener
    ? Promise.race([arrivingEnding(listener, login), pastedEnding(login)])
    : pastedEnding(login, { isOnlyWay: true }));
  const answer = await exchange(login, 'code' in ending ? ending.code : fail(ending.failure));
  console.log(options.json ? JSON.stringify(answer) : answer.access_token);
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

function arrivingEnding(listener: LoopbackServer, login: Login): Promise<Ending> {
  const { origin } = new URL(login.callbackUrl);
  return new Promise((resolve) => {
    listener.serve((request, response) => {
      // Not resolved against the callback URL: any page can send a path here that is no URL, such as `//`.
      const ending = endingIn(`${origin}${request.url ?? '/'}`, login);
      response.writeHead(ending ? 200 : 404, { 'Content-Type': 'text/plain', Connection: 'close' });
      if (!ending) {
        response.end('This is not the end of the login.\n');
        return;
      }
      response.once('close', () => {
        resolve(ending);
      });
      response.end(
        'code' in ending
          ? 'You are signed in: back to the terminal.\n'
          : 'You are not signed in: the terminal says why.\n',
      );
    });
  });
}

/**
 * Waits for a line on the standard input that is the address of the callback.
 *
 * The end of the input ends the login only if there is no other way to its end.
 */
function pastedEnding(login: Login, { isOnlyWay = false } = {}): Promise<Ending> {
  return new Promise((resolve) => {
    createInterface({ input: process.stdin })
      .on('line', (line) => {
        const ending = endingIn(line.trim(), login);
        if (ending) {
          resolve(ending);
        } else {
          console.error('This is not the address on which this login ends; it has a code and the state of this login.');
        }
      })
      .once('close', () => {
        if (isOnlyWay) {
          resolve({ failure: 'The input ended before the login did.' });
        }
      });
  });
}

/** Returns how the login ended by the address of the callback, if the browser came to it through this very login. */
function endingIn(address: string, { callbackUrl, state }: Login): Ending | undefined {
  if (!URL.canParse(address)) {
    return undefined;
  }
  const { host, pathname, searchParams } = new URL(address);
  const callback = new URL(callbackUrl);
  if (host !== callback.host || pathname !== callback.pathname || searchParams.get('state') !== state) {
    return undefined;
  }
  const error = searchParams.get('error');
  if (error !== null) {
    return { failure: `The login was refused: ${searchParams.get('error_description') ?? error}` };
  }
  const code = searchParams.get('code');
  return code === null ? undefined : { code };
}

async function exchange(login: Login, code: string): Promise<TokenAnswer> {
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
  const answer = (await response.json().catch(() => null)) as { readonly error?: unknown } | null;
  if (!response.ok && typeof answer?.error === 'string') {
    fail(`The code was refused: ${answer.error}. Run this again for a new one.`);
  }
  return isTokenAnswer(answer)
    ? answer
    : fail(`${login.tokenUrl} answers ${response.status} without a token: is it the login of these stacks?`);
}

function isTokenAnswer(answer: object | null): answer is TokenAnswer {
  return answer !== null && 'access_token' in answer && typeof answer.access_token === 'string';
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
