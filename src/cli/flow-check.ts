/** Outputs of the stacks that say where the steps of the login flow are. */
export const flowOutputs = [
  'CognitoUserPoolID',
  'HostedDomainUrl',
  'HostedLoginUrl',
  'Issuer',
  'ProtectedResourceUrl',
] as const;

export type FlowOutputs = Readonly<Record<(typeof flowOutputs)[number], string>>;

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or the cause of the failure. */
  readonly detail: string;
}

/** Asks the services that outputs name, step by step, whether the login flow can work. */
export async function checkFlow(outputs: FlowOutputs): Promise<CheckResult[]> {
  return Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
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

/** What is wrong, in words for the user. */
class Finding extends Error {}

/** Each check returns what it has found, or throws a Finding. */
const checks: Readonly<Record<string, (outputs: FlowOutputs) => Promise<string>>> = {
  'Discovery document': async (outputs) => {
    const url = discoveryUrl(outputs);
    const { issuer } = await getJson(url);
    if (issuer !== outputs.Issuer) {
      throw new Finding(`${url} is of issuer ${String(issuer)}, and the outputs say ${outputs.Issuer}`);
    }
    return outputs.Issuer;
  },
  'Public keys': async (outputs) => {
    const { jwks_uri: url } = await getJson(discoveryUrl(outputs));
    if (typeof url !== 'string' || !URL.canParse(url)) {
      throw new Finding('the discovery document does not say where they are');
    }
    const { keys } = await getJson(url);
    if (!Array.isArray(keys) || keys.length === 0) {
      throw new Finding(`${url} has no keys`);
    }
    return `${keys.length} keys`;
  },
  'Hosted login': async ({ HostedLoginUrl, HostedDomainUrl }) => {
    const { status, headers } = await get(HostedLoginUrl);
    const location = headers.get('location') ?? '';
    if (status !== 302 || !URL.canParse(location, HostedDomainUrl)) {
      throw new Finding(`${HostedDomainUrl} answers ${status}, and should send the browser to the login page`);
    }
    const { origin, pathname, searchParams } = new URL(location, HostedDomainUrl);
    if (pathname !== '/login' || origin !== HostedDomainUrl) {
      const error = searchParams.get('error_description') ?? searchParams.get('error') ?? 'no error';
      throw new Finding(
        `leads to ${origin}${pathname} with ${error}; the app client does not know the callback URL or the scopes of the outputs`,
      );
    }
    return 'the login URL leads to the login page';
  },
  'CORS preflight': async ({ ProtectedResourceUrl }) => {
    const { status, headers } = await get(ProtectedResourceUrl, 'OPTIONS', {
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'authorization',
    });
    if (status !== 204) {
      throw new Finding(`${ProtectedResourceUrl} answers ${status} instead of 204; is its last change deployed?`);
    }
    const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/\s*,\s*/);
    if (!allowed.includes('authorization')) {
      throw new Finding('pages may not send the header Authorization; it belongs in cors.allowHeaders');
    }
    return `for pages of ${allowedOrigin(headers)}`;
  },
  'Refusal without a token': async ({ ProtectedResourceUrl }) => {
    const { status, headers } = await getAsDeclared(ProtectedResourceUrl);
    if (status !== 401) {
      throw new Finding(
        `${ProtectedResourceUrl} answers ${status} instead of 401; ${status < 400 ? 'anyone gets in' : 'is its last change deployed?'}`,
      );
    }
    return `pages of ${allowedOrigin(headers)} can read it`;
  },
};

/**
 * Says where the discovery document is: on AWS under the issuer.
 *
 * The local tokens name AWS as their issuer; what AWS has there, the local login has on its own host.
 */
function discoveryUrl({ HostedDomainUrl, CognitoUserPoolID, Issuer }: FlowOutputs): string {
  const isLocal = new URL(HostedDomainUrl).hostname === 'localhost';
  return `${isLocal ? `${HostedDomainUrl}/${CognitoUserPoolID}` : Issuer}/.well-known/openid-configuration`;
}

/** Asks as a page's script would, and follows no redirect. */
async function get(url: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<Response> {
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
      throw new Finding(`${host} has not answered in 10 s`);
    }
    throw new Finding(
      cause?.code === 'ENOTFOUND'
        ? `there is no host ${host}; a new domain can take some minutes`
        : `${host} cannot be reached: ${cause?.code ?? cause?.message ?? name}`,
    );
  }
}

/** Asks with GET, or with the verb that the route has: API Gateway answers 403 to any other. */
async function getAsDeclared(url: string): Promise<Response> {
  const response = await get(url);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    if (response.status !== 403) {
      break;
    }
    const other = await get(url, method);
    if (other.status !== 403) {
      return other;
    }
  }
  return response;
}

async function getJson(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await get(url);
  if (!response.ok) {
    throw new Finding(`${url} answers ${response.status}`);
  }
  const json: unknown = await response.json().catch(() => undefined);
  if (typeof json !== 'object' || json === null) {
    throw new Finding(`${url} has no JSON object`);
  }
  return json as Readonly<Record<string, unknown>>;
}

/** Returns whose pages may read an answer. */
function allowedOrigin(headers: Headers): string {
  const origin = headers.get('access-control-allow-origin');
  if (origin === null) {
    throw new Finding('no page can read the answer: it lacks Access-Control-Allow-Origin');
  }
  return origin === '*' ? 'any origin' : origin;
}
