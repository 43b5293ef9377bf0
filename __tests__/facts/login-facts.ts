import { Browser } from '../support/browser';
import { pkcePair } from '../support/oauth-client';
import { type Endpoint } from './endpoint';
import { captured, cognitoGuide, factGroup, type FactWords, NotServed, testsOf } from './fact';

const authorize = cognitoGuide('authorization-endpoint');
const logout = cognitoGuide('logout-endpoint');
const domain = testsOf('user-pool-domain');
const pages = testsOf('hosted-login');

/** Where a request to authorize leads, with a state. */
async function errorOf(endpoint: Endpoint, parameters: Readonly<Record<string, string | undefined>>) {
  const { status, to } = await endpoint.redirect(endpoint.authorizeUrl({ state: 's', ...parameters }));
  return { status, ...destination(to) };
}

function destination(to: string) {
  const { origin, pathname, searchParams } = new URL(to === '' ? 'none://' : to);
  return { url: origin === 'null' ? to : origin + pathname, ...Object.fromEntries(searchParams) };
}

/** The error page of the login, which the browser does not leave. */
const errorPage = (endpoint: Endpoint) => ({ status: 302, url: `${endpoint.loginUrl}/error` });

/** Signs the user in, and returns the browser. */
async function signedIn(endpoint: Endpoint): Promise<Browser> {
  const browser = new Browser();
  await endpoint.code({}, browser);
  return browser;
}

