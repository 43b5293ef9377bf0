// `npm run login`: signs a person in and prints an access token, for the local services or for a deployed stack.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';

import { html } from 'hono/html';

import { awaitSignIn, forgetSignIn } from '../../http/awaited-sign-in';
import { contentSecurityPolicy, htmlDocument } from '../../http/html-document';
import { LoopbackServer, loopbackPortOf, PortError } from '../../http/loopback-server';
import { type OutputName, type Outputs } from '../../stack/outputs';
import { fail, readOptions, readUrl } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { trustLocalServices } from '../start/local-trust';
import { readStackOutputs, requireAppClient } from '../stack-outputs';

const usage = `
npm run login -- [options]: signs you in with a browser and prints an access token

  --outputs FILE      outputs of a deploy, such as outputs.json (default: those of the local services)
  --environment NAME  an environment of cdktf.json (default: the default environment)
  --callback-url URL  callback URL of the app client (default: the output CallbackUrl)
  --print-url         does not open a browser: open the printed URL yourself
  --json              prints the whole response, with the ID token and the refresh token
  --help              shows this help

Only the token goes to standard output: curl -H "Authorization: $(npm run -s login)" URL
`;

const options = readOptions(usage, {
  ...environmentOption,
  outputs: { type: 'string' },
  'callback-url': { type: 'string' },
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

/** The result of a login: a code, or the reason for the failure. */
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
  const listener = await listen(login);
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
    fail(`The outputs do not contain ${name}: they are from other stacks, or from an older version of this project.`);
  const callbackUrl = readUrl('callback-url', options) ?? read('CallbackUrl');
  const state = randomBytes(16).toString('base64url');
  const codeVerifier = randomBytes(32).toString('base64url');
  const loginUrl = new URL(read('HostedLoginUrl'));
  for (const [name, value] of Object.entries({
    redirect_uri: callbackUrl,
    state,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  })) {
    loginUrl.searchParams.set(name, value);
  }
  return {
    loginUrl: loginUrl.href,
    callbackUrl,
    tokenUrl: `${read('HostedDomainUrl')}/oauth2/token`,
    clientId: read('CognitoUserPoolAppClientID'),
    clientSecret: outputs.CognitoUserPoolAppClientSecret,
    state,
    codeVerifier,
  };
}

/**
 * Listens on the callback URL, or behind the web client that listens there.
 *
 * Returns nothing if the callback URL is on another host, or another program listens there.
 */
async function listen(login: Login): Promise<LoopbackServer | undefined> {
  const port = loopbackPortOf(login.callbackUrl);
  if (port === undefined && loopbackPortOf(login.callbackUrl, 'https') === undefined) {
    return undefined;
  }
  try {
    return port === undefined ? await listenBehindWebClient(login) : await LoopbackServer.open(port);
  } catch (error) {
    if (error instanceof PortError) {
      return listenBehindWebClient(login);
    }
    throw error;
  }
}

/** Makes the server of the web client forward the callback to this command. Returns undefined if that fails. */
async function listenBehindWebClient({ callbackUrl, state }: Login): Promise<LoopbackServer | undefined> {
  const listener = await LoopbackServer.open(0);
  process.once('exit', () => {
    forgetSignIn(state);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      process.exit(1);
    });
  }
  const proof = randomBytes(16).toString('base64url');
  listener.serve((_, response) => response.end(proof));
  try {
    awaitSignIn(state, listener.port);
    const url = new URL(callbackUrl);
    url.searchParams.set('state', state);
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    if ((await response.text()) === proof) {
      return listener;
    }
  } catch {
    // The folder cannot be written, or the program at the callback URL does not speak HTTP.
  }
  await listener.close();
  return undefined;
}

function waitForCallback(listener: LoopbackServer, login: Login): Promise<LoginResult> {
  const { origin } = new URL(login.callbackUrl);
  return new Promise((resolve) => {
    listener.serve((request, response) => {
      // Not resolved against the callback URL: any page can send a path that is not a valid URL, such as `//`.
      const result = readCallback(`${origin}${request.url ?? '/'}`, login);
      if (!result) {
        void sendPage(response, 404, 'Not found', 'This is not the callback URL of the login.');
        return;
      }
      response.once('close', () => {
        resolve(result);
      });
      void ('code' in result
        ? sendPage(response, 200, 'You are signed in', 'You can close this page and return to the terminal.')
        : sendPage(response, 200, 'You are not signed in', 'The terminal shows the reason.'));
    });
  });
}

async function sendPage(response: ServerResponse, status: number, title: string, text: string): Promise<void> {
  const page = await htmlDocument(
    title,
    html`<h1>${title}</h1>
      <p>${text}</p>`,
  );
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy(),
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    Connection: 'close',
  });
  response.end(page.toString());
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
          console.error(
            'This is not the callback URL of this sign-in: it must contain a code and the state of this sign-in.',
          );
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
    return { failure: `The login was rejected: ${searchParams.get('error_description') ?? error}` };
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
  }).catch(() => fail(`${login.tokenUrl} cannot be reached: are the services running, or is the stack deployed?`));
  const tokens = (await response.json().catch(() => null)) as { readonly error?: unknown } | null;
  if (!response.ok && typeof tokens?.error === 'string') {
    fail(`The code was rejected: ${tokens.error}. Run the command again for a new one.`);
  }
  return isTokenResponse(tokens)
    ? tokens
    : fail(`${login.tokenUrl} returns ${response.status} without a token: is it the login of these stacks?`);
}

function isTokenResponse(response: object | null): response is TokenResponse {
  return response !== null && 'access_token' in response && typeof response.access_token === 'string';
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
