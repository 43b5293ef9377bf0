import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { z } from 'zod';

import { isLoopbackUrl } from '../../../http/loopback-server';
import { parseJson } from '../../../rules/json-file';
import { type IdentityProvider } from '../model';
import { type CalledProvider, type Identified, ProviderError } from './called-provider';
import { withParameters } from './parameters';

/** An OpenID provider on this machine that replaces an identity provider of the stacks. */
export interface LocalProvider {
  /** Its issuer. */
  readonly url: string;
  /** @default 'local', which everyone may know */
  readonly clientSecret?: string | undefined;
  /**
   * Milliseconds that it has for a response.
   *
   * @default 5000
   */
  readonly timeout?: number | undefined;
}

/** In bytes. Every response of a provider is smaller. */
const largestResponse = 256 * 1024;

/** Signatures with the public key of the provider. */
const algorithms = ['RS', 'PS', 'ES'].flatMap((family) => ['256', '384', '512'].map((bits) => `${family}${bits}`));

const loopbackUrl = z.string().refine(isLoopbackUrl, 'is not a URL of this machine');

const discoveryDocument = z.object({
  issuer: z.string(),
  authorization_endpoint: loopbackUrl,
  token_endpoint: loopbackUrl,
  jwks_uri: loopbackUrl,
  userinfo_endpoint: loopbackUrl.optional(),
});

const tokenResponse = z.object({ id_token: z.string(), access_token: z.string().optional() });

const oauthError = z.object({ error: z.string(), error_description: z.string().optional() });

/**
 * Signs users in with an OpenID provider as Cognito does: with an authorization code, `client_secret_post`, and without
 * PKCE.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-flow.html
 */
export class OpenIdProvider implements CalledProvider {
  constructor(
    private readonly provider: IdentityProvider,
    private readonly local: LocalProvider,
    /** Where the provider sends the browser back to. */
    private readonly redirectUri: string,
  ) {}

  async authorizationUrl(state: string, nonce: string): Promise<string> {
    const { authorization_endpoint } = await this.discover();
    return withParameters(authorization_endpoint, {
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      response_type: 'code',
      scope: scopesOf(this.provider),
      state,
      nonce,
    });
  }

