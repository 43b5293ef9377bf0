/**
 * The outputs of both stacks, by name, with what Terraform says of each.
 *
 * Clients, commands and the local services read the outputs by these names. Imports nothing, so that all can import it.
 */
export const outputDescriptions = {
  CognitoUserPoolID: 'ID of the user pool',
  Issuer: 'Issuer of the tokens: discovery and public keys are under its /.well-known',
  HostedDomainUrl: 'URL of the hosted login and the OAuth 2.0 endpoints',
  HostedDomainAliasTarget: 'Host name to which the DNS record of the custom domain points, as an alias or a CNAME',
  TokenUrl: 'URL where a client gets access tokens with its ID and its secret',
  CognitoUserPoolAppClientID: 'ID of the app client',
  CognitoUserPoolAppClientSecret: 'Secret of the app client',
  HostedLoginUrl: 'URL that starts the login in a browser',
  CallbackUrl: 'URL to which the login sends the browser back, with the code',
  LogoutUrl: 'URL to which a sign-out sends the browser',
  Scopes: 'Scopes that the app client asks for, separated by spaces',
  ApiEndpoint: 'URL of the API, without a slash at its end',
  ProtectedResourceUrl: 'URL of the first protected route',
  ProtectedResourceMethod: 'HTTP method of the protected route',
  ApiDomainTarget: 'Host name to which the DNS record of the custom domain must lead',
  ApiDomainTargetZoneID: 'ID of the Route 53 hosted zone of that host name, for an alias record',
} as const;

export type OutputName = keyof typeof outputDescriptions;

/**
 * The values of outputs, by name.
 *
 * Every app client but the first to which users sign in adds its own name: `CallbackUrl-mobile`.
 */
export type Outputs = Readonly<Partial<Record<OutputName | `${OutputName}-${string}`, string>>>;
