/** Calls an identity provider over the network. */
export interface CalledProvider {
  /**
   * Returns the URL at which the user signs in.
   *
   * @param state what the provider must send back
   * @param nonce what the ID token must repeat
   * @throws {ProviderError} when the response of the provider is wrong
   */
  readonly authorizationUrl: (state: string, nonce: string) => Promise<string>;
  /**
   * Returns the user who has signed in.
   *
   * @param response the parameters with which the browser comes back
   * @throws {ProviderError} when no user has, or the response of the provider is wrong
   */
  readonly identify: (response: URLSearchParams, nonce: string) => Promise<Identified>;
}

/** A user as an identity provider describes the user. */
export interface Identified {
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A sign-in that fails at an identity provider. The message is shortened, because it becomes a part of a URL. */
export class ProviderError extends Error {
  /** The OAuth error that the app gets. */
  readonly error: string;

  constructor(error: string, description: string) {
    super(description.slice(0, 1000));
    this.error = error.slice(0, 100);
  }
}
