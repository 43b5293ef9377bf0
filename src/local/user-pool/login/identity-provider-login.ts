import { randomUUID } from 'node:crypto';

import { type Context } from 'hono';

import { type IdentityProvider } from '../model';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { type AuthorizationRequest, errorUrl, readAuthorizationRequest } from './authorization-request';
import { type CalledProvider, type Identified, ProviderError } from './called-provider';
import { hasCsrfToken } from './csrf-protection';
import { type HostedContext, type Submission } from './login-env';
import { type LoginSession } from './login-session';
import { simulatedIdentity } from './pages';
import { queryOf, rawQueryOf } from './parameters';

/** The page that simulates an identity provider. */
export const providerPath = '/identityProvider';

/** The sign-in with identity providers: those that are called, and those that a page simulates. */
export class IdentityProviderLogin {
  constructor(
    private readonly pool: UserPool,
    private readonly session: LoginSession,
    private readonly calledProviders: ReadonlyMap<string, CalledProvider>,
  ) {}

  /** Returns whether a request selects an identity provider that a page simulates. */
  readonly isSimulated = ({ identityProvider: provider }: AuthorizationRequest): boolean =>
    typeof provider === 'object' && !this.calledProviders.has(provider.name);

  /** Leads to the sign-in page of the identity provider that a request selects, if it selects one. */
  redirect(context: HostedContext, request: AuthorizationRequest): Response | Promise<Response> | undefined {
    const { identityProvider: provider } = request;
    if (typeof provider !== 'object') {
      return undefined;
    }
    const called = this.calledProviders.get(provider.name);
    if (!called) {
      return context.redirect(`${providerPath}${rawQueryOf(context)}`);
    }
    const nonce = randomUUID();
    const csrfToken = context.get('csrfToken');
    const state = this.pool.sessions.beginAtProvider({ query: rawQueryOf(context), csrfToken, nonce });
    return orProviderError(provider, context, request, async () =>
      context.redirect(await called.authorizationUrl(state, nonce)),
    );
  }

  /** Handles a browser that an identity provider sends back. Returns undefined for another browser. */
  respond(context: HostedContext): Response | Promise<Response> | undefined {
    const response = queryOf(context);
    const state = response.get('state') ?? '';
    const signIn = this.pool.sessions.atProvider(state);
    // Another browser must not end the sign-in.
    if (!signIn || !hasCsrfToken(context, signIn.csrfToken)) {
      return undefined;
    }
    this.pool.sessions.endAtProvider(state);
    const request = readAuthorizationRequest(new URLSearchParams(signIn.query), this.pool.configuration);
    if ('redirectsTo' in request) {
      return context.redirect(request.redirectsTo);
    }
    const { identityProvider: provider } = request;
    const called = typeof provider === 'object' && this.calledProviders.get(provider.name);
    return called
      ? this.signInWith(provider, context, request, () => called.identify(response, signIn.nonce))
      : undefined;
  }

  /** Handles the form of the page that simulates an identity provider. */
  readonly simulate = ({ context, form, request }: Submission): Promise<Response> => {
    const provider = request.identityProvider as IdentityProvider;
    return this.signInWith(provider, context, request, () => {
      const error = form.get('error');
      if (error !== null) {
        throw new ProviderError(error, `${provider.name} Error - ${error}`);
      }
      return simulatedIdentity(provider, form);
    });
  };

  /** Signs in a user of an identity provider. */
  private signInWith(
    provider: IdentityProvider,
    context: HostedContext,
    request: AuthorizationRequest,
    identify: () => Identified | Promise<Identified>,
  ): Promise<Response> {
    return orProviderError(provider, context, request, async () => {
      const { subject, claims } = await identify();
      const user = await this.pool.federation.signIn(request.client, provider, subject, claims);
      return this.session.begin(user, context, request, provider.name);
    });
  }
}

/**
 * Returns to the app with the reason when a sign-in with an identity provider fails.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoint-idp-responses.html
 */
async function orProviderError(
  { type }: IdentityProvider,
  context: Context,
  request: AuthorizationRequest,
  respond: () => Promise<Response>,
): Promise<Response> {
  try {
    return await respond();
  } catch (error) {
    if (!(error instanceof UserPoolError || error instanceof ProviderError)) {
      throw error;
    }
    return context.redirect(
      type === 'SAML'
        ? errorUrl(request, 'server_error', `Error in SAML response processing: ${error.message}`)
        : errorUrl(request, error instanceof ProviderError ? error.error : 'invalid_request', error.message),
    );
  }
}
