import { randomUUID } from 'node:crypto';

import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

import { contentSecurityPolicy, type Html } from '../../../http/html-document';
import { type Session, type User } from '../model';
import { PasswordPolicyError, requirements } from '../password-policy';
import { confirmationSeconds, sessionSeconds } from '../sessions';
import { type Challenge, type SignInStep } from '../sign-in';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { emailOf } from '../users';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request';
import { cookieOptions } from './cookies';
import { isCsrfTokenValid } from './csrf-protection';
import { type Environment } from './environment';
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
  type PasswordRule,
  signUpPage,
} from './pages';
import { formOf, isQueryDecodable, queryOf, rawQueryOf, withParameters } from './parameters';

type HostedContext = Context<Environment>;

/** A submitted form of the hosted login, with the authorization request of its page. */
interface Submission {
  readonly context: HostedContext;
  readonly form: URLSearchParams;
  readonly request: AuthorizationRequest;
}

const sessionCookie = 'cognito';

/** Cookies that Cognito clears when an authorization starts. Nothing here reads them. */
const csrfStateCookies = ['csrf-state', 'csrf-state-legacy'];

/** Identifies the user that this browser can confirm, because it has just signed up or sent the right password. */
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
  private readonly contentSecurityPolicy: string;

  constructor(private readonly pool: UserPool) {
    const callbackUrls = [...pool.configuration.clients.values()].flatMap((client) => client.callbackUrls);
    this.contentSecurityPolicy = contentSecurityPolicy([...new Set(callbackUrls.map(sourceOf))]);
  }

  get routes(): Hono<Environment> {
    const app = new Hono<Environment>();
    app.get('/oauth2/authorize', (context) => this.authorize(context));
    app.get('/login', (context) => this.showPage(context, this.loginPage(context)));
    app.post('/login', this.onSubmit(this.signIn, this.loginPage));
    if (this.pool.configuration.selfSignUp) {
      app.get('/signup', (context) => this.showPage(context, this.signUpPage(context)));
      app.post('/signup', this.onSubmit(this.signUp, this.signUpPage));
    }
    app.get('/confirmUser', (context) => this.showPage(context, this.confirmPage(context)));
    app.post('/confirmUser', this.onSubmit(this.confirm, this.confirmPage));
    app.post('/resendcode', this.onSubmit(this.resendCode, this.confirmPage));
    if (this.pool.passwordRecovery.isAvailable) {
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
    return session
      ? this.redirectWithCode(context, session, request)
      : context.redirect(`/login${rawQueryOf(context)}`);
  }

  private readonly signIn = ({ context, form, request }: Submission): Response | Promise<Response> => {
    const username = form.get('username') ?? '';
    try {
      const step = this.pool.signIn.withPassword(request.client, username, form.get('password') ?? '');
      return this.proceed(step, context, request);
    } catch (error) {
      // Both are thrown after the password was right.
      if (error instanceof UserPoolError && error.code === 'UserNotConfirmedException') {
        return this.askForCode(this.pool.users.get(username), context);
      }
      if (error instanceof UserPoolError && error.code === 'PasswordResetRequiredException') {
        return this.respond(context, this.changePasswordPage(context, { username }));
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
      return this.reject(context, 400);
    }
    this.pool.signUp.confirm(request.client, user.sub, (form.get('verification_code') ?? '').trim());
    this.pool.sessions.endConfirmation(getCookie(context, confirmationCookie) ?? '');
    deleteCookie(context, confirmationCookie, cookieOptions(context));
    return this.proceed(this.pool.signIn.next(request.client, user), context, request);
  };

  private readonly resendCode = ({ context, request }: Submission): Response | Promise<Response> => {
    const user = this.userToConfirm(context);
    if (!user) {
      return this.reject(context, 400);
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
      this.pool.sessions.end(getCookie(context, sessionCookie) ?? '');
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
    this.pool.sessions.end(getCookie(context, sessionCookie) ?? '');
    const { id, session } = this.pool.sessions.begin(user);
    setCookie(context, sessionCookie, id, { ...cookieOptions(context), maxAge: sessionSeconds });
    context.set('csrfToken', randomUUID());
    return this.redirectWithCode(context, session, request);
  }

  private redirectWithCode(context: HostedContext, session: Session, request: AuthorizationRequest): Response {
    const code = this.pool.sessions.issueCode(session, request);
    return context.redirect(withParameters(request.redirectUri, { code, state: request.state }));
  }

  private askForCode(user: User, context: HostedContext): Response {
    const id = this.pool.sessions.beginConfirmation(user);
    setCookie(context, confirmationCookie, id, { ...cookieOptions(context), maxAge: confirmationSeconds });
    return context.redirect(`/confirmUser${rawQueryOf(context)}`);
  }

  private userToConfirm(context: HostedContext): User | undefined {
    return this.pool.sessions.userToConfirm(getCookie(context, confirmationCookie) ?? '');
  }

  /** Handles the form of a page. If the user pool rejects the input, the same page shows the error above the form. */
  private onSubmit(
    handle: (submission: Submission) => Response | Promise<Response>,
    page: (context: HostedContext, state: PageState) => Html | undefined,
  ): (context: HostedContext) => Promise<Response> {
    return async (context) => {
      const form = await formOf(context);
      if (!form) {
        return this.reject(context, 400);
      }
      return this.withRequest(context, async (request) => {
        try {
          if (!isCsrfTokenValid(context, form)) {
            throw new UserPoolError('InvalidParameterException', 'This page was out of date. Try again.');
          }
          return await handle({ context, form, request });
        } catch (error) {
          if (!(error instanceof UserPoolError)) {
            throw error;
          }
          const retryPage = page(context, { ...stateAfter(error), username: form.get('username') });
          return retryPage === undefined ? this.reject(context, 400) : this.respond(context, retryPage, 400);
        }
      });
    };
  }

  /** Shows a page of the login if the authorization request is valid. */
  private showPage(context: HostedContext, page: Html | undefined): Response | Promise<Response> {
    return this.withRequest(context, () =>
      page === undefined ? this.reject(context, 400) : this.respond(context, page),
    );
  }

  /** Answers a valid authorization request. One that is not valid ends where it is refused. */
  private withRequest(
    context: HostedContext,
    answer: (request: AuthorizationRequest) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
    return 'redirectsTo' in request ? context.redirect(request.redirectsTo) : answer(request);
  }

  private readonly loginPage = (context: HostedContext, state: PageState & { readonly notice?: string } = {}): Html => {
    return loginPage({
      ...formProps(context, state),
      notice: state.notice,
      canSignUp: this.pool.configuration.selfSignUp,
      canRecover: this.pool.passwordRecovery.isAvailable,
    });
  };

  private readonly signUpPage = (context: HostedContext, state: PageState = {}): Html => {
    return signUpPage({ ...formProps(context, state), rules: this.passwordRules(state) });
  };

  private readonly confirmPage = (context: HostedContext, state: PageState = {}): Html | undefined => {
    const user = this.userToConfirm(context);
    return user && confirmPage(formProps(context, { ...state, username: emailOf(user) }));
  };

  private readonly newPasswordPage = (context: HostedContext, state: PageState = {}): Html => {
    return newPasswordPage({ ...formProps(context, state), rules: this.passwordRules(state) });
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
    return changePasswordPage({ ...formProps(context, state), rules: this.passwordRules(state) });
  };

  /** Lists what a password must contain, and what of it one that was entered does not contain. */
  private passwordRules({ unmet = [] }: PageState): PasswordRule[] {
    return requirements(this.pool.configuration.passwordPolicy).map(({ text }) => ({
      text,
      isUnmet: unmet.includes(text),
    }));
  }

  private respond(context: HostedContext, page: Html, status: 200 | 400 | 404 | 413 | 500 = 200) {
    context.header('Content-Security-Policy', this.contentSecurityPolicy);
    return context.html(page, status);
  }
}

/** What a page shows after an attempt. */
interface PageState {
  readonly error?: string;
  /** What the password that was entered does not contain. */
  readonly unmet?: readonly string[];
  /** The user name that was entered. */
  readonly username?: string | null;
}

function stateAfter(error: UserPoolError): PageState {
  return error instanceof PasswordPolicyError
    ? { error: 'Password does not conform to policy.', unmet: error.unmet }
    : { error: error.message };
}

function formProps(context: HostedContext, { error, username }: PageState): FormProps {
  return {
    csrfToken: context.get('csrfToken'),
    query: rawQueryOf(context),
    error,
    username: username ?? queryOf(context).get('login_hint') ?? undefined,
  };
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

/** Returns the source of a URL for a content security policy: its origin, or its scheme if a policy cannot name that. */
function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url);
  return /^https?:\/\/[\w.-]+(?::\d+)?$/.test(origin) ? origin : protocol;
}
