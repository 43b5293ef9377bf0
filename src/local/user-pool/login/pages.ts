import { html, raw } from 'hono/html';
import { renderSVG } from 'uqr';

import { type Html, htmlDocument } from '../../../http/html-document';
import { type Mail } from '../mailbox';
import { type IdentityProvider } from '../model';
import { type Identified } from './called-provider';

/** Props of every page with a form. */
export interface PageProps {
  readonly csrfToken: string;
  /** Query string of the page, with its question mark. Every link and form of the login repeats it. */
  readonly query: string;
  /** Error of the last attempt. */
  readonly error?: string | undefined;
  /** Message about a step that succeeded. */
  readonly notice?: string | undefined;
  /** User name that was entered before. */
  readonly username?: string | undefined;
  /** What users sign in with. */
  readonly signIn: 'email' | 'username';
  /** Attributes that were entered before. */
  readonly entered: ReadonlyMap<string, string>;
  readonly canSignUp: boolean;
  readonly canRecover: boolean;
  /** What a password must contain. */
  readonly rules: readonly PasswordRule[];
}

interface PasswordRule {
  readonly text: string;
  /** Whether the password that was entered does not contain it. */
  readonly isUnmet: boolean;
}

/** Props of a page that asks for attributes. */
export interface AttributesPageProps extends PageProps {
  /** Names of the attributes, all of which are required. */
  readonly attributes: readonly string[];
}

interface LoginPageProps extends PageProps {
  /** Whether the users of the user pool itself can sign in. */
  readonly hasLocalUsers: boolean;
  /** Names of the identity providers with which the client lets users sign in. */
  readonly identityProviders: readonly string[];
}

export function loginPage(props: LoginPageProps): Html {
  const { error, hasLocalUsers, identityProviders, notice, query, signIn } = props;
  return hostedPage(
    'Signin',
    html`<h1>${hasLocalUsers ? `Sign in with your ${signIn} and password` : 'Sign in'}</h1>
      ${errorSummary(error)} ${notice === undefined ? '' : html`<p class="notice" role="status">${notice}</p>`}
      ${hasLocalUsers ? loginForm(props) : ''}
      ${hasLocalUsers && identityProviders.length > 0 ? html`<p class="aside">or</p>` : ''}
      ${identityProviders.map(
        (name) =>
          html`<p>
            <a class="button secondary" href="/oauth2/authorize${selecting(name, query)}"
              >Continue with ${shownName(name)}</a
            >
          </p>`,
      )}`,
  );
}

function loginForm(props: PageProps): Html {
  const { csrfToken, query, canSignUp, canRecover } = props;
  return html`<form name="cognitoSignInForm" method="post" action="/login${query}">
      ${hidden('_csrf', csrfToken)} ${hidden('cognitoAsfData', '')} ${nameField('signInFormUsername', props)}
      ${passwordField({ id: 'signInFormPassword', name: 'password', label: 'Password', autocomplete: 'current-password' })}
      ${canRecover ? html`<p class="aside"><a href="/forgotPassword${query}">Forgot your password?</a></p>` : ''}
      <input type="submit" name="signInSubmitButton" value="Sign in" />
    </form>
    ${canSignUp ? html`<p>Need an account? <a href="/signup${query}">Sign up</a></p>` : ''}`;
}

/** Returns the query string of an authorization request that selects an identity provider. */
function selecting(provider: string, query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set('identity_provider', provider);
  parameters.delete('idp_identifier');
  return `?${parameters.toString()}`;
}

const shownNames: Readonly<Record<string, string>> = {
  LoginWithAmazon: 'Login with Amazon',
  SignInWithApple: 'Apple',
};

function shownName(provider: string): string {
  return shownNames[provider] ?? provider;
}

interface ProviderPageProps extends PageProps {
  readonly provider: IdentityProvider;
}

