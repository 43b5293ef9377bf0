import { randomUUID } from 'node:crypto';

import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { type CookieOptions } from 'hono/utils/cookie';

import { type RefusalName } from '../../../flow/words';
import { contentSecurityPolicy, type Html } from '../../../http/html-document';
import { ExpiringMap } from '../expiring-map';
import { requirements } from '../password-policy';
import { equalSecrets, randomToken } from '../secrets';
import { type Challenge, type SignInStep } from '../sign-in';
import { type Session, sessionSeconds, type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { emailOf, type User } from '../users';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request';
import { readSignOut } from './logout-endpoint';
import {
  changePasswordPage,
  confirmPage,
  errorPage,
  type FormProps,
  forgotPasswordPage,
  loginPage,
  mailboxPage,
  mfaPage,
  mfaSetupPage,
  newPasswordPage,
  signUpPage,
} from './pages';
import { formOf, queryOf, rawQueryOf, withParameters } from './parameters';

/** Context of every request to the domain. */
export interface Environment {
  Variables: {
    /** Value of the XSRF-TOKEN cookie, which every form repeats. */
    csrfToken: string;
    /** Why the token endpoint refuses a code, which its answer does not say. */
    refusal?: RefusalName;
  };
}

type HostedContext = Context<Environment>;

/** A submitted form of the hosted login, with the authorization request of its page. */
interface Submission {
  readonly context: HostedContext;
  readonly form: URLSearchParams;
  readonly request: AuthorizationRequest;
}

/**
 * The attributes of Cognito's cookies, with `Secure` over https only: Safari does not store such cookies for
 * http://localhost. Requests do not leave this machine.
 */
function cookieOptions(context: HostedContext): CookieOptions {
  return { path: '/', secure: new URL(context.req.url).protocol === 'https:', httpOnly: true, sameSite: 'Lax' };
}

const sessionCookie = 'cognito';
const csrfCookie = 'XSRF-TOKEN';

/** Cookies that Cognito clears when an authorization starts. Nothing here reads them. */
const csrfStateCookies = ['csrf-state', 'csrf-state-legacy'];

/** Identifies the user that this browser can confirm, because it has just signed up or sent the right password. */
const confirmationCookie = 'confirmation';
const confirmationSeconds = 3600;

/** Identifies a sign-in of this browser whose password was right and whose challenge has no answer yet. */
const signInCookie = 'sign-in';

const challengePaths: Readonly<Record<Challenge, string>> = {
  MFA_SETUP: '/mfaSetup',
  NEW_PASSWORD_REQUIRED: '/newPassword',
  SOFTWARE_TOKEN_MFA: '/mfa',
};

/** Sets the cookie that the forms repeat, in every response of the domain. */
export const csrfProtection: MiddlewareHandler<Environment> = async (context, next) => {
  context.set('csrfToken', getCookie(context, csrfCookie) ?? randomUUID());
  await next();
  setCookie(context, csrfCookie, context.get('csrfToken'), cookieOptions(context));
};

/** The pages of a user pool's domain, and the redirects between them. */
export class HostedLogin {
  private readonly confirmations: ExpiringMap<User>;
  private readonly requirementTexts: readonly string[];
  private readonly contentSecurityPolicy: string;

  constructor(private readonly pool: UserPool) {
    const { clients, passwordPolicy } = pool.configuration;
    this.confirmations = new ExpiringMap(pool.clock, confirmationSeconds);
    this.requirementTexts = requirements(passwordPolicy).map(({ text }) => text);
    const callbackUrls = [...clients.values()].flatMap((client) => client.callbackUrls);
    this.contentSecurityPolicy = contentSecurityPolicy([...new Set(callbackUrls.map(sourceOf))]);
  }

  get routes(): Hono<Environment> {
    const { selfSignUp, recoversByEmail } = this.pool.configuration;
    const app = new Hono<Environment>();
    app.get('/oauth2/authorize', (context) => this.authorize(context));
    app.get('/login', (context) => this.showPage(context, this.loginPage(context)));
    app.post('/login', this.onSubmit(this.signIn, this.loginPage));
    if (selfSignUp) {
      app.get('/signup', (context) => this.showPage(context, this.signUpPage(context)));
      app.post('/signup', this.onSubmit(this.signUp, this.signUpPage));
    }
    app.get('/confirmUser', (context) => this.showPage(context, this.confirmPage(context)));
    app.post('/confirmUser', this.onSubmit(this.confirm, this.confirmPage));
    app.post('/resendcode', this.onSubmit(this.resendCode, this.confirmPage));
    if (recoversByEmail) {
      app.get('/forgotPassword', (context) => this.showPage(context, this.forgotPasswordPage(context)));
      app.post('/forgotPassword', this.onSubmit(this.forgotPassword, this.forgotPasswordPage));
      app.post('/confirmForgotPassword', this.onSubmit(this.changePassword, this.changePasswordPage));
    }
    this.addChallenge(app, 'NEW_PASSWORD_REQUIRED', this.setNewPassword, this.newPasswordPage);
    this.addChallenge(app, 'SOFTWARE_TOKEN_MFA', this.enterCode, this.mfaPage);
    this.addChallenge(app, 'MFA_SETUP', this.setUpMfa, this.mfaSetupPage);
    app.get('/logout', (context) => this.signOut(context));
    app.get('/error', (context) => this.respond(context, errorPage(queryOf(context).get('error') ?? undefined), 400));
    app.get('/mailbox', (context) => this.respond(context, mailboxPage(this.pool.mailbox.mails)));
    return app;
  }

  /** Adds the page of a challenge. A browser whose sign-in is not at that challenge goes to the login page. */
  private addChallenge(
    app: Hono<Environment>,
    challenge: Challenge,
    handle: (submission: Submission) => Response | Promise<Response>,
    page: (context: HostedContext, state?: PageState) => Html,
  ): void {
    const submit = this.onSubmit(handle, page);
    app.on(['GET', 'POST'], challengePaths[challenge], (context) =>
      this.withRequest(context, (request) => {
        if (!this.pool.signIn.isPending(request.client, sessionOf(context), challenge)) {
          return context.redirect(`/login${rawQueryOf(context)}`);
        }
        return context.req.method === 'POST' ? submit(context) : this.respond(context, page(context));
      }),
    );
  }

  /** Responds with the error page of the domain, when no page of the login can show the error. */
  refuse(context: HostedContext, status: 400 | 404 | 413 | 500): Response | Promise<Response> {
    return this.respond(context, errorPage(undefined), status);
  }

  private authorize(context: HostedContext): Response {
    for (const cookie of csrfStateCookies) {
      deleteCookie(context, cookie, cookieOptions(context));
    }
    const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
    if ('refusedTo' in request) {
      return context.redirect(request.refusedTo);
    }
    const session = this.pool.session(getCookie(context, sessionCookie) ?? '');
    return session
      ? this.redirectWithCode(context, session, request)
      : context.redirect(`/login${rawQueryOf(context)}`);
  }

  private readonly signIn = ({ context, form, request }: Submission): Response => {
    const username = form.get('username') ?? '';
    try {
      const step = this.pool.signIn.withPassword(request.client, username, form.get('password') ?? '');
      return this.proceed(step, context, request);
    } catch (error) {
      // Thrown after the password was right.
      if (error instanceof UserPoolError && error.code === 'UserNotConfirmedException') {
        return this.askForCode(this.pool.users.get(username), context);
      }
      throw error;
    }
  };

  private readonly signUp = ({ context, form }: Submission): Response => {
    const user = this.pool.signUp.signUp(form.get('username') ?? '', form.get('password') ?? '');
    return this.askForCode(user, context);
  };

  private readonly confirm = ({ context, form, request }: Submission): Response | Promise<Response> => {
    const user = this.userToConfirm(context);
    if (!user) {
      return this.refuse(context, 400);
    }
    this.pool.signUp.confirm(request.client, user.sub, (form.get('verification_code') ?? '').trim());
    this.confirmations.delete(getCookie(context, confirmationCookie) ?? '');
    deleteCookie(context, confirmationCookie, cookieOptions(context));
    return this.proceed(this.pool.signIn.next(request.client, user), context, request);
  };

  private readonly resendCode = ({ context, request }: Submission): Response | Promise<Response> => {
    const user = this.userToConfirm(context);
    if (!user) {
      return this.refuse(context, 400);
    }
    this.pool.signUp.resendCode(request.client, user.sub);
    return context.redirect(`/confirmUser${rawQueryOf(context)}`);
  };

  private readonly setNewPassword = ({ context, form, request }: Submission): Response => {
    const password = readNewPassword(form);
    return this.proceed(
      this.pool.signIn.withNewPassword(request.client, sessionOf(context), password),
      context,
      request,
    );
  };

  private readonly enterCode = ({ context, form, request }: Submission): Response => {
    const code = readTotp(form);
    return this.proceed(this.pool.signIn.withSoftwareToken(request.client, sessionOf(context), code), context, request);
  };

  private readonly setUpMfa = ({ context, form, request }: Submission): Response => {
    const session = sessionOf(context);
    this.pool.signIn.verifySoftwareToken(session, readTotp(form));
    return this.proceed(this.pool.signIn.withSetUp(request.client, session), context, request);
  };

  private readonly forgotPassword = ({ context, form, request }: Submission): Response | Promise<Response> => {
    this.pool.passwordRecovery.forgotPassword(request.client, form.get('username') ?? '');
    return this.respond(context, this.changePasswordPage(context, { username: form.get('username') }));
  };

  private readonly changePassword = ({ context, form, request }: Submission): Response | Promise<Response> => {
    const password = readNewPassword(form);
    const code = (form.get('forgot_password_code') ?? '').trim();
    this.pool.passwordRecovery.confirm(request.client, form.get('username') ?? '', code, password);
    return this.respond(
      context,
      this.loginPage(context, { notice: 'Your password has been changed. Sign in with it.' }),
    );
  };

  private signOut(context: HostedContext): Response {
    const { signsOut, to } = readSignOut(queryOf(context), this.pool.configuration);
    if (signsOut) {
      this.pool.endSession(getCookie(context, sessionCookie) ?? '');
      deleteCookie(context, sessionCookie, cookieOptions(context));
    }
    return context.redirect(to);
  }

  /** Completes a sign-in, or leads to the page of its challenge. */
  private proceed(step: SignInStep, context: HostedContext, request: AuthorizationRequest): Response {
    if (step.challenge === undefined) {
      deleteCookie(context, signInCookie, cookieOptions(context));
      return this.signInAs(step.user, context, request);
    }
    setCookie(context, signInCookie, step.session, {
      ...cookieOptions(context),
      maxAge: request.client.authSessionValidity,
    });
    return context.redirect(`${challengePaths[step.challenge]}${rawQueryOf(context)}`);
  }

  private signInAs(user: User, context: HostedContext, request: AuthorizationRequest): Response {
    this.pool.endSession(getCookie(context, sessionCookie) ?? '');
    const { id, session } = this.pool.beginSession(user);
    setCookie(context, sessionCookie, id, { ...cookieOptions(context), maxAge: sessionSeconds });
    context.set('csrfToken', randomUUID());
    return this.redirectWithCode(context, session, request);
  }

  private redirectWithCode(context: HostedContext, session: Session, request: AuthorizationRequest): Response {
    const code = this.pool.issueCode(session, request);
    return context.redirect(withParameters(request.redirectUri, { code, state: request.state }));
  }

  private askForCode(user: User, context: HostedContext): Response {
    const id = randomToken();
    this.confirmations.set(id, user);
    setCookie(context, confirmationCookie, id, { ...cookieOptions(context), maxAge: confirmationSeconds });
    return context.redirect(`/confirmUser${rawQueryOf(context)}`);
  }

  private userToConfirm(context: HostedContext): User | undefined {
    return this.confirmations.get(getCookie(context, confirmationCookie) ?? '');
  }

  /** Handles the form of a page. If the user pool refuses the input, the same page shows the error above the form. */
  private onSubmit(
    handle: (submission: Submission) => Response | Promise<Response>,
    page: (context: HostedContext, state: PageState) => Html | undefined,
  ): (context: HostedContext) => Promise<Response> {
    return async (context) => {
      const form = await formOf(context);
      if (!form || !isCsrfTokenValid(context, form)) {
        return this.refuse(context, 400);
      }
      return this.withRequest(context, async (request) => {
        try {
          return await handle({ context, form, request });
        } catch (error) {
          if (!(error instanceof UserPoolError)) {
            throw error;
          }
          const retryPage = page(context, { error: error.hostedMessage, username: form.get('username') });
          return retryPage === undefined ? this.refuse(context, 400) : this.respond(context, retryPage, 400);
        }
      });
    };
  }

  /** Shows a page of the login if the authorization request is valid. */
  private showPage(context: HostedContext, page: Html | undefined): Response | Promise<Response> {
    return this.withRequest(context, () =>
      page === undefined ? this.refuse(context, 400) : this.respond(context, page),
    );
  }

  /** Answers a valid authorization request. One that is not valid ends where it is refused. */
  private withRequest(
    context: HostedContext,
    answer: (request: AuthorizationRequest) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
    return 'refusedTo' in request ? context.redirect(request.refusedTo) : answer(request);
  }

  private readonly loginPage = (context: HostedContext, state: PageState & { readonly notice?: string } = {}): Html => {
    const { selfSignUp, recoversByEmail } = this.pool.configuration;
    return loginPage({
      ...formProps(context, state),
      notice: state.notice,
      canSignUp: selfSignUp,
      canRecover: recoversByEmail,
    });
  };

  private readonly signUpPage = (context: HostedContext, state: PageState = {}): Html => {
    return signUpPage({ ...formProps(context, state), requirements: this.requirementTexts });
  };

  private readonly confirmPage = (context: HostedContext, state: PageState = {}): Html | undefined => {
    const user = this.userToConfirm(context);
    return user && confirmPage(formProps(context, { ...state, username: emailOf(user) }));
  };

  private readonly newPasswordPage = (context: HostedContext, state: PageState = {}): Html => {
    return newPasswordPage({ ...formProps(context, state), requirements: this.requirementTexts });
  };

  private readonly mfaPage = (context: HostedContext, state: PageState = {}): Html => {
    return mfaPage(formProps(context, state));
  };

  private readonly mfaSetupPage = (context: HostedContext, state: PageState = {}): Html => {
    const { user, secret } = this.pool.signIn.setUpSoftwareToken(sessionOf(context));
    return mfaSetupPage({
      ...formProps(context, state),
      secret,
      setupUrl: this.pool.softwareTokens.setupUrl(user, secret),
    });
  };

  private readonly forgotPasswordPage = (context: HostedContext, state: PageState = {}): Html => {
    return forgotPasswordPage(formProps(context, state));
  };

  private readonly changePasswordPage = (context: HostedContext, state: PageState = {}): Html => {
    return changePasswordPage({ ...formProps(context, state), requirements: this.requirementTexts });
  };

  private respond(context: HostedContext, page: Html, status: 200 | 400 | 404 | 413 | 500 = 200) {
    context.header('Content-Security-Policy', this.contentSecurityPolicy);
    return context.html(page, status);
  }
}

/** What a page shows after an attempt: the error, and the user name that was entered. */
interface PageState {
  readonly error?: string;
  readonly username?: string | null;
}

function formProps(context: HostedContext, { error, username }: PageState): FormProps {
  return {
    csrfToken: context.get('csrfToken'),
    query: rawQueryOf(context),
    error,
    username: username ?? queryOf(context).get('login_hint') ?? undefined,
  };
}

/** Returns whether the form repeats the cookie, which no other site can read. */
function isCsrfTokenValid(context: HostedContext, form: URLSearchParams): boolean {
  const inCookie = getCookie(context, csrfCookie);
  const inForm = form.get('_csrf');
  return Boolean(inCookie) && inForm !== null && equalSecrets(inCookie!, inForm);
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

function readTotp(form: URLSearchParams): string {
  return (form.get('totp_code') ?? '').replace(/\s/g, '');
}

/** Returns the source of a URL for a content security policy: its origin, or its scheme if it has no origin. */
function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url);
  return origin === 'null' ? protocol : origin;
}
