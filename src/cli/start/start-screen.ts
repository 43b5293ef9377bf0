import { type ServedUserPool } from '../../local/host/local-services';
import { type Authority, type Described, summary } from '../../local/host/summary';
import { type ServedRoute } from '../../local/rest-api/routes';
import { printable } from './printable';

/**
 * What `npm start` prints: the URLs, and the commands that call the protected resource.
 *
 * @param localOutputsFile the file that has the secret of an app client, if there is one
 */
export function screen(given: Described, localOutputsFile: string | undefined, authority?: Authority): string {
  const services = printable(given);
  const { userPoolApiUrl, clockUrl, mailboxUrl } = summary(services);
  const providers = services.identityProviders.map(({ name, url = 'simulated by a page' }) => `${name} (${url})`);
  const { client, routes, unserved, existingUserPoolArn, kept, userPools } = services;
  const rows: [name: string, lines: readonly string[]][] = [
    ['Web client', client ? [services.webUrl ?? noWebClient(client)] : []],
    ['Hosted login', userPools.length === 0 ? [] : [hostedLogin(services)]],
    ['API', services.apiUrl === undefined ? tokenChecks(services) : routeTable(routes)],
    [
      'User pool API',
      userPoolApiUrl === undefined ? [] : [`${userPoolApiUrl} (the endpoint of AWS's SDKs; takes any credentials)`],
    ],
    ['Mailbox', mailboxUrl === undefined ? [] : [mailboxUrl]],
    ['Providers', providers.length === 0 ? [] : [providers.join(', ')]],
    ['Clock', clockUrl === undefined ? [] : [clockUrl]],
    ['Users', kept ? [`${kept.users}, kept in ${kept.folder}`] : []],
    ['User pools', userPools.length > 1 ? userPools.flatMap(userPoolLines) : []],
  ];
  return `
The stacks are running on this machine.

${rows
  .filter(([, lines]) => lines.length > 0)
  .map(([name, lines]) => `  ${name.padEnd(14)}  ${lines.join(`\n${' '.repeat(18)}`)}\n`)
  .join('')}${authority ? trust(authority) : ''}${
    existingUserPoolArn === undefined
      ? ''
      : `
The API accepts tokens of the user pool
  ${existingUserPoolArn},
which is on AWS. Here, a user pool made for this run replaces it. It has
one app client, which can request the scopes of the routes.
`
  }${signIn(services, localOutputsFile, authority)}${unserved.length === 0 ? '' : `\nNot served here (DIFFERENCES.md of the local services has the details):\n${unserved.map((what) => `  ${what}`).join('\n')}\n`}${passedOver(services)}
Press Ctrl-C to stop. ${kept ? 'Emails are then deleted. Users and their tokens are kept.' : 'Users, tokens and emails are then deleted.'}
`;
}

function noWebClient({ secret, callbackUrls }: NonNullable<Described['client']>): string {
  return secret === undefined
    ? `not served here: the login returns to ${callbackUrls[0]!}`
    : 'none: the app client has a secret, which a page cannot keep';
}

function hostedLogin(services: Described): string {
  const [selected] = services.userPools;
  if (selected?.loginDomainUrl === undefined) {
    return 'none: the user pool has no aws_cognito_user_pool_domain';
  }
  return services.client
    ? (summary(services).loginUrl ?? selected.loginDomainUrl)
    : `${selected.loginDomainUrl} (no app client has the authorization code grant and a callback URL)`;
}

/** Says how an API that is not served checks the tokens. */
function tokenChecks({ userPools: [selected] }: Described): string[] {
  return selected
    ? ['none served. An API checks tokens with', `issuer       ${selected.issuer}`, `public keys  ${selected.jwksUrl}`]
    : [];
}

function userPoolLines({ name, address, issuer, jwksUrl, loginDomainUrl, mailboxUrl, demoUser }: ServedUserPool) {
  return [
    `${name} (${address})`,
    `  login        ${loginDomainUrl ?? 'none'}, mailbox ${mailboxUrl}`,
    `  issuer       ${issuer}`,
    `  public keys  ${jwksUrl}`,
    ...(demoUser
      ? [`  user         ${demoUser.username ?? demoUser.email} with the password ${demoUser.password}`]
      : []),
  ];
}