/** The page that simulates an identity provider: it sends what the user enters. */
export function providerPage({ csrfToken, query, error, provider }: ProviderPageProps): Html {
  const name = shownName(provider.name);
  return hostedPage(
    `${name}, simulated by npm start`,
    html`<h1>${name}, simulated by npm start: who signs in?</h1>
      <p>This page simulates ${name}. The user pool gets what you enter, without empty fields.</p>
      ${errorSummary(error)}
      <form method="post" action="/identityProvider${query}">
        ${hidden('_csrf', csrfToken)}
        ${providerField('subject', `${subjectClaimOf(provider)}, which identifies the user`, simulatedSubject, true)}
        ${simulatedFields(provider).map(([claim, attributes]) =>
          providerField(
            `claims[${claim}]`,
            attributes.includes(claim) ? claim : `${claim} (${attributes.join(', ')})`,
            attributes.map((attribute) => simulatedValues[attribute]).find((value) => value !== undefined) ?? '',
          ),
        )}
        <button type="submit">Sign in</button>
        <button type="submit" class="secondary" formnovalidate name="error" value="access_denied">Cancel</button>
        <button type="submit" class="secondary" formnovalidate name="error" value="server_error">
          Respond with an error
        </button>
      </form>`,
  );
}

const simulatedSubject = '100000000000000000001';

/** Values of attributes with which the page begins. */
const simulatedValues: Readonly<Record<string, string>> = {
  email: 'person@example.com',
  email_verified: 'true',
  name: 'Some Person',
};

/** Returns the claim by which the provider identifies a user. */
function subjectClaimOf({ attributeMapping, type }: IdentityProvider): string {
  return attributeMapping.get('username') ?? (type === 'SAML' ? 'NameID' : 'sub');
}

/** Lists the claims of the mapping that the page asks for, with the attributes that get their value. */
function simulatedFields(provider: IdentityProvider): [claim: string, attributes: string[]][] {
  const fields = new Map<string, string[]>();
  for (const [attribute, claim] of provider.attributeMapping) {
    if (attribute !== 'username' && claim !== subjectClaimOf(provider)) {
      fields.set(claim, [...(fields.get(claim) ?? []), attribute]);
    }
  }
  return [...fields];
}

/** Returns the user that the form of the page describes. */
export function simulatedIdentity(provider: IdentityProvider, form: URLSearchParams): Identified {
  const subject = form.get('subject') ?? '';
  const claims = simulatedFields(provider).map(([claim]) => [claim, form.get(`claims[${claim}]`) ?? ''] as const);
  return { subject, claims: { ...Object.fromEntries(claims), [subjectClaimOf(provider)]: subject } };
}

