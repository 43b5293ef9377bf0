import { type OutputName, type Outputs } from '../stack/outputs';

/** Outputs that the check of the login flow needs. */
export const flowOutputs = ['CognitoUserPoolID', 'Issuer', 'ProtectedResourceUrl'] as const satisfies OutputName[];

/** The outputs of the flow. Those of the login are missing where the user pool is not one of the stacks. */
export type FlowOutputs = Outputs & Readonly<Record<(typeof flowOutputs)[number], string>>;

/** Names of the checks that do not always apply. */
const hostedLogin = 'Hosted login';
const rejection = 'Rejection without a token';

interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** The result, or the cause of the failure. */
  readonly detail: string;
}

/** Lists the checks that do not apply to these outputs, each with the reason. */
export function findUnchecked({
  HostedLoginUrl,
  ProtectedResourceMethod: method,
}: FlowOutputs): Record<string, string> {
  return {
    ...(HostedLoginUrl === undefined && {
      [hostedLogin]: 'The outputs do not contain an app client: the user pool is an existing one.',
    }),
    ...(method !== undefined && {
      [rejection]: `No protected route has the HTTP method GET, and a ${method} could change something.`,
    }),
  };
}

/**
 * Checks each step of the login flow at the services that the outputs name, except for checks that do not apply.
 *
 * Sends only GET and OPTIONS requests, so that a check never changes anything.
 */
export async function checkFlow(outputs: FlowOutputs): Promise<CheckResult[]> {
  const unchecked = findUnchecked(outputs);
  return Promise.all(
    Object.entries(checks)
      .filter(([name]) => !(name in unchecked))
      .map(async ([name, check]) => {
        try {
          return { name, ok: true, detail: await check(outputs) };
        } catch (error) {
          if (!(error instanceof Finding)) {
            throw error;
          }
          return { name, ok: false, detail: error.message };
        }
      }),
  );
}

/** The reason why a check fails, as a message for the user. */
class Finding extends Error {}

/** Each check returns its result, or throws a Finding. */
const checks: Readonly<Record<string, (outputs: FlowOutputs) => Promise<string>>> = {
  'Discovery document': async (outputs) => {
    const url = discoveryUrl(outputs);
    const { issuer } = await getJson(url);
    if (issuer !== outputs.Issuer) {
      throw new Finding(`${url} has the issuer ${String(issuer)}, but the outputs have ${outputs.Issuer}`);
    }
    return outputs.Issuer;
  },
  'Public keys': async (outputs) => {
    const { jwks_uri: url } = await getJson(discoveryUrl(outputs));
    if (typeof url !== 'string' || !URL.canParse(url)) {
      throw new Finding('the discovery document has no valid jwks_uri');
    }
    const { keys } = await getJson(url);
    if (!Array.isArray(keys) || keys.length === 0) {
      throw new Finding(`${url} has no keys`);
    }
    return `${keys.length} keys`;
  },
  [hostedLogin]: async ({ HostedLoginUrl = '', HostedDomainUrl = '' }) => {
    const { status, headers } = await send('GET', HostedLoginUrl);
    const location = headers.get('location') ?? '';
    if (status !== 302 || !URL.canParse(location, HostedDomainUrl)) {
      throw new Finding(`${HostedDomainUrl} returns ${status} and does not redirect to the login page`);
    }
    const { origin, pathname, searchParams } = new URL(location, HostedDomainUrl);
    if (pathname !== '/login' || origin !== HostedDomainUrl) {
      const error = searchParams.get('error_description') ?? searchParams.get('error') ?? 'no error';
      throw new Finding(
        `redirects to ${origin}${pathname} with ${error}; the app client does not have the callback URL or the scopes of the outputs`,
      );
    }
    return 'the login URL leads to the login page';
  },
  'CORS preflight': async ({ ProtectedResourceUrl, ProtectedResourceMethod = 'GET' }) => {
    const { status, headers } = await send('OPTIONS', ProtectedResourceUrl, {
      'Access-Control-Request-Method': ProtectedResourceMethod,
      'Access-Control-Request-Headers': 'authorization',
    });
    if (status !== 204) {
      throw new Finding(`${ProtectedResourceUrl} returns ${status} instead of 204; is the last change deployed?`);
    }
    const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/\s*,\s*/);
    if (!allowed.includes('authorization')) {
      throw new Finding('pages cannot send the header Authorization; add it to cors.allowHeaders');
    }
    return `allows ${allowedOrigin(headers)}`;
  },
  [rejection]: async ({ ProtectedResourceUrl }) => {
    const { status, headers } = await send('GET', ProtectedResourceUrl);
    if (status !== 401) {
      throw new Finding(
        `${ProtectedResourceUrl} returns ${status} instead of 401; ${status < 400 ? 'anyone can call it' : 'is the last change deployed?'}`,
      );
    }
    return `${allowedOrigin(headers)} can read the response`;
  },
};

/**
 * Returns the URL of the discovery document. On AWS, it is under the issuer.
 *
 * The issuer of local tokens is also on AWS, so the local login serves the document on its own host.
 */
function discoveryUrl({ HostedDomainUrl, CognitoUserPoolID, Issuer }: FlowOutputs): string {
  const isLocal = HostedDomainUrl !== undefined && new URL(HostedDomainUrl).hostname === 'localhost';
  return `${isLocal ? `${HostedDomainUrl}/${CognitoUserPoolID}` : Issuer}/.well-known/openid-configuration`;
}

/** Sends a request like a script of a page, and does not follow redirects. */
async function send(
  method: 'GET' | 'OPTIONS',
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: { Origin: 'http://localhost:3000', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    const { host } = new URL(url);
    const { name, cause } = error as Error & { readonly cause?: { readonly code?: string; readonly message: string } };
    if (name === 'TimeoutError') {
      throw new Finding(`${host} does not respond within 10 s`);
    }
    throw new Finding(
      cause?.code === 'ENOTFOUND'
        ? `the host ${host} does not exist; a new domain can take a few minutes`
        : `${host} cannot be reached: ${cause?.code ?? cause?.message ?? name}`,
    );
  }
}

async function getJson(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await send('GET', url);
  if (!response.ok) {
    throw new Finding(`${url} returns ${response.status}`);
  }
  const json: unknown = await response.json().catch(() => undefined);
  if (typeof json !== 'object' || json === null) {
    throw new Finding(`${url} does not return a JSON object`);
  }
  return json as Readonly<Record<string, unknown>>;
}

/** Returns the origin whose pages can read a response. */
function allowedOrigin(headers: Headers): string {
  const origin = headers.get('access-control-allow-origin');
  if (origin === null) {
    throw new Finding('no page can read the response: the header Access-Control-Allow-Origin is missing');
  }
  return origin === '*' ? 'any origin' : origin;
}
