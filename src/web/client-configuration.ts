/** The stacks as the page uses them. It reads this from `/config.json` on its own host. */
export interface ClientConfiguration {
  /** What the tokens name as their issuer. */
  readonly issuer: string;
  /** URL of the hosted login and the OAuth 2.0 endpoints, without a slash at its end. */
  readonly hostedDomainUrl: string;
  readonly clientId: string;
  /** Scopes to ask for, separated by spaces. */
  readonly scope: string;
  /** Where the login sends the browser back to: the address of the dashboard, one of the client's callback URLs. */
  readonly redirectUri: string;
  /**
   * Where the hosted domain sends the browser after a sign-out, one of the client's logout URLs.
   *
   * @default - none: the hosted login's own session outlives the sign-out
   */
  readonly logoutUri?: string;
  /**
   * URL of a protected route for a GET.
   *
   * @default - no protected route has this HTTP method
   */
  readonly protectedResourceUrl?: string;
}
