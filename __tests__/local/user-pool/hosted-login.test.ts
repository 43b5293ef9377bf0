import { Browser } from '../../support/browser';
import { TestServices } from '../../support/local-services';
import { jwtPart, mailedCode, OAuthClient, openPage } from '../../support/oauth-client';
import { UserPoolApi } from '../../support/user-pool-api';

const localServices = new TestServices();
let client: OAuthClient;
let people = 0;

beforeAll(async () => {
  client = new OAuthClient(await localServices.serve());
});

const password = 'Correct-horse-1';

/** Someone who has no account yet. */
function newcomer(): { readonly email: string; readonly browser: Browser } {
  return { email: `person-${++people}@example.com`, browser: new Browser() };
}

/** The rules for a password that a page shows, without their markup. */
function passwordRules(html: string): string[] {
  return [...html.matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) => text!.replace(/<[^>]*>/g, ''));
}

async function signUp(as: OAuthClient, { email, browser }: ReturnType<typeof newcomer>) {
  return browser.submit(await openPage(as, '/signup', browser, { state: 's' }), { username: email, password });
}

describe('the pages of the login', () => {
  test('have the classic form, with its names', async () => {
    const { html, status, headers } = await openPage(client, '/login', new Browser());
    expect([status, headers.get('Content-Type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(html).toContain('<title>Signin</title>');
    expect(html).toContain('name="cognitoSignInForm"');
    expect(/<form[^>]*action="\/login\?client_id=[^"]*"/.test(html)).toBe(true);
    expect([...html.matchAll(/<input[^>]* name="([^"]*)"/g)].map(([, name]) => name)).toEqual([
      '_csrf',
      'cognitoAsfData',
      'username',
      'password',
      'signInSubmitButton',
    ]);
    expect(html).toContain('id="signInFormUsername"');
    expect(html).toContain('id="signInFormPassword"');
    expect(html).toContain('Forgot your password?');
    expect(html).toContain('Sign up');
  });

  test.each([
    ['/signup', ['_csrf', 'username', 'password', 'signUpButton'], 'Already have an account?'],
    ['/forgotPassword', ['_csrf', 'username', 'reset_my_password'], 'Forgot your password?'],
  ])('have the classic names of the fields: %s', async (path, names, text) => {
    const { html } = await openPage(client, path, new Browser());
    expect([...html.matchAll(/<(?:input|button)[^>]* name="([^"]*)"/g)].map(([, name]) => name)).toEqual(names);
    expect(html).toContain(text);
    expect(html.includes('name="signupform"')).toBe(path === '/signup');
  });

  test('fill in the login_hint', async () => {
    const { html } = await openPage(client, '/login', new Browser(), { login_hint: 'hint@example.com' });
    expect(html).toContain('value="hint@example.com"');
  });

  test('of sign-up name what the password must have, by Cognito’s defaults', async () => {
    const { html } = await openPage(client, '/signup', new Browser());
    expect(html).toContain('Sign up with a new account');
    expect(passwordRules(html)).toEqual([
      'a lower case letter',
      'an upper case letter',
      'a number',
      'a special character',
      'at least 8 characters',
    ]);
  });

  test('keep the query of the previous page', async () => {
    const { html, url } = await openPage(client, '/login', new Browser(), { state: 'kept' });
    for (const path of ['/signup', '/forgotPassword']) {
      expect(html).toContain(`href="${path}${url.search.replaceAll('&', '&amp;')}"`);
    }
  });

  test('have a label for every field, a language, and no script', async () => {
    for (const path of ['/login', '/signup', '/forgotPassword']) {
      const { html } = await openPage(client, path, new Browser());
      const fields = [...html.matchAll(/<input\s+id="([^"]*)"/g)].map(([, id]) => id);
      expect([...html.matchAll(/<label for="([^"]*)"/g)].map(([, id]) => id)).toEqual(fields);
      expect(fields.length).toBeGreaterThan(0);
      expect(html).toContain('<html lang="en">');
      expect(html).not.toContain('<script');
    }
  });
});

describe('signing in', () => {
  test('sets a session cookie of one hour, a new CSRF cookie, and sends no body', async () => {
    const browser = new Browser();
    const page = await openPage(client, '/login', browser);
    const before = browser.cookies.get('XSRF-TOKEN');
    const { headers, url } = await browser.submit(page, {
      username: client.services.demoUser.email,
      password: client.services.demoUser.password,
    });
    expect(url.pathname).toBe('/dashboard');
    expect(headers.get('Content-Length')).toBe('0');
    expect(headers.getSetCookie()).toContainEqual(
      expect.stringMatching(/^cognito=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/),
    );
    expect(browser.cookies.get('XSRF-TOKEN')).not.toBe(before);
  });

  test.each([
    ['a wrong password', () => client.services.demoUser.email],
    ['an unknown user', () => 'nobody@example.com'],
  ])('with %s says the same, in an alert', async (_, email) => {
    const browser = new Browser();
    const { html, url } = await browser.submit(await openPage(client, '/login', browser), {
      username: email(),
      password,
    });
    expect(url.pathname).toBe('/login');
    expect(html).toMatch(/role="alert"[^>]*>Incorrect username or password\.</);
    expect(html).toContain(`value="${email()}"`);
    expect(html).not.toContain(password);
  });

  test('reports an unknown user where the client does not prevent it', async () => {
    const legacy = new OAuthClient(
      await localServices.serve({
        'aws_cognito_user_pool_client.awesome-app-client': { prevent_user_existence_errors: 'LEGACY' },
      }),
    );
    const browser = new Browser();
    const page = await browser.submit(await openPage(legacy, '/login', browser), {
      username: 'nobody@example.com',
      password,
    });
    expect(page.html).toContain('User does not exist.');
    const forgot = await browser.submit(await openPage(legacy, '/forgotPassword', browser), {
      username: 'nobody@example.com',
    });
    expect(forgot.html).toContain('Username/client id combination not found.');
  });

  test('locks for a second after the fifth wrong password, for the right one as well', async () => {
    const { demoUser } = client.services;
    const attempt = async (given: string) => {
      const browser = new Browser();
      const page = await browser.submit(await openPage(client, '/login', browser), {
        username: demoUser.email,
        password: given,
      });
      return page.html === '' ? 'signed in' : /role="alert"[^>]*>([^<]*)/.exec(page.html)![1];
    };
    await localServices.wait(15 * 60);
    for (let count = 1; count <= 5; count++) {
      expect(await attempt('wrong')).toBe('Incorrect username or password.');
    }
    expect(await attempt(demoUser.password)).toBe('Password attempts exceeded');
    await localServices.wait(1);
    expect(await attempt(demoUser.password)).toBe('signed in');
  });

  test('counts all names together that are too long for an address', async () => {
    for (let length = 255; length < 260; length++) {
      const browser = new Browser();
      const form = await openPage(client, '/login', browser);
      const { html } = await browser.submit(form, { username: 'x'.repeat(length), password });
      expect(html).toContain('Incorrect username or password.');
    }
    const browser = new Browser();
    const form = await openPage(client, '/login', browser);
    const { html } = await browser.submit(form, { username: 'x'.repeat(64_000), password });
    expect(html).toContain('Password attempts exceeded');
  });
});

describe('signing up', () => {
  test('mails the configured text with a code of six digits, and then signs in', async () => {
    const person = newcomer();
    const confirmation = await signUp(client, person);
    expect(confirmation.url.pathname).toBe('/confirmUser');
    expect(confirmation.html).toContain('Confirm your account');
    expect(confirmation.html).toMatch(/<button type="submit" name="confirm">Confirm account</);

    const mailbox = await (await fetch(`${client.services.loginDomainUrl}/mailbox`)).text();
    expect(mailbox).toContain('You need to verify your email');
    expect(mailbox).toMatch(/Thanks for signing up Your verification code is \d{6}</);

    const code = await mailedCode(client, person.email);
    const { url } = await person.browser.submit(confirmation, { verification_code: code });
    expect(url.pathname).toBe('/dashboard');
    expect(url.searchParams.get('state')).toBe('s');
    const { body } = await client.exchange({ code: url.searchParams.get('code')! });
    expect(jwtPart(body.id_token as string, 1)).toMatchObject({ email: person.email, email_verified: true });
  });

  test.each([password, 'wrong'])(
    'rejects a sign-in before the address is verified, with any password: %s',
    async (given) => {
      const person = newcomer();
      await signUp(client, person);
      const browser = new Browser();
      const form = await openPage(client, '/login', browser);
      const page = await browser.submit(form, { username: person.email, password: given });
      expect(page.html).toMatch(/role="alert"[^>]*>User is not confirmed\.</);
      expect([...browser.cookies.keys()]).toEqual(['XSRF-TOKEN']);
    },
  );

  test('lets only this browser confirm the account', async () => {
    const person = newcomer();
    const confirmation = await signUp(client, person);
    const other = new Browser();
    expect((await other.open(confirmation.url)).status).toBe(400);
    await openPage(client, '/login', other);
    const page = await other.submit(confirmation, {
      verification_code: await mailedCode(client, person.email),
      _csrf: other.cookies.get('XSRF-TOKEN')!,
    });
    expect([page.status, page.url.pathname]).toEqual([400, '/confirmUser']);
  });

  test('confirms an account once, even if the cookie is kept', async () => {
    const person = newcomer();
    const confirmation = await signUp(client, person);
    const kept = person.browser.cookies.get('confirmation')!;
    await person.browser.submit(confirmation, { verification_code: await mailedCode(client, person.email) });
    expect(person.browser.cookies.has('confirmation')).toBe(false);
    person.browser.cookies.set('confirmation', kept);
    expect((await person.browser.open(confirmation.url)).status).toBe(400);
  });

  test.each([
    ['a password that is too short', 'Short-1', ['at least 8 characters']],
    ['one without an upper case letter', 'correct-horse-1', ['an upper case letter']],
    ['one without a number and a special character', 'CorrectHorse', ['a number', 'a special character']],
  ])('rejects %s, and marks what is missing in the list of the rules, each said once', async (_, given, missing) => {
    const { email, browser } = newcomer();
    const page = await browser.submit(await openPage(client, '/signup', browser), { username: email, password: given });
    expect([page.url.pathname, page.status]).toEqual(['/signup', 400]);
    expect(page.html).toMatch(/role="alert"[^>]*>Password does not conform to policy\.</);
    const rules = passwordRules(page.html);
    expect(rules).toHaveLength(5);
    expect(rules.filter((rule) => rule.endsWith('(missing)'))).toEqual(missing.map((text) => `${text} (missing)`));
    expect(page.html.match(/Password must contain/g)).toHaveLength(1);
  });

  test.each([
    [256, 'confirmUser'],
    [257, 'signup'],
  ])('with a password of %i characters ends at /%s', async (length, path) => {
    const { email, browser } = newcomer();
    const form = await openPage(client, '/signup', browser);
    const page = await browser.submit(form, { username: email, password: password.padEnd(length, 'x') });
    expect(page.url.pathname).toBe(`/${path}`);
  });

  test.each(['', 'person', 'a b@example.com', 'a@b', 'a@b.', 'a@.b', 'x\u001b[2J@example.com'])(
    'rejects %j as an address',
    async (username) => {
      const browser = new Browser();
      const page = await browser.submit(await openPage(client, '/signup', browser), { username, password });
      expect(page.html).toMatch(/role="alert"[^>]*>Invalid email address format\.</);
    },
  );

  test.each([
    [254, 'confirmUser'],
    [255, 'signup'],
  ])('with an address of %i characters ends at /%s', async (length, path) => {
    const { email, browser } = newcomer();
    const form = await openPage(client, '/signup', browser);
    const page = await browser.submit(form, { username: email.padStart(length, 'x'), password });
    expect(page.url.pathname).toBe(`/${path}`);
  });

  test('checks an address of any length in linear time', async () => {
    const browser = new Browser();
    const form = await openPage(client, '/signup', browser);
    const before = performance.now();
    const page = await browser.submit(form, { username: `${'@.'.repeat(2500)} `, password });
    expect(performance.now() - before).toBeLessThan(1000);
    expect(page.html).toContain('Invalid email address format.');
  });

  test('reports an address that is in use, even if it hides the existence of users', async () => {
    const browser = new Browser();
    const page = await browser.submit(await openPage(client, '/signup', browser), {
      username: client.services.demoUser.email,
      password,
    });
    expect(page.html).toContain('An account with the given email already exists.');
  });

  test('accepts 15 tries in an hour, and then rejects the right code as well', async () => {
    const person = newcomer();
    let page = await signUp(client, person);
    const code = await mailedCode(client, person.email);
    const wrong = code === '000000' ? '111111' : '000000';
    for (let count = 1; count <= 15; count++) {
      page = await person.browser.submit(page, { verification_code: wrong });
      expect(page.html).toContain('Invalid verification code provided, please try again.');
    }
    page = await person.browser.submit(page, { verification_code: code });
    expect(page.html).toContain('Attempt limit exceeded, please try after some time.');
  });

  test('sends another code on request, five times in an hour, and the previous code no longer works', async () => {
    const person = newcomer();
    let page = await signUp(client, person);
    const first = await mailedCode(client, person.email);
    for (let count = 1; count <= 5; count++) {
      page = await person.browser.submit(page, {}, '/resendcode');
    }
    const last = await mailedCode(client, person.email);
    expect((await person.browser.submit(page, {}, '/resendcode')).html).toContain('Attempt limit exceeded');
    if (first !== last) {
      expect((await person.browser.submit(page, { verification_code: first })).html).toContain(
        'Invalid verification code',
      );
    }
    expect((await person.browser.submit(page, { verification_code: last })).url.pathname).toBe('/dashboard');
  });

  test('accepts the code for 24 hours', async () => {
    const person = newcomer();
    await signUp(client, person);
    const ConfirmationCode = await mailedCode(client, person.email);
    await localServices.wait(24 * 3600);
    const { body } = await new UserPoolApi(client.services).forUser('ConfirmSignUp', person.email, {
      ConfirmationCode,
    });
    expect(body.message).toBe('Invalid code provided, please request a code again.');
  });

  test('is not there for a pool whose users an administrator adds', async () => {
    const closed = new OAuthClient(
      await localServices.serve({
        'aws_cognito_user_pool.user_pool': { admin_create_user_config: { allow_admin_create_user_only: true } },
      }),
    );
    expect((await openPage(closed, '/login', new Browser())).html).not.toContain('/signup');
    expect((await openPage(closed, '/signup', new Browser())).status).toBe(404);
    const browser = new Browser();
    browser.cookies.set('XSRF-TOKEN', 'x');
    const response = await browser.fetch(closed.authorizeUrl().replace('/oauth2/authorize', '/signup'), {
      method: 'POST',
      body: new URLSearchParams({ _csrf: 'x', username: 'a@example.com', password }),
    });
    expect(response.status).toBe(404);
  });

  test('asks only for what a policy names', async () => {
    const lenient = new OAuthClient(
      await localServices.serve({ 'aws_cognito_user_pool.user_pool': { password_policy: { minimum_length: 6 } } }),
    );
    const { email, browser } = newcomer();
    const form = await openPage(lenient, '/signup', browser);
    const page = await browser.submit(form, { username: email, password: 'simple' });
    expect(page.url.pathname).toBe('/confirmUser');
  });

  test.each([
    ['one person', undefined, 'confirmUser'],
    ['the same person', { case_sensitive: false }, 'signup'],
  ])('takes DEMO@ and demo@ for %s, as username_configuration says', async (_, username_configuration, path) => {
    const pool = new OAuthClient(
      await localServices.serve({
        'aws_cognito_user_pool.user_pool': username_configuration ? { username_configuration } : {},
      }),
    );
    const browser = new Browser();
    const page = await browser.submit(await openPage(pool, '/signup', browser), {
      username: 'DEMO@example.com',
      password,
    });
    expect(page.url.pathname).toBe(`/${path}`);
  });
});

describe('a forgotten password', () => {
  async function askForCode(email: string) {
    const browser = new Browser();
    return {
      browser,
      page: await browser.submit(await openPage(client, '/forgotPassword', browser), { username: email }),
    };
  }

  const newPassword = 'Battery-staple-2';

  async function confirmedPerson(): Promise<string> {
    const person = newcomer();
    const confirmation = await signUp(client, person);
    await person.browser.submit(confirmation, { verification_code: await mailedCode(client, person.email) });
    return person.email;
  }

  test('is replaced with the code from the email, and the old one no longer works', async () => {
    const email = await confirmedPerson();
    const { browser, page } = await askForCode(email);
    expect([...page.html.matchAll(/ name="([^"]*)"/g)].map(([, name]) => name)).toEqual(
      expect.arrayContaining(['forgot_password_code', 'new_password', 'confirm_password']),
    );
    const done = await browser.submit(page, {
      forgot_password_code: await mailedCode(client, email),
      new_password: newPassword,
      confirm_password: newPassword,
    });
    expect(done.html).toContain('Your password has been changed.');
    const again = {
      forgot_password_code: await mailedCode(client, email),
      new_password: password,
      confirm_password: password,
    };
    expect((await browser.submit(page, again)).html).toContain('Invalid code provided, please request a code again.');
    expect((await browser.submit(done, { username: email, password })).html).toContain(
      'Incorrect username or password.',
    );
    expect((await browser.submit(done, { username: email, password: newPassword })).url.pathname).toBe('/dashboard');
  });

  test('is not replaced with one of the last passwords that the policy remembers', async () => {
    const remembering = new OAuthClient(
      await localServices.serve({
        'aws_cognito_user_pool.user_pool': { password_policy: { minimum_length: 8, password_history_size: 2 } },
      }),
    );
    const { email, password: first } = remembering.services.demoUser;
    const replace = async (by: string) => {
      const browser = new Browser();
      const page = await browser.submit(await openPage(remembering, '/forgotPassword', browser), { username: email });
      const { html } = await browser.submit(page, {
        forgot_password_code: await mailedCode(remembering, email),
        new_password: by,
        confirm_password: by,
      });
      return /role="(?:alert|status)"[^>]*>([^<]*)/.exec(html)![1];
    };
    expect(await replace(first)).toBe('Password has previously been used.');
    expect(await replace(newPassword)).toMatch(/^Your password has been changed/);
    expect(await replace(first)).toBe('Password has previously been used.');
    expect(await replace(password)).toMatch(/^Your password has been changed/);
    expect(await replace(first)).toMatch(/^Your password has been changed/);
  });

  test.each([
    ['the page that asks for the code', undefined],
    ['the response to a wrong code', { forgot_password_code: 'x', new_password: newPassword }],
    ['the response to a password outside of the policy', { forgot_password_code: 'x', new_password: 'a' }],
  ])('of nobody and of someone unconfirmed looks the same: %s', async (_, fields) => {
    const known = client.services.demoUser.email;
    const unconfirmed = newcomer();
    await signUp(client, unconfirmed);
    const answers = [known, 'nobody@example.com', unconfirmed.email].map(async (email) => {
      const { browser, page } = await askForCode(email);
      const { status, html } = fields
        ? await browser.submit(page, { ...fields, confirm_password: fields.new_password })
        : page;
      return { status, html: html.replaceAll(email, 'X').replace(/name="_csrf" value="[^"]*"/, '') };
    });
    const [ofKnown, ...others] = await Promise.all(answers);
    expect(others).toEqual([ofKnown, ofKnown]);
  });

  test('of an unknown user sends no email', async () => {
    await askForCode('nobody@example.com');
    expect(await (await fetch(`${client.services.loginDomainUrl}/mailbox`)).text()).not.toContain('nobody@example.com');
  });

  test.each([
    ['a wrong code', { forgot_password_code: 'x' }, 'Invalid verification code provided, please try again.'],
    ['a password outside of the policy', { new_password: 'short', confirm_password: 'short' }, 'Password does not'],
    ['two different passwords', { confirm_password: 'Battery-staple-3' }, 'The passwords do not match.'],
  ])('is kept for %s', async (_, fields, message) => {
    const email = await confirmedPerson();
    const { browser, page } = await askForCode(email);
    const right = {
      forgot_password_code: await mailedCode(client, email),
      new_password: newPassword,
      confirm_password: newPassword,
    };
    const { html } = await browser.submit(page, { ...right, ...fields });
    expect(html).toMatch(new RegExp(`role="alert"[^>]*>${message}`));
    const login = await openPage(client, '/login', browser);
    expect((await browser.submit(login, { username: email, password })).url.pathname).toBe('/dashboard');
  });

  test('can be replaced for one hour', async () => {
    const email = await confirmedPerson();
    const { browser, page } = await askForCode(email);
    const code = await mailedCode(client, email);
    await localServices.wait(3600);
    const { html } = await browser.submit(page, {
      forgot_password_code: code,
      new_password: newPassword,
      confirm_password: newPassword,
    });
    expect(html).toContain('Invalid code provided, please request a code again.');
  });

  test('is asked for five times in an hour', async () => {
    const email = await confirmedPerson();
    for (let count = 1; count <= 5; count++) {
      expect((await askForCode(email)).page.html).toContain('Change your password');
    }
    expect((await askForCode(email)).page.html).toContain('Attempt limit exceeded, please try after some time.');
  });

  test('accepts 20 tries in an hour, and then rejects the right code as well', async () => {
    const email = await confirmedPerson();
    const { browser, page } = await askForCode(email);
    const passwords = { new_password: newPassword, confirm_password: newPassword };
    for (let count = 1; count <= 20; count++) {
      await browser.submit(page, { forgot_password_code: 'x', ...passwords });
    }
    const right = { forgot_password_code: await mailedCode(client, email), ...passwords };
    expect((await browser.submit(page, right)).html).toContain('Attempt limit exceeded, please try after some time.');
  });

  test('cannot be replaced by who has never proved the address', async () => {
    const person = newcomer();
    await signUp(client, person);
    const before = await mailedCode(client, person.email);
    await askForCode(person.email);
    expect(await mailedCode(client, person.email)).toBe(before);
  });

  test('is missing where only an administrator recovers accounts', async () => {
    const closed = new OAuthClient(
      await localServices.serve({
        'aws_cognito_user_pool.user_pool': {
          account_recovery_setting: { recovery_mechanism: [{ name: 'admin_only', priority: 1 }] },
        },
      }),
    );
    expect((await openPage(closed, '/login', new Browser())).html).not.toContain('Forgot your password?');
    expect((await openPage(closed, '/forgotPassword', new Browser())).status).toBe(404);
  });
});