/** Says how to sign in, and which commands then call the protected resource. */
function signIn(services: Described, localOutputsFile: string | undefined, authority: Authority | undefined): string {
  const { client, protectedResourceMethod, routes, webUrl } = services;
  if (services.userPools.length === 0) {
    return '';
  }
  if (!client) {
    return `\nAt the user pool API, sign ${withLocalUsers(services)}\n`;
  }
  const { tokenUrl, protectedResourceUrl } = summary(services);
  // Encoded, so that neither a shell nor a form interprets a character of the URL.
  const parameters = new URLSearchParams({ redirect_uri: client.callbackUrls[0]! }).toString();
  const curl = authority ? `curl --cacert "${authority.certificateFile}"` : 'curl';
  // The output is of a public route only if all are public.
  const isPublic = routes.every((route) => route.public);
  return `
${webUrl === undefined ? 'Sign' : 'Open the web client: sign'} ${client.identityProviders.includes('COGNITO') ? withLocalUsers(services) : `in with ${client.identityProviders.join(' or ')}`}

${webUrl === undefined ? 'With' : 'Or with'} curl:

1. Sign in at the URL of the hosted login.

2. Replace CODE with the code in the address bar${
    client.secret === undefined
      ? ''
      : `,
   and CLIENT_SECRET with the ${localOutputsFile === undefined ? 'ClientSecret that DescribeUserPoolClient returns' : `CognitoUserPoolAppClientSecret in ${localOutputsFile}`}`
  }:

   ${curl} ${tokenUrl!} -d grant_type=authorization_code -d client_id=${client.id}${client.secret === undefined ? '' : ' -d client_secret=CLIENT_SECRET'} -d ${parameters} -d code=CODE
${
  protectedResourceUrl === undefined
    ? ''
    : `
3. ${isPublic ? 'Call the API, whose routes are public' : 'Replace ACCESS_TOKEN with the access token'}:

   ${curl} ${protectedResourceMethod === 'GET' ? '' : `-X ${protectedResourceMethod} `}${protectedResourceUrl}${isPublic ? '' : ' -H "Authorization: ACCESS_TOKEN"'}
`
}`;
}

/** Most types of resources that the screen names. */
const shownTypes = 5;

function passedOver({ passedOver: counts }: Described): string {
  const types = Object.keys(counts);
  const count = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const hidden = types.length > shownTypes ? ', …' : '';
  return count === 0
    ? ''
    : `\nPassed over: ${count} resource${count === 1 ? '' : 's'} of other services (${types.slice(0, shownTypes).join(', ')}${hidden})\n`;
}

/** Says how the users of the user pool itself sign in. */
function withLocalUsers({ canSignUp, demoUser, kept }: Described): string {
  const user = demoUser
    ? `${demoUser.username ?? demoUser.email} with the password ${demoUser.password}`
    : kept?.areRestored
      ? 'a user of an earlier start, since the seed is for a new user pool'
      : 'a user of the seed';
  const signUp = `up with any ${demoUser?.username === undefined ? 'address' : 'user name'}, or sign `;
  return `${canSignUp ? signUp : ''}in\nas ${user}`;
}

/** Most routes that the screen shows; `--json` has all. */
const shownRoutes = 20;

/** Shows each route in a line: its method, its URL, who can call it, and what responds. */
function routeTable(routes: readonly ServedRoute[]): string[] {
  const rows = routes
    .slice(0, shownRoutes)
    .map((route) => [`${route.method} ${route.url}`, callersOf(route), route.unserved ?? route.target] as const);
  const [url, callers] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const hidden = routes.length - rows.length;
  return [
    ...rows.map((row) => `${row[0].padEnd(url!)}  ${row[1].padEnd(callers!)}  ${row[2]}`),
    ...(hidden > 0 ? [`and ${hidden} more, which --json lists`] : []),
  ];
}

function callersOf({ public: isPublic, scopes, unserved }: ServedRoute): string {
  if (unserved !== undefined) {
    return 'responds with 501';
  }
  if (isPublic) {
    return 'public';
  }
  return scopes.length === 0 ? 'ID token' : `scope ${scopes.join(' or ')}`;
}

/** Says which file to trust. */
function trust({ certificateFile }: Authority): string {
  return `
Your own authority has certified this for localhost, and can certify nothing else. To trust it in

  Node.js   export NODE_EXTRA_CA_CERTS="${certificateFile}"
  curl      curl --cacert "${certificateFile}"

In a browser, and to remove it: src/local/HTTPS.md
`;
}
