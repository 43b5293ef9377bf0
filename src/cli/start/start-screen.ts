import { type Authority, type Described, summary } from '../../local/host/summary';
import { type ServedRoute } from '../../local/rest-api/routes';

/**
 * What `npm start` prints: the URLs, and the commands that call the protected resource.
 *
 * @param localOutputsFile the file that has the secret of an app client, if there is one
 */
export function screen(services: Described, localOutputsFile: string | undefined, authority?: Authority): string {
  const { webUrl, loginUrl, tokenUrl, userPoolApiUrl, clockUrl, protectedResourceUrl, mailboxUrl, clientId } =
    summary(services);
  const providers = services.identityProviders.map(({ name, url = 'simulated by a page' }) => `${name} (${url})`);
  const { client, routes, unserved, protectedResourceMethod, existingUserPoolArn, kept } = services;
  const callbackUrl = client.callbackUrls[0]!;
  // Encoded, so that neither a shell nor a form interprets a character of the URL.
  const redirectUri = new URLSearchParams({ redirect_uri: callbackUrl }).toString();
  const curl = authority ? `curl --cacert "${authority.certificateFile}"` : 'curl';
  const noWebClient =
    client.secret === undefined
      ? `the callback URL is ${callbackUrl}`
      : 'the app client has a secret, which a page cannot keep';
  return `
The stacks are running on this machine.

  Web client      ${webUrl ?? `none: ${noWebClient}`}
  Hosted login    ${loginUrl}
  API             ${routeTable(routes).join('\n                  ')}
  User pool API   ${userPoolApiUrl} (the endpoint of AWS's SDKs; takes any credentials)
  Mailbox         ${mailboxUrl}
${providers.length === 0 ? '' : `  Providers       ${providers.join(', ')}\n`}${clockUrl === undefined ? '' : `  Clock           ${clockUrl}\n`}${kept ? `  Users           ${kept.users}, kept in ${kept.folder}\n` : ''}${authority ? trust(authority) : ''}${
    existingUserPoolArn === undefined
      ? ''
      : `
The API accepts tokens of the user pool
  ${existingUserPoolArn},
which is on AWS. Here, a user pool made for this run replaces it. It has
one app client, which can request the scopes of the routes.
`
  }
${webUrl === undefined ? 'Sign' : 'Open the web client: sign'} ${client.identityProviders.includes('COGNITO') ? withLocalUsers(services) : `in with ${client.identityProviders.join(' or ')}`}

${webUrl === undefined ? 'With' : 'Or with'} curl:

1. Sign in at the URL of the hosted login.

2. Replace CODE with the code in the address bar${
    client.secret === undefined
      ? ''
      : `,
   and CLIENT_SECRET with the ${localOutputsFile === undefined ? 'ClientSecret that DescribeUserPoolClient returns' : `CognitoUserPoolAppClientSecret in ${localOutputsFile}`}`
  }:

   ${curl} ${tokenUrl} -d grant_type=authorization_code -d client_id=${clientId}${client.secret === undefined ? '' : ' -d client_secret=CLIENT_SECRET'} -d ${redirectUri} -d code=CODE

3. Replace ACCESS_TOKEN with the access token:

   ${curl} ${protectedResourceMethod === 'GET' ? '' : `-X ${protectedResourceMethod} `}${protectedResourceUrl} -H "Authorization: ACCESS_TOKEN"
${unserved.length === 0 ? '' : `\nNot served here (src/local/DIFFERENCES.md has the details):\n${unserved.map((what) => `  ${what}`).join('\n')}\n`}
Press Ctrl-C to stop. ${kept ? 'Mails are then deleted. Users and their tokens are kept.' : 'Users, tokens and mails are then deleted.'}
`;
}

/** Says how the users of the user pool itself sign in. */
function withLocalUsers({ demoUser, kept }: Described): string {
  const user = demoUser
    ? `${demoUser.username ?? demoUser.email} with the password ${demoUser.password}`
    : kept?.areRestored
      ? 'a user of an earlier start, since the seed is for a new user pool'
      : 'a user of the seed';
  return `up with any ${demoUser?.username === undefined ? 'address' : 'user name'}, or sign in\nas ${user}`;
}

/** Most routes that the screen shows; `--json` has all. */
const shownRoutes = 20;

/** Shows each route in a line: its method, its URL, who can call it, and what responds. */
function routeTable(routes: readonly ServedRoute[]): string[] {
  const rows = routes
    .slice(0, shownRoutes)
    .map((route) => [`${route.method} ${route.url}`, callersOf(route), route.target] as const);
  const [url, callers] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const hidden = routes.length - rows.length;
  return [
    ...rows.map((row) => `${row[0].padEnd(url!)}  ${row[1].padEnd(callers!)}  ${row[2]}`),
    ...(hidden > 0 ? [`and ${hidden} more, which --json lists`] : []),
  ];
}

function callersOf({ public: isPublic, scopes }: ServedRoute): string {
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
