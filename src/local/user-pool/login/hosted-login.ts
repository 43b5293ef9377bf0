import { randomUUID } from 'node:crypto';

import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

import { contentSecurityPolicy, type Html } from '../../../http/html-document';
import { type AppClient, type IdentityProvider, type Session, type User } from '../model';
import { PasswordPolicyError, requirements } from '../passwords/password-policy';
import { confirmationSeconds, sessionSeconds } from '../sign-in/sessions';
import { type Challenge, type SignInStep } from '../sign-in/sign-in';
import { isTriggerError } from '../triggers/triggers';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { emailOf } from '../users/users';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request';
import { type CalledProvider, type Identified, ProviderError } from './called-provider';
import { cookieOptions } from './cookies';
import { hasCsrfToken, isCsrfTokenValid } from './csrf-protection';
import { type LoginEnv } from './login-env';
import { readSignOut } from './logout-endpoint';
import {
  attributeOf,
  changePasswordPage,
  confirmPage,
  errorPage,
  forgotPasswordPage,
  loginPage,
  mailboxPage,
  mfaPage,
  mfaSetupPage,
  newPasswordPage,
  type PageProps,
  simulatedIdentity,
  providerPage,
  signUpPage,
} from './pages';
import { formOf, isQueryDecodable, queryOf, rawQueryOf, withParameters } from './parameters';

type HostedContext = Context<LoginEnv>;

/** A submitted form of the hosted login, with the authorization request of its page. */
interface Submission {
  readonly context: HostedContext;
  readonly form: URLSearchParams;
  readonly request: AuthorizationRequest;
}

type Handler = (submission: Submission) => Response | Promise<Response>;

/** Handles the authorization request of a page, or redirects the browser. */
type WithRequest = (
  context: HostedContext,
  handle: (request: AuthorizationRequest) => Response | Promise<Response>,
) => Response | Promise<Response>;

/** Returns undefined if this browser must not see the page. */
type Page = (props: PageProps, context: HostedContext) => Html | undefined;

const sessionCookie = 'cognito';

/** Cookies that Cognito clears when an authorization starts. Nothing here reads them. */
const csrfStateCookies = ['csrf-state', 'csrf-state-legacy'];

/** Identifies the user that this browser can confirm, because it has just signed up. */
const confirmationCookie = 'confirmation';

/** Identifies a sign-in of this browser whose password was right and whose challenge is not complete. */
const signInCookie = 'sign-in';

/** The page that simulates an identity provider. */
const providerPath = '/identityProvider';

const challengePaths: Readonly<Record<Challenge, string>> = {
  MFA_SETUP: '/mfaSetup',
  NEW_PASSWORD_REQUIRED: '/newPassword',
  SOFTWARE_TOKEN_MFA: '/mfa',
};

/** The pages of a user pool's domain, and the redirects between them. */
export class HostedLogin {
  private readonly contentSecurityPolicy: string;

  /** @param calledProviders the identity providers that are called, by name. A page of this login simulates the others. */
  constructor(
    private readonly pool: UserPool,
    private readonly calledProviders: ReadonlyMap<string, CalledProvider>,
  ) {
    const callbackUrls = [...pool.configuration.clients.values()].flatMap((client) => client.callbackUrls);
    this.contentSecurityPolicy = contentSecurityPolicy([...new Set(callbackUrls.map(sourceOf))]);
  }

  get routes(): Hono<LoginEnv> {
    const app = new Hono<LoginEnv>();
    app.get('/oauth2/authorize', (context) => this.authorize(context));
    app.get('/oauth2/idpresponse', (context) => this.respondToProvider(context));
    app.get('/login', (context) => this.withRequest(context, () => this.show(context, this.loginPage)));
    app.post('/login', this.onSubmit(this.signIn, this.loginPage));
    this.addProviderPage(app);
    if (this.pool.configuration.selfSignUp) {
      this.addForm(app, '/signup', this.signUp, this.signUpPage);
    }
    this.addForm(app, '/confirmUser', this.confirm, this.confirmPage);
    app.post('/resendcode', this.onSubmit(this.resendCode, this.confirmPage));
    if (this.pool.passwordRecovery.isAvailable) {
      this.addForm(app, '/forgotPassword', this.forgotPassword, forgotPasswordPage);
      app.post('/confirmForgotPassword', this.onSubmit(this.changePassword, changePasswordPage));
    }
    this.addChallenge(app, 'NEW_PASSWORD_REQUIRED', this.setNewPassword, this.newPasswordPage);
    this.addChallenge(app, 'SOFTWARE_TOKEN_MFA', this.enterCode, mfaPage);
    this.addChallenge(app, 'MFA_SETUP', this.setUpMfa, this.mfaSetupPage);
    app.get('/logout', (context) => this.signOut(context));
    app.get('/error', (context) => this.respond(context, errorPage(queryOf(context).get('error') ?? undefined), 400));
    return app;
  }

