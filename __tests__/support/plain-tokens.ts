import { type Grant } from '../../src/local/user-pool/model';

// A test file imports this one before it imports what issues tokens.
jest.mock('../../src/local/user-pool/tokens/tokens', () => ({ Tokens }));

/** In the place of the tokens of a user pool: claims as JSON, without a signature. */
class Tokens {
  readonly issuer = 'https://issuer.example.com';

  of({ clientId, eventId, scopes, sub }: Grant) {
    const claims = { client_id: clientId, event_id: eventId, iat: Date.now() / 1000, scope: scopes.join(' '), sub };
    return Promise.resolve({ accessToken: JSON.stringify(claims), idToken: JSON.stringify(claims) });
  }

  verifyAccessToken(token: string): Promise<unknown> {
    return Promise.resolve(token.startsWith('{') ? (JSON.parse(token) as unknown) : undefined);
  }
}
