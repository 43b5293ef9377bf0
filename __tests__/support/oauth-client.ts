import { createHash, randomBytes } from 'node:crypto';

import { Browser, type Page } from './browser';
import { type Services } from './local-services';
import { send, type SentResponse } from './send';

export type Parameters = Readonly<Record<string, string | undefined>>;

export const apiScope = 'awesomeapi-resource-server/awesomeapi.read';

/** The tokens of a sign-in, or why there are none. */
export interface TokenResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON, if it is. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A client of the user pool, written out: each parameter can be changed, or left out with `undefined`. */
export class OAuthClient {
  readonly redirectUri: string;
  readonly clientId: string;

  constructor(readonly services: Services) {
    const outputs = services.outputs.CognitoStack!;
    this.redirectUri = outputs.CallbackUrl!;
    this.clientId = outputs.CognitoUserPoolAppClientID!;
  }

  url(path: string, parameters: Parameters = {}): string {
    const query = new URLSearchParams(definedOf(parameters)).toString();
    return `${this.services.loginDomainUrl}${path}${query === '' ? '' : `?${query}`}`;
  }

  authorizeUrl(parameters: Parameters = {}): string {
    return this.url('/oauth2/authorize', {
      client_id: this.clientId,
      response_type: 'code',
      redirect_uri: this.redirectUri,
      ...parameters,
    });
  }

  /** Signs the demo user in, and returns where the browser ends. */
  async signIn(parameters: Parameters = {}, browser = new Browser()): Promise<URL> {
    const page = await browser.open(this.authorizeUrl(parameters));
    const { email, password } = this.services.demoUser;
    const { url } = page.html === '' ? page : await browser.submit(page, { username: email, password });
    return url;
  }

  async code(parameters: Parameters = {}, browser?: Browser): Promise<string> {
    return (await this.signIn(parameters, browser)).searchParams.get('code')!;
  }

  exchange(parameters: Parameters, headers: Readonly<Record<string, string>> = {}): Promise<TokenResponse> {
    return this.post(
      '/oauth2/token',
      { grant_type: 'authorization_code', client_id: this.clientId, redirect_uri: this.redirectUri, ...parameters },
      headers,
    );
  }

  refresh(parameters: Parameters): Promise<TokenResponse> {
    return this.post('/oauth2/token', { grant_type: 'refresh_token', client_id: this.clientId, ...parameters });
  }

  revoke(parameters: Parameters): Promise<TokenResponse> {
    return this.post('/oauth2/revoke', { client_id: this.clientId, ...parameters });
  }

  /** Goes the whole way and returns the tokens. */
  async tokens(parameters: Parameters = {}): Promise<Tokens> {
    const { body } = await this.exchange({ code: await this.code(parameters) });
    return body as unknown as Tokens;
  }

  async post(
    path: string,
    form: Parameters | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TokenResponse> {
    const response = await send(this.url(path), {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof form === 'string' ? form : new URLSearchParams(definedOf(form)).toString(),
    });
    return tokenResponse(response);
  }

  async userInfo(accessToken: string | undefined): Promise<TokenResponse> {
    const response = await send(this.url('/oauth2/userInfo'), {
      headers: accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` },
    });
    return tokenResponse(response);
  }

  protectedResource(accessToken: string): Promise<SentResponse> {
    return send(this.services.outputs.ApiGatewayStack!.ProtectedResourceUrl!, {
      headers: { Authorization: accessToken },
    });
  }
}

export interface Tokens {
  readonly id_token: string;
  readonly access_token: string;
  readonly refresh_token: string;
}

/** A code verifier and its S256 challenge. */
export function pkcePair(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Reads a part of a JWT: 0 is the header, 1 are the claims. */
export function jwtPart(token: string, part: 0 | 1): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString()) as Record<string, unknown>;
}

/** Returns the code in a mail to an address, which the mailbox page shows. */
export async function mailedCode({ services }: OAuthClient, email: string): Promise<string> {
  const html = await (await send(`${services.loginDomainUrl}/mailbox`)).text();
  const mail = html.split('<article').find((article) => article.includes(email));
  return /\b\d{6}\b/.exec(mail ?? '')![0];
}

export async function openPage(
  client: OAuthClient,
  path: string,
  browser: Browser,
  parameters: Parameters = {},
): Promise<Page> {
  return browser.open(client.authorizeUrl(parameters).replace('/oauth2/authorize', path));
}

function definedOf(parameters: Parameters): [string, string][] {
  return Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
}

async function tokenResponse(response: SentResponse): Promise<TokenResponse> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
