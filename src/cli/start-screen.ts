import { type LocalServices } from '../local/local-services';

/** The services, and of the app client what the commands need. */
type Described = Omit<LocalServices, 'client'> & {
  readonly client: Pick<LocalServices['client'], 'id' | 'secret' | 'callbackUrls'>;
};

/** What `npm start --json` prints. */
export function summary(services: Described) {
  const { webUrl, loginDomainUrl, userPoolApiUrl, apiUrl, outputs, userPoolId, client, demoUser } = services;
  const { HostedLoginUrl, ApiEndpoint, ProtectedResourceUrl } = Object.assign({}, ...Object.values(outputs)) as Record<
    string,
    string
  >;
  return {
    webUrl,
    loginDomainUrl,
    loginUrl: HostedLoginUrl,
    tokenUrl: `${loginDomainUrl}/oauth2/token`,
    apiUrl: ApiEndpoint ?? apiUrl,
    protectedResourceUrl: ProtectedResourceUrl,
    userPoolApiUrl,
    userPoolId,
    clientId: client.id,
    mailboxUrl: `${loginDomainUrl}/mailbox`,
    demoUser,
  };
}

/**
 * What `npm start` prints: where everything is, and the commands that lead to the protected resource.
 *
 * @param localOutputsFile the file that has the secret of an app client
 */
export function screen(services: Described, localOutputsFile: string): string {
  const {
    webUrl,
    loginDomainUrl,
    loginUrl,
    tokenUrl,
    userPoolApiUrl,
    apiUrl,
    protectedResourceUrl,
    mailboxUrl,
    clientId,
    demoUser,
  } = summary(services);
  const { client, unserved, protectedResourceVerb } = services;
  const callbackUrl = client.callbackUrls[0]!;
  // Encoded, no shell and no form takes a character of the URL for its own.
  const redirectUri = new URLSearchParams({ redirect_uri: callbackUrl }).toString();
  const noWebClient =
    client.secret === undefined
      ? `the callback URL is ${callbackUrl}`
      : 'the app client has a secret, which a page cannot keep';
  return `
The stacks are running on this machine.

  Web client      ${webUrl ?? `none: ${noWebClient}`}
  Hosted login    ${loginDomainUrl}
  API             ${apiUrl}
  User pool API   ${userPoolApiUrl} (the endpoint of AWS's SDKs; takes any credentials)
  Mailbox         ${mailboxUrl}

${webUrl === undefined ? 'Sign' : 'Open the web client: sign'} up with any address, or sign in
as ${demoUser.email} with the password ${demoUser.password}

${webUrl === undefined ? 'With' : 'Or with'} curl:

1. Sign in at

   ${loginUrl}

2. Replace CODE with the code in the address bar${
    client.secret === undefined
      ? ''
      : `,
   and CLIENT_SECRET with the CognitoUserPoolAppClientSecret in ${localOutputsFile}`
  }:

   curl ${tokenUrl} -d grant_type=authorization_code -d client_id=${clientId}${client.secret === undefined ? '' : ' -d client_secret=CLIENT_SECRET'} -d ${redirectUri} -d code=CODE

3. Replace ACCESS_TOKEN with the access token:

   curl ${protectedResourceVerb === 'GET' ? '' : `-X ${protectedResourceVerb} `}${protectedResourceUrl} -H "Authorization: ACCESS_TOKEN"
${unserved.length === 0 ? '' : `\nNot served here (src/local/README.md has the details):\n${unserved.map((what) => `  ${what}`).join('\n')}\n`}
Press Ctrl-C to stop. Users, tokens and mails are then deleted.
`;
}