function providerField(name: string, label: string, value: string, required = false): Html {
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="text"
      value="${value}"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      maxlength="2048"
      ${required ? html`required` : ''}
    />`;
}

export function signUpPage(props: AttributesPageProps): Html {
  const { csrfToken, query, error, rules } = props;
  return hostedPage(
    'Signup',
    html`<h1>Sign up with a new account</h1>
      ${errorSummary(error)}
      <form name="signupform" method="post" action="/signup${query}">
        ${hidden('_csrf', csrfToken)} ${nameField('signUpFormUsername', props)} ${attributeFields(props)}
        ${passwordField({
          id: 'signUpFormPassword',
          name: 'password',
          label: 'Password',
          autocomplete: 'new-password',
          describedBy: 'password-requirements',
        })}
        ${passwordRules(rules)}
        <button type="submit" name="signUpButton">Sign up</button>
      </form>
      <p>Already have an account? <a href="/login${query}">Sign in</a></p>`,
  );
}

export function confirmPage({ csrfToken, query, error, username }: PageProps): Html {
  return hostedPage(
    'Confirm your account',
    html`<h1>Confirm your account</h1>
      <p>We have sent a code by email to <strong>${username}</strong>. Enter it below to confirm your account.</p>
      ${errorSummary(error)}
      <form method="post" action="/confirmUser${query}">
        ${hidden('_csrf', csrfToken)} ${codeField('verification_code')}
        <button type="submit" name="confirm">Confirm account</button>
      </form>
      <form method="post" action="/resendcode${query}">
        ${hidden('_csrf', csrfToken)}
        <p>Didn't receive a code? <button type="submit" class="link">Resend it</button></p>
      </form>`,
  );
}

export function forgotPasswordPage(props: PageProps): Html {
  const { csrfToken, query, error, signIn } = props;
  return hostedPage(
    'Forgot password',
    html`<h1>Forgot your password?</h1>
      <p>
        Enter your ${signIn === 'email' ? 'email address' : signIn} below and we will send a code to reset your
        password.
      </p>
      ${errorSummary(error)}
      <form method="post" action="/forgotPassword${query}">
        ${hidden('_csrf', csrfToken)} ${nameField('username', props)}
        <button type="submit" name="reset_my_password">Reset my password</button>
      </form>
      <p><a href="/login${query}">Back to sign in</a></p>`,
  );
}

export function changePasswordPage(props: PageProps): Html {
  const { csrfToken, query, error, username, rules } = props;
  return hostedPage(
    'Change password',
    html`<h1>Change your password</h1>
      <p>If <strong>${username}</strong> has an account, we have sent a code to it. Enter it below.</p>
      ${errorSummary(error)}
      <form method="post" action="/confirmForgotPassword${query}">
        ${hidden('_csrf', csrfToken)} ${hidden('username', username ?? '')} ${codeField('forgot_password_code')}
        ${newPasswordFields(rules)}
        <button type="submit" name="reset_password">Change password</button>
      </form>
      <p><a href="/login${query}">Back to sign in</a></p>`,
  );
}

export function newPasswordPage(props: AttributesPageProps): Html {
  const { csrfToken, query, error, rules } = props;
  return hostedPage(
    'Change password',
    html`<h1>Change your password</h1>
      <p>You need to change your password on your first sign-in.</p>
      ${errorSummary(error)}
      <form method="post" action="/newPassword${query}">
        ${hidden('_csrf', csrfToken)} ${newPasswordFields(rules)} ${attributeFields(props)}
        <button type="submit" name="reset_password">Change password</button>
      </form>`,
  );
}

export function mfaPage({ csrfToken, query, error }: PageProps): Html {
  return hostedPage(
    'Enter your code',
    html`<h1>Enter your code</h1>
      <p>Enter the code that your authenticator app shows.</p>
      ${errorSummary(error)} ${softwareTokenForm('/mfa', csrfToken, query)}`,
  );
}

interface MfaSetupPageProps extends PageProps {
  /** Base32. */
  readonly secret: string;
  /** URL that an authenticator app reads from the QR code. */
  readonly setupUrl: string;
}

export function mfaSetupPage({ csrfToken, query, error, secret, setupUrl }: MfaSetupPageProps): Html {
  return hostedPage(
    'Set up authenticator app MFA',
    html`<h1>Set up authenticator app MFA</h1>
      <p>Scan this QR code with your authenticator app, or enter the secret key below into it.</p>
      <div class="qr-code" role="img" aria-label="QR code with the secret key">
        ${raw(renderSVG(setupUrl, { ecc: 'M', border: 2 }))}
      </div>
      <p class="secret-key"><code>${secret}</code></p>
      ${errorSummary(error)} ${softwareTokenForm('/mfaSetup', csrfToken, query)}`,
  );
}

export function errorPage(error: string | undefined): Html {
  return hostedPage(
    'Error',
    html`<h1>An error was encountered with the requested page.</h1>
      ${error === undefined ? '' : html`<p><code>${error}</code></p>`}`,
  );
}

export function mailboxPage(mails: readonly Mail[]): Html {
  return hostedPage(
    'Mailbox',
    html`<h1>Mailbox</h1>
      <p>Emails from the user pool, newest first. They never leave this machine. <a href="/mailbox">Reload</a></p>
      ${mails.length === 0 ? html`<p class="notice">No emails yet.</p>` : ''}
      ${mails.map(
        ({ to, subject, text, sentAt }) =>
          html`<article class="mail">
            <h2>${subject}</h2>
            <p class="aside">
              To ${to} at <time datetime="${sentAt.toISOString()}">${sentAt.toTimeString().slice(0, 8)}</time>
            </p>
            <p>${text}</p>
          </article>`,
      )}`,
    { wide: true, footer: '' },
  );
}

function errorSummary(error: string | undefined): Html | '' {
  return error === undefined ? '' : html`<p class="error" role="alert">${error}</p>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

/** The field for what users sign in with. */
function nameField(id: string, { signIn, username }: PageProps): Html {
  return html`<label for="${id}">${signIn === 'email' ? 'Email' : 'Username'}</label>
    <input
      id="${id}"
      name="username"
      type="${signIn === 'email' ? 'email' : 'text'}"
      value="${username ?? ''}"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      maxlength="${signIn === 'email' ? 254 : 128}"
      required
    />`;
}

/** What browsers call an attribute, and the keyboard that they show for it. */
const attributeInputs: Readonly<Record<string, { readonly autocomplete: string; readonly type?: string }>> = {
  birthdate: { autocomplete: 'bday', type: 'date' },
  email: { autocomplete: 'email', type: 'email' },
  family_name: { autocomplete: 'family-name' },
  given_name: { autocomplete: 'given-name' },
  name: { autocomplete: 'name' },
  phone_number: { autocomplete: 'tel', type: 'tel' },
};

function attributeFields({ attributes, entered }: AttributesPageProps): Html[] {
  return attributes.map((name) => {
    const { autocomplete = 'off', type = 'text' } = attributeInputs[name] ?? {};
    const field = `requiredAttributes[${name}]`;
    return html`<label for="${field}">${name[0]!.toUpperCase()}${name.slice(1).replaceAll('_', ' ')}</label>
      <input
        id="${field}"
        name="${field}"
        type="${type}"
        value="${entered.get(name) ?? ''}"
        autocomplete="${autocomplete}"
        maxlength="2048"
        required
      />`;
  });
}

/** Returns the attribute that a field is for. */
export function attributeOf(field: string): string | undefined {
  return /^requiredAttributes\[(.+)\]$/.exec(field)?.[1];
}

interface PasswordFieldProps {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly autocomplete: 'current-password' | 'new-password';
  readonly describedBy?: string;
}

function passwordField({ id, name, label, autocomplete, describedBy }: PasswordFieldProps): Html {
  return html`<label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${name}"
      type="password"
      autocomplete="${autocomplete}"
      maxlength="256"
      required
      ${describedBy === undefined ? '' : html`aria-describedby="${describedBy}"`}
    />`;
}

function newPasswordFields(rules: readonly PasswordRule[]): Html {
  return html`${passwordField({
    id: 'new_password',
    name: 'new_password',
    label: 'New password',
    autocomplete: 'new-password',
    describedBy: 'password-requirements',
  })}
  ${passwordRules(rules)}
  ${passwordField({
    id: 'confirm_password',
    name: 'confirm_password',
    label: 'Enter new password again',
    autocomplete: 'new-password',
  })}`;
}

function codeField(name: string): Html {
  return html`<label for="${name}">Code</label>
    <input
      id="${name}"
      name="${name}"
      type="text"
      inputmode="numeric"
      autocomplete="one-time-code"
      maxlength="6"
      required
      class="code"
    />`;
}

/** The form for a code of the authenticator app, with a link back. */
function softwareTokenForm(path: string, csrfToken: string, query: string): Html {
  return html`<form method="post" action="${path}${query}">
      ${hidden('_csrf', csrfToken)} ${codeField('totp_code')}
      <button type="submit" name="confirm">Sign in</button>
    </form>
    <p><a href="/login${query}">Back to sign in</a></p>`;
}

function passwordRules(rules: readonly PasswordRule[]): Html {
  return html`<div id="password-requirements">
    Password must contain
    <ul>
      ${rules.map(({ text, isUnmet }) => html`<li>${text}${isUnmet ? html` <strong>(missing)</strong>` : ''}</li>`)}
    </ul>
  </div>`;
}

function hostedPage(
  title: string,
  content: Html,
  { wide = false, footer = mailboxLink }: HostedPageOptions = {},
): Html {
  return htmlDocument(title, content, { wide, footer: html`A user pool on this machine ${footer}` });
}

interface HostedPageOptions {
  readonly wide?: boolean;
  readonly footer?: Html | '';
}

const mailboxLink = html`· <a href="/mailbox" target="mailbox">Mailbox</a>`;
