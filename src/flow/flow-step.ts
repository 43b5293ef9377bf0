import { decodeToken } from './decoded-token';
import {
  authorizationWords,
  callbackWords,
  callWords,
  type ParameterWords,
  tokenResponseWords,
  tokenRequestWords,
} from './words';

/** A party of the flow. The browser is also the client, which runs in it. */
export type Party = 'Browser' | 'Hosted login' | 'Token endpoint' | 'API';

/** One message of the flow, a request or a response. */
export interface FlowStep {
  readonly title: string;
  readonly from: Party;
  readonly to: Party;
  /** The message in one line, without its parameters: `GET https://…` or `200`. */
  readonly line: string;
  /** The message in a few words, for an arrow. */
  readonly label: string;
  /** What happens, for a reader who does not know the flow. */
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** Recommended parameters that the request lacks, with the consequence. */
  readonly missing: readonly Pick<Parameter, 'name' | 'without'>[];
  /** Body of a response, as it came. */
  readonly body?: string;
}

/** A parameter as it was sent, with its description if it has one. */
export interface Parameter extends Partial<ParameterWords> {
  readonly name: string;
  readonly value: string;
}

/** The client sends the browser to the hosted login. */
export function authorizationRequest(url: URL): FlowStep {
  return {
    title: 'The client asks for a sign-in',
    from: 'Browser',
    to: 'Hosted login',
    line: `GET ${withoutQuery(url)}`,
    label: `GET ${url.pathname}`,
    summary:
      'The client sends the browser to the hosted login. Only there do you type your password: the client never sees it. The address says who asks, for what, and where to come back to.',
    parameters: explain(url.searchParams, authorizationWords),
    missing: ['state', 'code_challenge']
      .filter((name) => !url.searchParams.has(name))
      .map((name) => ({ name, without: authorizationWords[name]!.without! })),
  };
}

/** The hosted login sends the browser back to the client. */
export function callback(url: URL): FlowStep {
  const isRejected = url.searchParams.has('error');
  return {
    title: isRejected ? 'No code comes back' : 'A code comes back',
    from: 'Hosted login',
    to: 'Browser',
    line: `302 to ${withoutQuery(url)}`,
    label: isRejected ? '302 error' : '302 code, state',
    summary: isRejected
      ? 'The hosted login rejects the request.'
      : 'The hosted login knows now who you are, and sends the browser back to the client with a code.',
    parameters: explain(url.searchParams, callbackWords),
    missing: [],
  };
}

/** The client sends a code or a refresh token to the token endpoint. */
export function tokenRequest(url: URL, form: URLSearchParams): FlowStep {
  const isRenewal = form.get('grant_type') === 'refresh_token';
  const hasVerifier = form.has('code_verifier');
  return {
    title: isRenewal ? 'The client renews the tokens' : 'The client exchanges the code',
    from: 'Browser',
    to: 'Token endpoint',
    line: `POST ${withoutQuery(url)}`,
    label: isRenewal ? `POST ${url.pathname}, refresh token` : `POST ${url.pathname}, code`,
    summary: isRenewal
      ? 'The access token had expired. The refresh token gets a new one, without a new login.'
      : `The client asks for the tokens itself, in the body of a request: nothing of it is in the address bar. ${
          hasVerifier
            ? 'With the code, the client sends the code verifier, which proves that this is the client that began the sign-in.'
            : 'The client sends no code verifier, so nothing proves that this is the client that began the sign-in.'
        }`,
    parameters: explain(form, tokenRequestWords),
    missing: [],
  };
}

/** The token endpoint responds. */
export function tokenResponse(status: number, body: string): FlowStep {
  const members = membersOf(body);
  const tokens = ['id_token', 'access_token', 'refresh_token'].filter((name) => name in members);
  const hasTokens = tokens.length > 0;
  return {
    title: hasTokens ? 'The tokens arrive' : 'No tokens arrive',
    from: 'Token endpoint',
    to: 'Browser',
    line: String(status),
    label: `${status} ${hasTokens ? 'tokens' : (members.error ?? '')}`.trim(),
    summary: hasTokens
      ? 'Each token is for someone else: the ID token for the client, the access token for the API, the refresh token for the token endpoint.'
      : 'The token endpoint rejects the exchange.',
    parameters: explain(Object.entries(members), tokenResponseWords),
    missing: [],
  };
}

/** The client calls the API. */
export function call(method: string, url: URL, authorization: string | undefined): FlowStep {
  const isAccessToken = decodeToken(authorization?.replace(/^Bearer /, '') ?? '')?.claims.token_use === 'access';
  return {
    title: 'The client calls the API',
    from: 'Browser',
    to: 'API',
    line: `${method} ${withoutQuery(url)}`,
    label: `${method} ${url.pathname}`,
    summary: isAccessToken
      ? 'The client sends the access token in a header. The ID token stays with the client: it is not for the API.'
      : `The client sends ${authorization === undefined ? 'no token' : 'something else than an access token'}.`,
    parameters: explain(authorization === undefined ? [] : [['Authorization', authorization]], callWords),
    missing: authorization === undefined ? [{ name: 'Authorization', without: callWords.Authorization!.without! }] : [],
  };
}

/** The API responds. */
export function callResponse(status: number, body: string): FlowStep {
  const isRejected = status === 401;
  return {
    title: 'The API responds',
    from: 'API',
    to: 'Browser',
    line: String(status),
    label: String(status),
    summary: isRejected
      ? 'The API does not accept the token.'
      : 'First, the API checks the token: the signature with the public key of the user pool, the issuer, the time in `exp`, and its own scope. It does not ask the login about you, and keeps no session.',
    parameters: [],
    missing: [],
    body,
  };
}

/** Shortens a secret so that it can be compared but not used. */
export function shorten(secret: string): string {
  return secret.length > 16 ? `${secret.slice(0, 6)}…${secret.slice(-4)}` : '…';
}

function explain(
  parameters: Iterable<readonly [string, string]>,
  words: Readonly<Record<string, ParameterWords>>,
): Parameter[] {
  return [...parameters].map(([name, value]) => ({ name, value, ...words[name] }));
}

/** Returns the members of a JSON object as strings, or nothing for other JSON. */
function membersOf(body: string): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(
      Object.entries(JSON.parse(body) as object).map(([name, value]) => [name, String(value)] as const),
    );
  } catch {
    return {};
  }
}

/** The URL without its query. That of an app's own scheme has no origin. */
function withoutQuery({ href }: URL): string {
  return href.split('?')[0]!;
}
