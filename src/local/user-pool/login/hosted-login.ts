import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

import { contentSecurityPolicy, type Html } from '../../../http/html-document';
import { type IdentityProvider, type User } from '../model';
import { PasswordPolicyError, requirements } from '../passwords/password-policy';
import { confirmationSeconds } from '../sign-in/sessions';
import { type Challenge, type SignInStep } from '../sign-in/sign-in';
import { isTriggerError } from '../triggers/triggers';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { emailOf } from '../users/users';
import { type AuthorizationRequest, errorUrl, readAuthorizationRequest } from './authorization-request';
import { type CalledProvider } from './called-provider';
import { cookieOptions } from './cookies';
import { isCsrfTokenValid } from './csrf-protection';
import { IdentityProviderLogin, providerPath } from './identity-provider-login';
import { type HostedContext, type LoginEnv, type Submission } from './login-env';
import { LoginSession } from './login-session';
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
  providerPage,
  signUpPage,
} from './pages';
import { formOf, isQueryDecodable, queryOf, rawQueryOf } from './parameters';

type Handler = (submission: Submission) => Response | Promise<Response>;

/** Returns whether a browser can see a page. */
type Guard = (request: AuthorizationRequest, context: HostedContext) => boolean;

const anyone: Guard = () => true;

/** Returns undefined if this browser must not see the page. */
type Page = (props: PageProps, context: HostedContext) => Html | undefined;

/** Cookies that Cognito clears when an authorization starts. Nothing here reads them. */
const csrfStateCookies = ['csrf-state', 'csrf-state-legacy'];

/** Identifies the user that this browser can confirm, because it has just signed up. */
const confirmationCookie = 'confirmation';

/** Identifies a sign-in of this browser whose password was right and whose challenge is not complete. */
const signInCookie = 'sign-in';

const challengePaths: Readonly<Record<Challenge, string>> = {
  MFA_SETUP: '/mfaSetup',
  NEW_PASSWORD_REQUIRED: '/newPassword',
  SOFTWARE_TOKEN_MFA: '/mfa',
};

/** The pages of a user pool's domain, and the redirects between them. */
export class HostedLogin {
  private readonly session: LoginSession;
  private readonly providers: IdentityProviderLogin;
  private readonly contentSecurityPolicy: string;

  /** @param calledProviders the identity providers that are called, by name. A page of this login simulates the others. */
  constructor(
    private readonly pool: UserPool,
    calledProviders: ReadonlyMap<string, CalledProvider>,
  ) {
    this.session = new LoginSession(pool);
    this.providers = new IdentityProviderLogin(pool, this.session, calledProviders);
    const callbackUrls = [...pool.configuration.clients.values()].flatMap((client) => client.callbackUrls);
    this.contentSecurityPolicy = contentSecurityPolicy([...new Set(callbackUrls.map(sourceOf))]);
  }

  get routes(): Hono<LoginEnv> {
    const app = new Hono<LoginEnv>();
    const methods = ['GET', 'POST'];
    app.get('/oauth2/authorize', (context) => this.authorize(context));
    app.get('/oauth2/idpresponse', (context) => this.providers.respond(context) ?? this.reject(context, 400));
    app.get('/login', this.form(anyone, this.signIn, this.loginPage));
    app.post('/login', this.form(hasLocalUsers, this.signIn, this.loginPage));
    app.on(methods, providerPath, this.form(this.providers.isSimulated, this.providers.simulate, this.providerPage));
    if (this.pool.configuration.selfSignUp) {
      app.on(methods, '/signup', this.form(hasLocalUsers, this.signUp, this.signUpPage));
    }
    app.on(methods, '/confirmUser', this.form(hasLocalUsers, this.confirm, this.confirmPage));
    app.post('/resendcode', this.form(hasLocalUsers, this.resendCode, this.confirmPage));
    if (this.pool.passwordRecovery.isAvailable) {
      app.on(methods, '/forgotPassword', this.form(hasLocalUsers, this.forgotPassword, forgotPasswordPage));
      app.post('/confirmForgotPassword', this.form(hasLocalUsers, this.changePassword, changePasswordPage));
    }
    for (const [challenge, handle, page] of [
      ['NEW_PASSWORD_REQUIRED', this.setNewPassword, this.newPasswordPage],
      ['SOFTWARE_TOKEN_MFA', this.enterCode, mfaPage],
      ['MFA_SETUP', this.setUpMfa, this.mfaSetupPage],
    ] as const) {
      const isPending: Guard = ({ client }, context) =>
        this.pool.signIn.isPending(client, signInOf(context), challenge);
      app.on(methods, challengePaths[challenge], this.form(isPending, handle, page));
    }
    app.get('/logout', (context) => this.session.signOut(context));
    app.get('/error', (context) => this.respond(context, errorPage(queryOf(context).get('error') ?? undefined), 400));
    return app;
  }

