// `npm run login`: signs a person in and prints an access token, for the local services or for a deployed stack.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';

import { LoopbackServer, loopbackPortOf, PortError } from '../../http/loopback-server';
import { type OutputName, type Outputs } from '../../stack/outputs';
import { fail, readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { trustLocalServices } from '../start/local-trust';
import { readStackOutputs, requireAppClient } from '../stack-outputs';

const usage = `
npm run login -- [options]: signs you in with a browser and prints an access token

  --outputs FILE      outputs of a deploy, such as outputs.json (default: those of the local services)
  --environment NAME  an environment of cdktf.json (default: the default environment)
  --print-url         does not open a browser: open the printed URL yourself
  --json              prints the whole response, with the ID token and the refresh token
  --help              shows this help

Only the token goes to standard output: curl -H "Authorization: $(npm run -s login)" URL
`;

const options = readOptions(usage, {
  ...environmentOption,
  outputs: { type: 'string' },
  'print-url': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});

/** The parameters of one login. */
interface Login {
  readonly loginUrl: string;
  readonly callbackUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly state: string;
  readonly codeVerifier: string;
}

/** The result of a login: a code, or the reason why there is none. */
type LoginResult = { readonly code: string } | { readonly failure: string };

/** The response of the token endpoint to a code. */
interface TokenResponse {
  readonly access_token: string;
}

void main();

async function main(): Promise<void> {
  const environment = SelectedEnvironment.read(options);
  const outputs = readStackOutputs(options.outputs, environment);
  requireAppClient(outputs, options.outputs ?? environment.localOutputsFile);
  const login = prepare(outputs);
  await trustLocalServices(login.tokenUrl);
  const listener = await listen(login.callbackUrl);
  console.error(`Sign in at\n\n  ${login.loginUrl}\n`);
  console.error(
    listener
      ? 'Waiting for the browser to return. You can also paste the URL on which it ends, and press Enter.'
      : `Then paste the URL on which the browser ends, and press Enter. It starts with ${login.callbackUrl}, where this command cannot listen.`,
  );
  if (!options['print-url']) {
    openBrowser(login.loginUrl);
  }
  const result = await (listener
    ? Promise.race([waitForCallback(listener, login), waitForPastedUrl(login)])
    : waitForPastedUrl(login, { isOnlyWay: true }));
  const tokens = await exchange(login, 'code' in result ? result.code : fail(result.failure));
  console.log(options.json ? JSON.stringify(tokens) : tokens.access_token);
  process.exit(0);
}

function prepare(outputs: Outputs): Login {
  const read = (name: OutputName): string =>
    outputs[name] ??
    fail(`The outputs have no ${name}: they are from other stacks, or from an older version of this project.`);
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

/** Listens on the callback URL, if that is on this machine and no other program listens there. */
async function listen(callbackUrl: string): Promise<LoopbackServer | undefined> {
  const port = loopbackPortOf(callbackUrl);
  if (port === undefined) {
    return undefined;
  }
  try {
    return await LoopbackServer.open(port);
  } catch (error) {
    if (error instanceof PortError) {
      return undefined;
    }
    throw error;
  }
}

function waitForCallback(listener: LoopbackServer, login: Login): Promise<LoginResult> {
  const { origin } = new URL(login.callbackUrl);
  return new Promise((resolve) => {
    listener.serve((request, response) => {
      // Not resolved against the callback URL: any page can send a path that is not a valid URL, such as `//`.
      const result = readCallback(`${origin}${request.url ?? '/'}`, login);
      response.writeHead(result ? 200 : 404, { 'Content-Type': 'text/plain', Connection: 'close' });
      if (!result) {
        response.end('This is not the callback URL of the login.\n');
        return;
      }
      response.once('close', () => {
        resolve(result);
      });
      response.end(
        'code' in result
          ? 'You are signed in. Return to the terminal.\n'
          : 'You are not signed in. The terminal shows the reason.\n',
      );
    });
  });
}

/**
 * Waits for a line on standard input that is the callback URL.
 *
 * The end of the input ends the login only if this is the only way to complete it.
 */
function waitForPastedUrl(login: Login, { isOnlyWay = false } = {}): Promise<LoginResult> {
  return new Promise((resolve) => {
    createInterface({ input: process.stdin })
      .on('line', (line) => {
        const result = readCallback(line.trim(), login);
        if (result) {
          resolve(result);
        } else {
          console.error('This is not the URL on which this login ends: that has a code and the state of this login.');
        }
      })
      .once('close', () => {
        if (isOnlyWay) {
          resolve({ failure: 'The input ended before the login was complete.' });
        }
      });
  });
}

/** Returns the result of the login from its callback URL, or nothing if the URL does not belong to this login. */
function readCallback(url: string, { callbackUrl, state }: Login): LoginResult | undefined {
  if (!URL.canParse(url)) {
    return undefined;
  }
  const { host, pathname, searchParams } = new URL(url);
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

async function exchange(login: Login, code: string): Promise<TokenResponse> {
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
    fail(`The code was refused: ${answer.error}. Run the command again for a new one.`);
  }
  return isTokenResponse(answer)
    ? answer
    : fail(`${login.tokenUrl} returns ${response.status} without a token: is it the login of these stacks?`);
}

function isTokenResponse(answer: object | null): answer is TokenResponse {
  return answer !== null && 'access_token' in answer && typeof answer.access_token === 'string';
}

function openBrowser(url: string): void {
  const commands: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
    darwin: ['open'],
    // Not `start`, which is part of cmd and would interpret the & in the URL.
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  };
  const [command, ...args] = commands[process.platform] ?? ['xdg-open'];
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    // If no browser opens, the user can open the printed URL.
    .once('error', () => undefined)
    .unref();
}
