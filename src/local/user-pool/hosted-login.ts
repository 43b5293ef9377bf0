import { randomUUID } from 'node:crypto';

import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { type CookieOptions } from 'hono/utils/cookie';

import { type RefusalName } from '../../flow/words';
import { contentSecurityPolicy, type Html } from '../html-document';
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request';
import { ExpiringMap } from './expiring-map';
import { readSignOut } from './logout-endpoint';
import {
  changePasswordPage,
  confirmPage,
  errorPage,
  type FormProps,
  forgotPasswordPage,
  loginPage,
  mailboxPage,
  signUpPage,
} from './pages';
import { formOf, queryOf, rawQueryOf, withParameters } from './parameters';
import { requirements } from './password-policy';
import { equalSecrets, randomToken } from './secrets';
import { type Session, sessionSeconds, type UserPool } from './user-pool';
import { type User, UserPoolError } from './users';

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
    app.get('/logout', (context) => this.signOut(context));
    app.get('/error', (context) => this.respond(context, errorPage(queryOf(context).get('error') ?? undefined), 400));
    app.get('/mailbox', (context) => this.respond(context, mailboxPage(this.pool.mailbox.mails)));
    return app;
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

  private readonly signIn = async ({ context, form, request }: Submission): Promise<Response> => {
    const user = await this.pool.users
      .signIn(form.get('username') ?? '', form.get('password') ?? '')
      .catch(hideExistence(request, 'NotAuthorizedException'));
    return user.confirmed ? this.signInAs(user, context, request) : this.askForCode(user, context);
  };

  private readonly signUp = async ({ context, form }: Submission): Promise<Response> => {
    const user = await this.pool.users.signUp(form.get('username') ?? '', form.get('password') ?? '');
    return this.askForCode(user, context);
  };

  private readonly confirm = ({ context, form, request }: Submission): Response | Promise<Response> => {
    const user = this.userToConfirm(context);
    if (!user) {
      return this.refuse(context, 400);
    }
    this.pool.users.confirm(user, (form.get('verification_code') ?? '').trim());
    this.confirmations.delete(getCookie(context, confirmationCookie) ?? '');
    deleteCookie(context, confirmationCookie, cookieOptions(context));
    return this.signInAs(user, context, request);
  };

  private readonly resendCode = ({ context }: Submission): Response | Promise<Response> => {
    const user = this.userToConfirm(context);
    if (!user) {
      return this.refuse(context, 400);
    }
    this.pool.users.resendVerificationCode(user);
    return context.redirect(`/confirmUser${rawQueryOf(context)}`);
  };

  private readonly forgotPassword = ({ context, form, request }: Submission): Response | Promise<Response> => {
    try {
      this.pool.users.forgotPassword(form.get('username') ?? '');
    } catch (error) {
      // The response must not reveal whether the user exists.
      if (!isUnknownUser(error) || !request.client.preventUserExistenceErrors) {
        throw error;
      }
    }
    return this.respond(context, this.changePasswordPage(context, { username: form.get('username') }));
  };

  private readonly changePassword = async ({ context, form, request }: Submission): Promise<Response> => {
    const password = form.get('new_password') ?? '';
    if (form.get('confirm_password') !== password) {
      throw new UserPoolError('InvalidPasswordException', 'The passwords do not match.');
    }
    const code = (form.get('forgot_password_code') ?? '').trim();
    await this.pool.users
      .resetPassword(form.get('username') ?? '', code, password)
      .catch(hideExistence(request, 'CodeMismatchException'));
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
      const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
      if ('refusedTo' in request) {
        return context.redirect(request.refusedTo);
      }
      try {
        return await handle({ context, form, request });
      } catch (error) {
        if (!(error instanceof UserPoolError)) {
          throw error;
        }
        const retryPage = page(context, { error: error.message, username: form.get('username') });
        return retryPage === undefined ? this.refuse(context, 400) : this.respond(context, retryPage, 400);
      }
    };
  }

  /** Shows a page of the login if the authorization request is valid. */
  private showPage(context: HostedContext, page: Html | undefined): Response | Promise<Response> {
    const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
    if ('refusedTo' in request) {
      return context.redirect(request.refusedTo);
    }
    return page === undefined ? this.refuse(context, 400) : this.respond(context, page);
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
    return user && confirmPage(formProps(context, { ...state, username: user.email }));
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

function isUnknownUser(error: unknown): boolean {
  return error instanceof UserPoolError && error.code === 'UserNotFoundException';
}

/** Replaces the error for an unknown user with the given one, if the client prevents user existence errors. */
function hideExistence({ client }: AuthorizationRequest, code: UserPoolError['code']): (error: unknown) => never {
  return (error) => {
    throw isUnknownUser(error) && client.preventUserExistenceErrors ? new UserPoolError(code) : error;
  };
}

/** Returns the source of a URL for a content security policy: its origin, or its scheme if it has no origin. */
function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url);
  return origin === 'null' ? protocol : origin;
}