/** What a page says. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script|title)[^]*?<\/\1>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function logoutUrl(endpoint: Endpoint, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams({ client_id: endpoint.clientId, ...parameters }).toString();
  return `${endpoint.loginUrl}/logout?${query}`;
}

export const loginFacts = factGroup(
  'Hosted login',
  'L',
  async (endpoint) => {
    const { status } = await endpoint.redirect(endpoint.authorizeUrl());
    if (status === 404 || status >= 500) {
      throw new NotServed(`/oauth2/authorize: ${status}`);
    }
  },
  [
    [
      'A request to authorize is redirected to `/login` with its own query.',
      authorize,
      domain("goes to /login with the caller's own query, in its order"),
      async (endpoint) => {
        const url = endpoint.authorizeUrl({ state: 'x' });
        const { status, to } = await endpoint.redirect(url);
        return [
          { status, to },
          { status: 302, to: url.replace('/oauth2/authorize', '/login') },
        ];
      },
    ],
    [
      'The login is also at `/login`, with the same parameters.',
      cognitoGuide('login-endpoint'),
      pages('have the classic form, with its names'),
      async (endpoint) => {
        const page = await new Browser().open(endpoint.authorizeUrl({}, '/login'));
        return [
          { status: page.status, html: page.html },
          { status: 200, html: /type="password"/ },
        ];
      },
    ],
    [
      'A sign-in returns to the callback URL with `code` and `state`.',
      authorize,
      domain('sends the browser back with a UUID as code, then the state, and nothing else'),
      async (endpoint) => {
        const { url } = await endpoint.submitLogin({ state: 'abc' }, await endpoint.user());
        return [
          {
            url: url.origin + url.pathname,
            parameters: [...url.searchParams.keys()],
            state: url.searchParams.get('state'),
          },
          { url: endpoint.redirectUri, parameters: ['code', 'state'], state: 'abc' },
        ];
      },
    ],
    [
      'Without a state in the request, none returns.',
      authorize,
      domain('returns no state when none was given'),
      async (endpoint) => {
        const { url } = await endpoint.submitLogin({}, await endpoint.user());
        return [[...url.searchParams.keys()], ['code']];
      },
    ],
    [
      'While the browser has a session, there is no page: the response has another code.',
      cognitoGuide('application-client-based-multi-tenancy'),
      domain('shows no page while there is a session'),
      async (endpoint) => {
        const { status, to } = await endpoint.redirect(endpoint.authorizeUrl(), await signedIn(endpoint));
        return [
          { status, ...destination(to) },
          { status: 302, url: endpoint.redirectUri, code: /./ },
        ];
      },
    ],
    [
      'A sign-in sets the cookie `cognito`.',
      { kind: 'documented', url: 'https://repost.aws/knowledge-center/cognito-logout-endpoint-globalsignoutapi' },
      pages('sets a session cookie of one hour, a new CSRF cookie, and sends no body'),
      async (endpoint) => {
        const browser = new Browser();
        await endpoint.code({}, browser);
        return [browser.cookies.get('cognito'), /./];
      },
    ],
    [
      'A scope that the client does not have: `error=invalid_request`, `error_description=invalid_scope`.',
      captured('mlops-club/awscdk-minecraft', 40),
      domain('responds to %s with error_description, state and error, in this order'),
      async (endpoint) => [
        await errorOf(endpoint, { scope: 'openid email' }),
        {
          status: 302,
          url: endpoint.redirectUri,
          error: 'invalid_request',
          error_description: 'invalid_scope',
          state: 's',
        },
      ],
    ],
    ...(
      [
        [
          'No `response_type`: the callback URL gets `invalid_request`.',
          { response_type: undefined },
          'invalid_request',
        ],
        [
          'A `response_type` that the client cannot use: `unauthorized_client`.',
          { response_type: 'token' },
          'unauthorized_client',
        ],
        [
          'A `code_challenge` without its method: `invalid_request`.',
          { code_challenge: pkcePair().challenge },
          'invalid_request',
        ],
        [
          'A `code_challenge_method` other than `S256`: `invalid_request`.',
          { code_challenge: pkcePair().challenge, code_challenge_method: 'plain' },
          'invalid_request',
        ],
      ] as const
    ).map(([words, parameters, error]): FactWords => [
      words,
      authorize,
      domain('tells the client of %s'),
      async (endpoint) => [
        await errorOf(endpoint, parameters),
        { status: 302, url: endpoint.redirectUri, error, state: 's' },
      ],
    ]),
    [
      'A callback URL that is not registered gets nothing: the browser goes to `/error?error=redirect_mismatch`.',
      captured('aws/aws-aspnet-cognito-identity-provider', 167),
      domain('has an error page of status 400 that names the error'),
      async (endpoint) => [
        await errorOf(endpoint, { redirect_uri: 'http://localhost:3000/other' }),
        { ...errorPage(endpoint), error: 'redirect_mismatch' },
      ],
    ],
    [
      'A slash at the end makes it another callback URL.',
      authorize,
      testsOf('rejections')('%s is rejected, by the page and by the form, and the browser stays here'),
      async (endpoint) => {
        const { to } = await endpoint.redirect(endpoint.authorizeUrl({ redirect_uri: `${endpoint.redirectUri}/` }));
        const { html } = await new Browser().open(endpoint.authorizeUrl({ redirect_uri: `${endpoint.redirectUri}/` }));
        return [
          { to, isLogin: html.includes('type="password"') },
          { to: new RegExp(`^(?!${endpoint.redirectUri})`), isLogin: false },
        ];
      },
    ],
    [
      'No `redirect_uri`: `/error?error=Required+parameters+missing`.',
      captured('NASA-IMPACT/veda-data-airflow', 170),
      domain('responds to %s on its own error page'),
      async (endpoint) => [
        await errorOf(endpoint, { redirect_uri: undefined }),
        { ...errorPage(endpoint), error: 'Required parameters missing' },
      ],
    ],
    [
      'The error page has status 400 and “An error was encountered with the requested page.”',
      captured('nextauthjs/next-auth', 12125),
      domain('has an error page of status 400 that names the error'),
      async (endpoint) => {
        const page = await new Browser().open(endpoint.authorizeUrl({ redirect_uri: 'http://localhost:3000/other' }));
        return [
          { status: page.status, html: page.html.slice(0, 20_000) },
          { status: 400, html: /An error was encountered with the requested page\./ },
        ];
      },
    ],
    [
      'The login says the same of an unknown user as of a wrong password.',
      cognitoGuide('cognito-user-pool-managing-errors'),
      pages('with %s says the same, in an alert'),
      async (endpoint) => {
        const wrong = endpoint.newPerson();
        const people = [wrong, { ...(await endpoint.user()), password: wrong.password }];
        const [unknown, known] = await Promise.all(
          people.map(async (person) => {
            const { status, html } = await endpoint.submitLogin({}, person);
            return { status, text: textOf(html) };
          }),
        );
        return [unknown, { ...known, text: known!.text === '' ? /./ : known!.text }];
      },
    ],
    ...(['/signup', '/forgotPassword'] as const).map((path): FactWords => [
      `The login has a page at \`${path}\`, with the parameters of the request to authorize.`,
      cognitoGuide('managed-login-endpoints'),
      pages('keep the query of the previous page'),
      async (endpoint) => {
        const page = await new Browser().open(endpoint.authorizeUrl({}, path));
        return [
          { status: page.status, path: page.url.pathname, html: page.html.slice(0, 20_000) },
          { status: 200, path, html: /<form/ },
        ];
      },
    ]),
    [
      'A sign-out redirects to a logout URL of the client.',
      logout,
      domain('ends the session and goes to a registered logout URL, whatever else is asked for'),
      async (endpoint) => {
        const logout_uri = endpoint.output('LogoutUrl');
        const { status, to } = await endpoint.redirect(logoutUrl(endpoint, { logout_uri }), await signedIn(endpoint));
        return [
          { status, to },
          { status: 302, to: logout_uri },
        ];
      },
    ],
    [
      'A sign-out ends the session of the browser.',
      logout,
      domain('ends the session and goes to a registered logout URL, whatever else is asked for'),
      async (endpoint) => {
        const browser = await signedIn(endpoint);
        const before = destination((await endpoint.redirect(endpoint.authorizeUrl(), browser)).to);
        await endpoint.redirect(logoutUrl(endpoint, { logout_uri: endpoint.output('LogoutUrl') }), browser);
        const { to } = await endpoint.redirect(endpoint.authorizeUrl(), browser);
        return [
          { before: before.url, after: destination(to).url },
          { before: endpoint.redirectUri, after: `${endpoint.loginUrl}/login` },
        ];
      },
    ],
    [
      'A sign-out does not redirect to a URL that is not registered.',
      logout,
      domain('rejects %s and keeps the session'),
      async (endpoint) => {
        const logout_uri = 'http://localhost:3000/other';
        const { to } = await endpoint.redirect(logoutUrl(endpoint, { logout_uri }), await signedIn(endpoint));
        return [to, /^(?!http:\/\/localhost:3000)/];
      },
    ],
    [
      'A sign-out with `redirect_uri` leads to `/login`, with all scopes of the client.',
      logout,
      domain('without a logout URL ends the session and goes to the login, with all scopes of the client'),
      async (endpoint) => {
        const parameters = { response_type: 'code', redirect_uri: endpoint.redirectUri, state: 's' };
        const { status, to } = await endpoint.redirect(logoutUrl(endpoint, parameters), await signedIn(endpoint));
        const { scope, ...others } = destination(to) as Record<string, string>;
        return [
          { status, ...others, scopes: (scope ?? '').split(' ').sort() },
          {
            status: 302,
            url: `${endpoint.loginUrl}/login`,
            ...parameters,
            scopes: endpoint.scopes.split(' ').sort(),
          },
        ];
      },
    ],
  ],
);