  /** The page with the emails of the user pool. */
  get mailbox(): Hono<LoginEnv> {
    const app = new Hono<LoginEnv>();
    app.get('/mailbox', (context) => this.respond(context, mailboxPage(this.pool.mailbox.mails)));
    return app;
  }

  /** Adds a page with a form, and what handles the form. */
  private addForm(app: Hono<LoginEnv>, path: string, handle: Handler, page: Page): void {
    app.get(path, (context) => this.withLocalUsers(context, () => this.show(context, page)));
    app.post(path, this.onSubmit(handle, page));
  }

  /** Adds the page that simulates an identity provider. */
  private addProviderPage(app: Hono<LoginEnv>): void {
    const withSimulated: WithRequest = (context, handle) =>
      this.withRequest(context, (request) => {
        const { identityProvider: provider } = request;
        const isSimulated = typeof provider === 'object' && !this.calledProviders.has(provider.name);
        return isSimulated ? handle(request) : context.redirect(`/login${rawQueryOf(context)}`);
      });
    app.get(providerPath, (context) => withSimulated(context, () => this.show(context, this.providerPage)));
    app.post(providerPath, this.onSubmit(this.simulateProvider, this.providerPage, withSimulated));
  }

  /** Adds the page of a challenge. A browser whose sign-in is not at that challenge goes to the login page. */
  private addChallenge(app: Hono<LoginEnv>, challenge: Challenge, handle: Handler, page: Page): void {
    const submit = this.onSubmit(handle, page);
    app.on(['GET', 'POST'], challengePaths[challenge], (context) =>
      this.withRequest(context, (request) => {
        if (!this.pool.signIn.isPending(request.client, sessionOf(context), challenge)) {
          return context.redirect(`/login${rawQueryOf(context)}`);
        }
        return context.req.method === 'POST' ? submit(context) : this.show(context, page);
      }),
    );
  }

  /** Responds with the error page of the domain, when no page of the login can show the error. */
  reject(context: HostedContext, status: 400 | 404 | 413 | 500): Response | Promise<Response> {
    return this.respond(context, errorPage(undefined), status);
  }

  private authorize(context: HostedContext): Response | Promise<Response> {
    for (const cookie of csrfStateCookies) {
      deleteCookie(context, cookie, cookieOptions(context));
    }
    if (!isQueryDecodable(context)) {
      return this.reject(context, 400);
    }
    const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
    if ('redirectsTo' in request) {
      return context.redirect(request.redirectsTo);
    }
    const session = this.pool.sessions.get(getCookie(context, sessionCookie) ?? '');
    if (session && isUsable(session, request)) {
      return this.orTriggerError(context, request, () => this.redirectWithCode(context, session, request));
    }
    return typeof request.identityProvider === 'object'
      ? this.redirectToProvider(request.identityProvider, context, request)
      : context.redirect(`/login${rawQueryOf(context)}`);
  }

  /** Leads to the sign-in page of an identity provider. */
  private redirectToProvider(
    provider: IdentityProvider,
    context: HostedContext,
    request: AuthorizationRequest,
  ): Response | Promise<Response> {
    const called = this.calledProviders.get(provider.name);
    if (!called) {
      return context.redirect(`${providerPath}${rawQueryOf(context)}`);
    }
    const nonce = randomUUID();
    const csrfToken = context.get('csrfToken');
    const state = this.pool.sessions.beginAtProvider({ query: rawQueryOf(context), csrfToken, nonce });
    return this.orProviderError(provider, context, request, async () =>
      context.redirect(await called.authorizationUrl(state, nonce)),
    );
  }

  /** Handles a browser that an identity provider sends back. */
  private respondToProvider(context: HostedContext): Response | Promise<Response> {
    const response = queryOf(context);
    const state = response.get('state') ?? '';
    const signIn = this.pool.sessions.atProvider(state);
    // Another browser must not end the sign-in.
    if (!signIn || !hasCsrfToken(context, signIn.csrfToken)) {
      return this.reject(context, 400);
    }
    this.pool.sessions.endAtProvider(state);
    const request = readAuthorizationRequest(new URLSearchParams(signIn.query), this.pool.configuration);
    if ('redirectsTo' in request) {
      return context.redirect(request.redirectsTo);
    }
    const { identityProvider: provider } = request;
    const called = typeof provider === 'object' ? this.calledProviders.get(provider.name) : undefined;
    return typeof provider === 'object' && called
      ? this.signInWith(provider, context, request, () => called.identify(response, signIn.nonce))
      : this.reject(context, 400);
  }

