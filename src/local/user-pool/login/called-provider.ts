/** What calls an identity provider over the network. */
export interface CalledProvider {
  /**
   * Returns the URL at which the user signs in.
   *
   * @param state what the provider must send back
   * @param nonce what the ID token must repeat
   * @throws {ProviderError} when the provider does not respond as it should
   */
  readonly authorizationUrl: (state: string, nonce: string) => Promise<string>;
  /**
   * Returns who has signed in.
   *
   * @param response the parameters with which the browser comes back
   * @throws {ProviderError} when nobody has, or the provider does not respond as it should
   */
  readonly identify: (response: URLSearchParams, nonce: string) => Promise<Identified>;
}

/** What an identity provider says of someone who has signed in. */
export interface Identified {
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A sign-in that fails at an identity provider. What the provider sends is shortened, because it becomes a URL. */
export class ProviderError extends Error {
  /** The OAuth error that the app gets. */
  readonly error: string;

  constructor(error: string, description: string) {
    super(description.slice(0, 1000));
    this.error = error.slice(0, 100);
  }
}