  /** The page with the emails of the user pool. */
  get mailbox(): Hono<LoginEnv> {
    const app = new Hono<LoginEnv>();
    app.get('/mailbox', (context) => this.respond(context, mailboxPage(this.pool.mailbox.mails)));
    return app;
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
    const session = this.session.find(context, request);
    if (session) {
      return orTriggerError(context, request, () => this.session.returnToApp(context, session, request));
    }
    return this.providers.redirect(context, request) ?? context.redirect(`/login${rawQueryOf(context)}`);
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
    const session = signInOf(context);
    const password = readNewPassword(form);
    const user = signIn.userAt(session, 'NEW_PASSWORD_REQUIRED');
    const attributes = userAttributes.readWithPassword(user, attributesIn(form), request.client);
    const step = signIn.withNewPassword(request.client, session, password);
    await userAttributes.update(step.user, attributes, { client: request.client });
    return this.proceed(step, context, request);
  };

  private readonly enterCode: Handler = ({ context, form, request }) => {
    const code = readTotp(form);
    return this.proceed(this.pool.signIn.withSoftwareToken(request.client, signInOf(context), code), context, request);
  };

  private readonly setUpMfa: Handler = ({ context, form, request }) => {
    const session = signInOf(context);
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

  /** Completes a sign-in, or leads to the page of its challenge. */
  private async proceed(step: SignInStep, context: HostedContext, request: AuthorizationRequest): Promise<Response> {
    if (step.challenge === undefined) {
      deleteCookie(context, signInCookie, cookieOptions(context));
      await this.pool.signIn.complete(request.client, step.user);
      return this.session.begin(step.user, context, request);
    }
    setCookie(context, signInCookie, step.session, {
      ...cookieOptions(context),
      maxAge: request.client.authSessionValidity,
    });
    return context.redirect(`${challengePaths[step.challenge]}${rawQueryOf(context)}`);
  }

  private userToConfirm(context: HostedContext): User | undefined {
    return this.pool.sessions.userToConfirm(getCookie(context, confirmationCookie) ?? '');
  }

  /** Shows a page with a form, and handles the form. A browser that cannot see the page goes to the login page. */
  private form(canSee: Guard, handle: Handler, page: Page): (context: HostedContext) => Response | Promise<Response> {
    return (context) => {
      const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
      if ('redirectsTo' in request) {
        return context.redirect(request.redirectsTo);
      }
      context.set('request', request);
      if (!canSee(request, context)) {
        return context.redirect(`/login${rawQueryOf(context)}`);
      }
      return context.req.method === 'POST' ? this.submit(context, handle, page) : this.show(context, page);
    };
  }

  /** Handles a form. If the user pool rejects the input, the same page shows the error above the form. */
  private async submit(context: HostedContext, handle: Handler, page: Page): Promise<Response> {
    const request = context.get('request')!;
    const form = await formOf(context);
    if (!form) {
      return this.reject(context, 400);
    }
    try {
      if (!isCsrfTokenValid(context, form)) {
        throw new UserPoolError('InvalidParameterException', 'This page was out of date. Try again.');
      }
      return await orTriggerError(context, request, () => handle({ context, form, request }));
    } catch (error) {
      if (!(error instanceof UserPoolError)) {
        throw error;
      }
      return this.show(context, page, { error, username: form.get('username'), attributes: attributesIn(form) }, 400);
    }
  }

  private readonly loginPage: Page = (props, context) => {
    const { client, identityProvider } = context.get('request')!;
    return loginPage({
      ...props,
      error:
        props.error ??
        (identityProvider === 'unavailable' ? 'Login option is not available. Please try another one' : undefined),
      hasLocalUsers: hasLocalUsers({ client }),
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
    const { attributes } = this.pool.signIn.userAt(signInOf(context), 'NEW_PASSWORD_REQUIRED');
    return newPasswordPage({ ...props, attributes: this.pool.userAttributes.missing(attributes) });
  };

  private readonly mfaSetupPage: Page = (props, context) => {
    const { user, secret } = this.pool.signIn.setUpSoftwareToken(signInOf(context));
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
function hasLocalUsers({ client }: Pick<AuthorizationRequest, 'client'>): boolean {
  return client.identityProviders.includes('COGNITO');
}

/**
 * Returns to the app with the error of a trigger.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
async function orTriggerError(
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

/** Returns the session of this browser's sign-in. */
function signInOf(context: HostedContext): string {
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