  private readonly simulateProvider: Handler = ({ context, form, request }) => {
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
    return this.orProviderError(provider, context, request, async () => {
      const { subject, claims } = await identify();
      const user = await this.pool.federation.signIn(request.client, provider, subject, claims);
      return this.signInAs(user, context, request, provider.name);
    });
  }

  private readonly signIn: Handler = async ({ context, form, request }) => {
    const username = form.get('username') ?? '';
    try {
      const step = await this.pool.signIn.withPassword(request.client, username, form.get('password') ?? '');
      return await this.proceed(step, context, request);
    } catch (error) {
      // Thrown after the password was right.
      if (error instanceof UserPoolError && error.code === 'PasswordResetRequiredException') {
        return this.show(context, changePasswordPage, { username });
      }
      throw error;
    }
  };

  private readonly signUp: Handler = async ({ context, form, request }) => {
    const { signUp, userAttributes } = this.pool;
    const { client } = request;
    const username = form.get('username') ?? '';
    const attributes = userAttributes.readNew(username, attributesIn(form), client);
    const user = await signUp.signUp({ client }, username, form.get('password') ?? '', attributes);
    if (user.status === 'CONFIRMED') {
      return this.proceed(this.pool.signIn.next(client, user), context, request);
    }
    // Without a code, the sign-up ends here: https://github.com/aws-amplify/amplify-js/issues/3544
    if (!this.pool.configuration.verifiesEmail) {
      return context.redirect('/error');
    }
    const id = this.pool.sessions.beginConfirmation(user);
    setCookie(context, confirmationCookie, id, { ...cookieOptions(context), maxAge: confirmationSeconds });
    return context.redirect(`/confirmUser${rawQueryOf(context)}`);
  };

  private readonly confirm: Handler = async ({ context, form, request }) => {
    const user = this.userToConfirm(context);
    if (!user) {
      return this.reject(context, 400);
    }
    await this.pool.signUp.confirm(request.client, user.sub, (form.get('verification_code') ?? '').trim());
    this.pool.sessions.endConfirmation(getCookie(context, confirmationCookie) ?? '');
    deleteCookie(context, confirmationCookie, cookieOptions(context));
    return this.proceed(this.pool.signIn.next(request.client, user), context, request);
  };

  private readonly resendCode: Handler = async ({ context, request }) => {
    const user = this.userToConfirm(context);
    if (!user) {
      return this.reject(context, 400);
    }
    await this.pool.signUp.resendCode(request.client, user.sub);
    return context.redirect(`/confirmUser${rawQueryOf(context)}`);
  };

  private readonly setNewPassword: Handler = async ({ context, form, request }) => {
    const { signIn, userAttributes } = this.pool;
    const session = sessionOf(context);
    const password = readNewPassword(form);
    const user = signIn.userAt(session, 'NEW_PASSWORD_REQUIRED');
    const attributes = userAttributes.readWithPassword(user, attributesIn(form), request.client);
    const step = signIn.withNewPassword(request.client, session, password);
    await userAttributes.update(step.user, attributes, { client: request.client });
    return this.proceed(step, context, request);
  };

  private readonly enterCode: Handler = ({ context, form, request }) => {
    const code = readTotp(form);
    return this.proceed(this.pool.signIn.withSoftwareToken(request.client, sessionOf(context), code), context, request);
  };

  private readonly setUpMfa: Handler = ({ context, form, request }) => {
    const session = sessionOf(context);
    this.pool.signIn.verifySoftwareToken(session, readTotp(form));
    return this.proceed(this.pool.signIn.withSetUp(request.client, session), context, request);
  };

  private readonly forgotPassword: Handler = async ({ context, form, request }) => {
    await this.pool.passwordRecovery.forgotPassword(request.client, form.get('username') ?? '');
    return this.show(context, changePasswordPage, { username: form.get('username') });
  };

  private readonly changePassword: Handler = async ({ context, form, request }) => {
    const password = readNewPassword(form);
    const code = (form.get('forgot_password_code') ?? '').trim();
    await this.pool.passwordRecovery.confirm(request.client, form.get('username') ?? '', code, password);
    return this.show(context, this.loginPage, { notice: 'Your password has been changed. Sign in with it.' });
  };

  private signOut(context: HostedContext): Response {
    const { signsOut, to } = readSignOut(queryOf(context), this.pool.configuration);
    if (signsOut) {
      this.pool.sessions.end(getCookie(context, sessionCookie) ?? '');
      deleteCookie(context, sessionCookie, cookieOptions(context));
    }
    return context.redirect(to);
  }

