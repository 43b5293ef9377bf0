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

/** What is known of every request to the domain. */
export interface Environment {
  Variables: {
    /** Value of the XSRF-TOKEN cookie, which every form repeats. */
    csrfToken: string;
    /** Why the token endpoint refuses a code, which its answer does not say. */
    refusal?: RefusalName;
  };
}

type HostedContext = Context<Environment>;

/** A form that a page of the login has sent, with the authorization request that the page belongs to. */
interface Submission {
  readonly context: HostedContext;
  readonly form: URLSearchParams;
  readonly request: AuthorizationRequest;
}

/**
 * As Cognito's, but for `Secure`: Safari keeps no such cookie of http://localhost, and there is no network to guard
 * on the way to this machine.
 */
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'Lax' } as const satisfies CookieOptions;

const sessionCookie = 'cognito';
const csrfCookie = 'XSRF-TOKEN';

/** Cookies that Cognito empties when an authorization begins; nothing here reads them. */
const csrfStateCookies = ['csrf-state', 'csrf-state-legacy'];

/** Names who may confirm an account in this browser: who has just signed up, or knows the password. */
const confirmationCookie = 'confirmation';
const confirmationSeconds = 3600;

/** Gives every answer of the domain the cookie that the forms repeat. */
export const csrfProtection: MiddlewareHandler<Environment> = async (context, next) => {
  context.set('csrfToken', getCookie(context, csrfCookie) ?? randomUUID());
  await next();
  setCookie(context, csrfCookie, context.get('csrfToken'), cookieOptions);
};

/** The pages of a user pool's domain that a person sees, and the redirects between them. */
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

  /** Answers with the domain's error page, for what no page of the login can say. */
  refuse(context: HostedContext, status: 400 | 404 | 413 | 500): Response | Promise<Response> {
    return this.respond(context, errorPage(undefined), status);
  }

  private authorize(context: HostedContext): Response {
    for (const cookie of csrfStateCookies) {
      deleteCookie(context, cookie, cookieOptions);
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
    deleteCookie(context, confirmationCookie, cookieOptions);
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
      // Pretends to have sent a mail where it may not say that there is nobody to send it to.
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
    return this.respond(context, this.loginPage(context, { notice: 'Your password is changed. Sign in with it.' }));
  };

  private signOut(context: HostedContext): Response {
    const { signsOut, to } = readSignOut(queryOf(context), this.pool.configuration);
    if (signsOut) {
      this.pool.endSession(getCookie(context, sessionCookie) ?? '');
      deleteCookie(context, sessionCookie, cookieOptions);
    }
    return context.redirect(to);
  }

  private signInAs(user: User, context: HostedContext, request: AuthorizationRequest): Response {
    this.pool.endSession(getCookie(context, sessionCookie) ?? '');
    const { id, session } = this.pool.beginSession(user);
    setCookie(context, sessionCookie, id, { ...cookieOptions, maxAge: sessionSeconds });
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
    setCookie(context, confirmationCookie, id, { ...cookieOptions, maxAge: confirmationSeconds });
    return context.redirect(`/confirmUser${rawQueryOf(context)}`);
  }

  private userToConfirm(context: HostedContext): User | undefined {
    return this.confirmations.get(getCookie(context, confirmationCookie) ?? '');
  }

  /** Handles a form of a page; what Cognito refuses is said on the same page, above the form. */
  private onSubmit(
    handle: (submission: Submission) => Response | Promise<Response>,
    page: (context: HostedContext, tried: Tried) => Html | undefined,
  ): (context: HostedContext) => Promise<Response> {
    return async (context) => {
      const form = await formOf(context);
      if (!form || !isCsrfPairRight(context, form)) {
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
        const tried = page(context, { error: error.message, username: form.get('username') });
        return tried === undefined ? this.refuse(context, 400) : this.respond(context, tried, 400);
      }
    };
  }

  /** Shows a page of the login, to whom the client and what it asks for are right. */
  private showPage(context: HostedContext, page: Html | undefined): Response | Promise<Response> {
    const request = readAuthorizationRequest(queryOf(context), this.pool.configuration);
    if ('refusedTo' in request) {
      return context.redirect(request.refusedTo);
    }
    return page === undefined ? this.refuse(context, 400) : this.respond(context, page);
  }

  private readonly loginPage = (context: HostedContext, tried: Tried & { readonly notice?: string } = {}): Html => {
    const { selfSignUp, recoversByEmail } = this.pool.configuration;
    return loginPage({
      ...formProps(context, tried),
      notice: tried.notice,
      canSignUp: selfSignUp,
      canRecover: recoversByEmail,
    });
  };

  private readonly signUpPage = (context: HostedContext, tried: Tried = {}): Html => {
    return signUpPage({ ...formProps(context, tried), requirements: this.requirementTexts });
  };

  private readonly confirmPage = (context: HostedContext, tried: Tried = {}): Html | undefined => {
    const user = this.userToConfirm(context);
    return user && confirmPage(formProps(context, { ...tried, username: user.email }));
  };

  private readonly forgotPasswordPage = (context: HostedContext, tried: Tried = {}): Html => {
    return forgotPasswordPage(formProps(context, tried));
  };

  private readonly changePasswordPage = (context: HostedContext, tried: Tried = {}): Html => {
    return changePasswordPage({ ...formProps(context, tried), requirements: this.requirementTexts });
  };

  private respond(context: HostedContext, page: Html, status: 200 | 400 | 404 | 413 | 500 = 200) {
    context.header('Content-Security-Policy', this.contentSecurityPolicy);
    return context.html(page, status);
  }
}

/** What a person has tried on a page, to be shown again. */
interface Tried {
  readonly error?: string;
  readonly username?: string | null;
}

function formProps(context: HostedContext, { error, username }: Tried): FormProps {
  return {
    csrfToken: context.get('csrfToken'),
    query: rawQueryOf(context),
    error,
    username: username ?? queryOf(context).get('login_hint') ?? undefined,
  };
}

/** A form repeats the cookie, which no other site can read: any equal pair will do. */
function isCsrfPairRight(context: HostedContext, form: URLSearchParams): boolean {
  const inCookie = getCookie(context, csrfCookie);
  const inForm = form.get('_csrf');
  return Boolean(inCookie) && inForm !== null && equalSecrets(inCookie!, inForm);
}

function isUnknownUser(error: unknown): boolean {
  return error instanceof UserPoolError && error.code === 'UserNotFoundException';
}

/** Gives an unknown user the answer that a known one gets to a wrong secret, where the client asks for that. */
function hideExistence({ client }: AuthorizationRequest, answer: UserPoolError['code']): (error: unknown) => never {
  return (error) => {
    throw isUnknownUser(error) && client.preventUserExistenceErrors ? new UserPoolError(answer) : error;
  };
}

/** Returns what a content security policy calls the place of a URL: its origin, or the scheme of an app's own. */
function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url);
  return origin === 'null' ? protocol : origin;
}