  async identify(response: URLSearchParams, nonce: string): Promise<Identified> {
    const { data: failure } = oauthError.safeParse(Object.fromEntries(response));
    if (failure) {
      throw this.errorOf(failure);
    }
    const code = response.get('code');
    if (!code) {
      throw new ProviderError('invalid_request', `${this.provider.name} has not sent a code`);
    }
    const discovered = await this.discover();
    const { id_token, access_token } = await this.request(
      discovered.token_endpoint,
      tokenResponse,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: this.redirectUri,
          client_id: this.clientId,
          client_secret: this.local.clientSecret ?? 'local',
        }),
      },
      [code],
    );
    const claims = await this.verify(id_token, nonce, discovered);
    const known = { ...claims, id_token, ...(access_token !== undefined && { access_token }) };
    const lacksClaims = [...this.provider.attributeMapping.values()].some((claim) => !Object.hasOwn(known, claim));
    const { userinfo_endpoint } = discovered;
    const userInfo =
      lacksClaims && userinfo_endpoint !== undefined && access_token !== undefined
        ? await this.userInfo(userinfo_endpoint, access_token, claims.sub)
        : {};
    return { subject: claims.sub, claims: { ...userInfo, ...known } };
  }

  private get clientId(): string {
    return this.provider.details.client_id ?? '';
  }

  private async discover(): Promise<z.output<typeof discoveryDocument>> {
    const url = `${this.local.url.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const discovered = await this.request(url, discoveryDocument);
    if (discovered.issuer.replace(/\/$/, '') !== this.local.url.replace(/\/$/, '')) {
      throw new ProviderError('invalid_request', `Bad issuer ${discovered.issuer} in ${url}`);
    }
    return discovered;
  }

  /** Returns the claims of an ID token that is of this sign-in. */
  private async verify(
    idToken: string,
    nonce: string,
    { issuer, jwks_uri }: z.output<typeof discoveryDocument>,
  ): Promise<JWTPayload & { readonly sub: string }> {
    const keys = await this.request(jwks_uri, z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) }));
    try {
      const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys as JSONWebKeySet), {
        issuer,
        audience: this.clientId,
        algorithms,
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      const { sub } = payload;
      if (typeof sub !== 'string') {
        throw new Error('the sub is not a string');
      }
      if (payload.nonce !== nonce) {
        throw new Error('the nonce is not that of this sign-in');
      }
      // A token for several clients names the one that has asked for it.
      const isShared = Array.isArray(payload.aud) && payload.aud.length > 1;
      if ((isShared || payload.azp !== undefined) && payload.azp !== this.clientId) {
        throw new Error('the azp is another client');
      }
      return { ...payload, sub };
    } catch (error) {
      throw new ProviderError('invalid_request', problemOf(error as Error));
    }
  }

  private async userInfo(
    url: string,
    accessToken: string,
    subject: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    const userInfo = await this.request(
      url,
      z.looseObject({ sub: z.string() }),
      {
        method: this.provider.details.attributes_request_method === 'POST' ? 'POST' : 'GET',
        headers: { Authorization: `Bearer ${accessToken}` },
      },
      [accessToken],
    );
    if (userInfo.sub !== subject) {
      throw new ProviderError('invalid_request', 'The sub of the userInfo endpoint is not that of the id_token');
    }
    return userInfo;
  }

  /**
   * Makes a request, whose response is limited in time and size.
   *
   * @param secrets parts of the request that no error repeats
   */
  private async request<Body>(
    url: string,
    schema: z.ZodType<Body>,
    init: RequestInit = {},
    secrets: readonly string[] = [],
  ): Promise<Body> {
    const { name } = this.provider;
    const { status, text } = await fetchInTime(url, init, this.local.timeout ?? 5000).catch((error: unknown) => {
      const reason = error instanceof ProviderError ? error.message : 'does not respond';
      throw new ProviderError('server_error', `${name} Error - ${url} ${reason}`);
    });
    if (status >= 300 && status < 400) {
      throw new ProviderError('server_error', `${name} Error - ${url} responds with a redirect (${status})`);
    }
    const body = parseJson(text);
    if (status !== 200) {
      throw this.errorOf(oauthError.safeParse(body).data ?? { error: 'server_error' }, status, secrets);
    }
    const read = schema.safeParse(body);
    if (!read.success) {
      const { path, message } = read.error.issues[0]!;
      throw new ProviderError('server_error', `${name} Error - ${url}: ${[...path, message].join(' ')}`);
    }
    return read.data;
  }

  /**
   * Returns an error of the provider as Cognito passes it on, but without secrets: a provider can repeat its request.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoint-idp-responses.html
   */
  private errorOf(
    { error, error_description = '' }: z.output<typeof oauthError>,
    status?: number,
    secrets: readonly string[] = [],
  ): ProviderError {
    const description = [`${this.provider.name} Error -`, status, error, error_description]
      .filter((part) => part !== undefined && part !== '')
      .join(' ');
    const hidden = [this.local.clientSecret ?? '', ...secrets];
    return new ProviderError(withoutSecrets(error, hidden), withoutSecrets(description, hidden));
  }
}

/** Returns the scopes of a request. Those of a provider that does not speak OpenID Connect on AWS have no openid. */
function scopesOf({ details: { authorize_scopes = '' } }: IdentityProvider): string {
  return [...new Set([...authorize_scopes.split(/[ ,]+/), 'openid'])].filter((scope) => scope !== '').join(' ');
}

/**
 * Makes a request, and returns the response. With a timer of its own: a signal of `AbortSignal.timeout` does not always
 * end a response whose body has begun.
 *
 * @throws {Error} when the response is not complete in time, or too large
 */
async function fetchInTime(
  url: string,
  init: RequestInit,
  milliseconds: number,
): Promise<{ readonly status: number; readonly text: string }> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('The response is not complete in time'));
    }, milliseconds);
  });
  const read = async () => {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: controller.signal });
    return { status: response.status, text: await readLimited(response) };
  };
  try {
    return await Promise.race([read(), timeout]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

async function readLimited(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > largestResponse) {
      throw new ProviderError('server_error', `responds with more than ${largestResponse} bytes`);
    }
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
}

/** Replaces secrets, as they are and as a form and a URL encode them. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1)])
    .reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
}

/** Says what is wrong with an ID token, as Cognito does of the issuer. */
function problemOf(error: Error): string {
  if (!(error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)) {
    return `Bad id_token: ${error.message}`;
  }
  const { claim, payload } = error;
  return claim === 'iss' ? `Bad id_token issuer ${String(payload.iss)}` : `Bad id_token ${claim}`;
}