  /** Completes a sign-in, or leads to the page of its challenge. */
  private async proceed(step: SignInStep, context: HostedContext, request: AuthorizationRequest): Promise<Response> {
    if (step.challenge === undefined) {
      deleteCookie(context, signInCookie, cookieOptions(context));
      await this.pool.signIn.complete(request.client, step.user);
      return this.signInAs(step.user, context, request);
    }
    setCookie(context, signInCookie, step.session, {
      ...cookieOptions(context),
      maxAge: request.client.authSessionValidity,
    });
    return context.redirect(`${challengePaths[step.challenge]}${rawQueryOf(context)}`);
  }

  private signInAs(
    user: User,
    context: HostedContext,
    request: AuthorizationRequest,
    identityProvider = 'COGNITO',
  ): Promise<Response> {
    this.pool.sessions.end(getCookie(context, sessionCookie) ?? '');
    const { id, session } = this.pool.sessions.begin(user, identityProvider);
    setCookie(context, sessionCookie, id, { ...cookieOptions(context), maxAge: sessionSeconds });
    context.set('csrfToken', randomUUID());
    return this.redirectWithCode(context, session, request);
  }

  private async redirectWithCode(
    context: HostedContext,
    session: Session,
    request: AuthorizationRequest,
  ): Promise<Response> {
    const { client, scopes, redirectUri, state } = request;
    const granted = { clientId: client.id, scopes, sub: session.user.sub };
    const overrides = await this.pool.overridesOf('TokenGeneration_HostedAuth', granted);
    const code = this.pool.sessions.issueCode(session, request, overrides);
    return context.redirect(withParameters(redirectUri, { code, state }));
  }

  /**
   * Returns to the app with the error of a trigger.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
   */
  private async orTriggerError(
    context: HostedContext,
    request: AuthorizationRequest,
    respond: () => Response | Promise<Response>,
  ): Promise<Response> {
    try {
      return await respond();
    } catch (error) {
      if (!(error instanceof UserPoolError && isTriggerError(error))) {
        throw error;
      }
      return context.redirect(errorUrl(request, 'invalid_request', error.message));
    }
  }

  /**
   * Returns to the app with the reason when a sign-in with an identity provider fails.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoint-idp-responses.html
   */
  private async orProviderError(
    { type }: IdentityProvider,
    context: HostedContext,
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

  private userToConfirm(context: HostedContext): User | undefined {
    return this.pool.sessions.userToConfirm(getCookie(context, confirmationCookie) ?? '');
  }

  /** Handles the form of a page. If the user pool rejects the input, the same page shows the error above the form. */
  private onSubmit(
    handle: Handler,
    page: Page,
    withRequest: WithRequest = (...args) => this.withLocalUsers(...args),
  ): (context: HostedContext) => Promise<Response> {
    return async (context) => {
      const form = await formOf(context);
      if (!form) {
        return this.reject(context, 400);
      }
      return withRequest(context, async (request) => {
        try {
          if (!isCsrfTokenValid(context, form)) {
            throw new UserPoolError('InvalidParameterException', 'This page was out of date. Try again.');
          }
          return await this.orTriggerError(context, request, () => handle({ context, form, request }));
        } catch (error) {
          if (!(error instanceof UserPoolError)) {
            throw error;
          }
          return this.show(
            context,
            page,
            { error, username: form.get('username'), attributes: attributesIn(form) },
            400,
          );
        }
      });
    };
  }

  /** Handles a valid authorization request. One that is not valid ends where it is rejected. */
  private withRequest(...[context, handle]: Parameters<WithRequest>): Response | Promise<Response> {
    const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
    if ('redirectsTo' in request) {
      return context.redirect(request.redirectsTo);
    }
    context.set('request', request);
    return handle(request);
  }

  /** Handles a valid authorization request of a client that lets Cognito's own users sign in. */
  private withLocalUsers(...[context, handle]: Parameters<WithRequest>): Response | Promise<Response> {
    return this.withRequest(context, (request) =>
      hasLocalUsers(request.client) ? handle(request) : context.redirect(`/login${rawQueryOf(context)}`),
    );
  }

  private readonly loginPage: Page = (props, context) => {
    const { client, identityProvider } = context.get('request')!;
    return loginPage({
      ...props,
      error:
        props.error ??
        (identityProvider === 'unavailable' ? 'Login option is not available. Please try another one' : undefined),
      hasLocalUsers: hasLocalUsers(client),
      identityProviders: client.identityProviders.filter((name) => this.pool.configuration.identityProviders.has(name)),
    });
  };

  private readonly providerPage: Page = (props, context) =>
    providerPage({ ...props, provider: context.get('request')!.identityProvider as IdentityProvider });

  private readonly confirmPage: Page = (props, context) => {
    const user = this.userToConfirm(context);
    return user && confirmPage({ ...props, username: emailOf(user) ?? user.username });
  };

  private readonly signUpPage: Page = (props) =>
    signUpPage({ ...props, attributes: this.pool.userAttributes.missing(new Map()) });

  private readonly newPasswordPage: Page = (props, context) => {
    const { attributes } = this.pool.signIn.userAt(sessionOf(context), 'NEW_PASSWORD_REQUIRED');
    return newPasswordPage({ ...props, attributes: this.pool.userAttributes.missing(attributes) });
  };

  private readonly mfaSetupPage: Page = (props, context) => {
    const { user, secret } = this.pool.signIn.setUpSoftwareToken(sessionOf(context));
    return mfaSetupPage({ ...props, secret, setupUrl: this.pool.softwareTokens.setupUrl(user, secret) });
  };

  /** Shows a page, with the values and the error of the last attempt. */
  private show(
    context: HostedContext,
    page: Page,
    { error, notice, username, attributes = [] }: Attempt = {},
    status: 200 | 400 = 200,
  ): Response | Promise<Response> {
    const { passwordPolicy, selfSignUp, signIn } = this.pool.configuration;
    const unmet = error instanceof PasswordPolicyError ? error.unmet : [];
    const props: PageProps = {
      csrfToken: context.get('csrfToken'),
      query: rawQueryOf(context),
      // The rules of the page say what the password does not contain.
      error: unmet.length > 0 ? 'Password does not conform to policy.' : error?.message,
      notice,
      username: username ?? queryOf(context).get('login_hint') ?? undefined,
      signIn,
      entered: new Map(attributes),
      canSignUp: selfSignUp,
      canRecover: this.pool.passwordRecovery.isAvailable,
      rules: requirements(passwordPolicy).map(({ text }) => ({ text, isUnmet: unmet.includes(text) })),
    };
    const html = page(props, context);
    return html === undefined ? this.reject(context, 400) : this.respond(context, html, status);
  }

  private respond(context: HostedContext, page: Html, status: 200 | 400 | 404 | 413 | 500 = 200) {
    context.header('Content-Security-Policy', this.contentSecurityPolicy);
    return context.html(page, status);
  }
}

/** The values and the error of the last attempt. */
interface Attempt {
  readonly error?: UserPoolError;
  readonly notice?: string;
  /** The user name that was entered. */
  readonly username?: string | null;
  /** The attributes that were entered. */
  readonly attributes?: readonly (readonly [name: string, value: string])[];
}

/** Returns whether the users of the user pool itself can sign in to a client. */
function hasLocalUsers({ identityProviders }: AppClient): boolean {
  return identityProviders.includes('COGNITO');
}

/** Returns whether a session is one that the client and the request take. */
function isUsable({ identityProvider: own }: Session, { client, identityProvider }: AuthorizationRequest): boolean {
  const selected = typeof identityProvider === 'object' ? identityProvider.name : identityProvider;
  return client.identityProviders.includes(own) && (selected ?? own) === own;
}

/** Returns the URL by which the app gets an error. Cognito puts the error last. */
function errorUrl({ redirectUri, state }: AuthorizationRequest, error: string, description: string): string {
  return withParameters(redirectUri, { error_description: description, state, error });
}

/** Returns the session of this browser's sign-in. */
function sessionOf(context: HostedContext): string {
  return getCookie(context, signInCookie) ?? '';
}

/** @throws {UserPoolError} when the passwords of the form are not the same */
function readNewPassword(form: URLSearchParams): string {
  const password = form.get('new_password') ?? '';
  if (form.get('confirm_password') !== password) {
    throw new UserPoolError('InvalidPasswordException', 'The passwords do not match.');
  }
  return password;
}

/** Returns the attributes in the fields of a form. */
function attributesIn(form: URLSearchParams): [name: string, value: string][] {
  return [...form].flatMap(([field, value]): [string, string][] => {
    const name = attributeOf(field);
    return name === undefined ? [] : [[name, value.trim()]];
  });
}

function readTotp(form: URLSearchParams): string {
  return (form.get('totp_code') ?? '').replace(/\s/g, '');
}

/** Returns the source of a URL for a content security policy: its origin, or its scheme if a policy cannot name that. */
function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url);
  return /^https?:\/\/[\w.-]+(?::\d+)?$/.test(origin) ? origin : protocol;
}
