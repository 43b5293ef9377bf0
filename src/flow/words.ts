/** What the page and the terminal say about one parameter of a request or a response. */
export interface ParameterWords {
  /** The purpose of the parameter. */
  readonly purpose: string;
  /** What would happen without it. Completes the sentence "Without it: …". */
  readonly without?: string;
  /** Whether it is a secret, which is shortened until the person asks to see it. */
  readonly isSecret?: true;
}

/** Parameters of GET /oauth2/authorize. */
export const authorizationWords: Readonly<Record<string, ParameterWords>> = {
  response_type: {
    purpose: 'Asks for a code, not for tokens.',
    without:
      'Cognito would reject the request. With `token` in its place, the tokens themselves would come back in the address bar.',
  },
  client_id: {
    purpose: 'Names the app client that asks.',
    without: 'the hosted login would not know who asks, and would show an error page.',
  },
  redirect_uri: {
    purpose: 'Where the hosted login sends the browser back to: one of the callback URLs of the app client, exactly.',
    without: 'if any address were allowed, an attacker could have your code sent to their own site.',
  },
  scope: {
    purpose: 'What the tokens should allow: `openid` asks for an ID token, the other names open an API.',
    without: 'Cognito would grant every scope that the app client may have.',
  },
  state: {
    purpose: 'A random value that comes back with the code, so that the client knows the sign-in is its own.',
    without: 'another site could sign your browser in with an account of theirs (CSRF).',
  },
  code_challenge: {
    purpose: 'The SHA-256 hash of the code verifier, a secret that the client keeps until it exchanges the code.',
    without: 'anyone who reads the code could exchange it for tokens.',
  },
  code_challenge_method: {
    purpose: 'Says that the challenge is a hash (S256).',
    without: 'Cognito would reject the challenge with `invalid_request`.',
  },
  nonce: {
    purpose: 'A random value that comes back in the ID token.',
    without: 'an ID token of another sign-in could replace this one.',
  },
};

/** Parameters with which the hosted login sends the browser back. */
export const callbackWords: Readonly<Record<string, ParameterWords>> = {
  code: {
    purpose:
      'Stands for your sign-in. It works once and for five minutes; after a code challenge, only with its verifier.',
    without: 'the tokens would have to come back here, in the address bar.',
    isSecret: true,
  },
  state: {
    purpose: 'The value of the authorization request. If it were another one, the client would drop the code.',
    without: 'the client could not tell its own sign-in from one that another site began.',
  },
  error: { purpose: 'Why there is no code.' },
  error_description: { purpose: 'More about the error.' },
};

/** Fields of the form for POST /oauth2/token. */
export const tokenRequestWords: Readonly<Record<string, ParameterWords>> = {
  grant_type: {
    purpose: 'Says what the client exchanges for tokens: a code, or a refresh token.',
    without: 'the token endpoint would respond with `invalid_request`.',
  },
  code: {
    purpose: 'The code that came back. From now on it is spent.',
    without: 'there would be nothing to exchange: `invalid_request`.',
    isSecret: true,
  },
  redirect_uri: {
    purpose: 'The same address as in the authorization request: Cognito accepts a code only with that address.',
    without: 'the token endpoint would respond with `invalid_request`.',
  },
  client_id: {
    purpose: 'The app client that the code was made for. A page has no client secret, since it could not keep one.',
    without: 'the token endpoint would not know who asks: `invalid_request`.',
  },
  client_secret: {
    purpose: 'Proves that the app client is the one it says. Only a server can keep such a secret.',
    without: 'a client that has a secret would get `invalid_client`.',
    isSecret: true,
  },
  code_verifier: {
    purpose: 'The secret behind the code challenge. Only the client that began the sign-in has it.',
    without: 'the token endpoint would reject the code, although it is the right one.',
    isSecret: true,
  },
  refresh_token: {
    purpose: 'Gets new tokens, so that you do not have to sign in again.',
    without: 'there would be nothing to exchange: `invalid_request`.',
    isSecret: true,
  },
  scope: { purpose: 'The scopes of the sign-in.' },
};

/** Members of the response of POST /oauth2/token. */
export const tokenResponseWords: Readonly<Record<string, ParameterWords>> = {
  id_token: {
    purpose: 'For the client: who signed in, and when. It opens no API.',
    without: 'the client would have to ask who signed in. It comes because the scope `openid` was asked for.',
    isSecret: true,
  },
  access_token: {
    purpose: 'For the API: what its bearer may do, in the claim `scope`.',
    without: 'the API would respond with 401.',
    isSecret: true,
  },
  refresh_token: {
    purpose: 'For the token endpoint: gets new tokens when these expire. Only Cognito can read it.',
    without: 'you would sign in again each time the access token expires.',
    isSecret: true,
  },
  expires_in: {
    purpose: 'Seconds until the access token expires.',
    without: 'the client would learn it from the API, with a 401.',
  },
  token_type: {
    purpose: 'Bearer: whoever has the token can use it. That is why no token is ever in an address.',
  },
  error: { purpose: 'Why there are no tokens.' },
};

/** Headers of the call to the API. */
export const callWords: Readonly<Record<string, ParameterWords>> = {
  Authorization: {
    purpose: 'The place for the access token. A header is not in the address, and so not in the history either.',
    without: 'the API would respond with 401.',
    isSecret: true,
  },
};

/** The meaning of the header members and claims of a token. */
export const claimWords: Readonly<Record<string, string>> = {
  alg: 'How the token is signed: with the private key of the user pool.',
  kid: 'Which of the public keys checks the signature.',
  sub: 'You: an ID that never changes.',
  iss: 'The user pool that issued the token. The API accepts no other.',
  aud: 'Who the ID token is for: this app client.',
  client_id: 'The app client that asked for the token.',
  token_use: '`access` is for an API, `id` is for the client.',
  scope: 'What the token allows. The API looks for its own scope here.',
  auth_time: 'When you signed in.',
  iat: 'When the token was issued.',
  exp: 'When the token expires. Nobody can change it: the signature would no longer be right.',
  jti: 'ID of this token.',
  origin_jti: 'ID of the sign-in: the same in all of its tokens, also after a renewal.',
  event_id: 'ID of the sign-in as an event of Cognito.',
  version: 'Version of the access token.',
  username: 'Your user name. It is an ID where people sign in with their email address.',
  'cognito:username': 'Your user name, as in the access token.',
  'cognito:groups': 'Groups of the user pool that you are in.',
  email: 'Your email address.',
  email_verified: 'Whether you have proved that the address is yours.',
  at_hash: 'Hash of the access token that came with this ID token.',
  nonce: 'The value of the authorization request.',
};

/** A line of the troubleshooting chapter. */
interface TroubleshootingRow {
  readonly symptom: string;
  readonly cause: string;
  readonly remedy: string;
}

/** Why a request is rejected. */
interface RejectionWords {
  readonly reason: string;
  readonly troubleshooting: TroubleshootingRow;
}

const wrongToken: TroubleshootingRow = {
  symptom: '401 with a token',
  cause: 'it is an ID token, or does not have the scope, or is from another user pool',
  remedy: 'send the access token; request the scope at `/oauth2/authorize`',
};

const wrongCode: TroubleshootingRow = {
  symptom: 'token endpoint: `invalid_grant`',
  cause: 'the code was used before, is older than five minutes, or came with a wrong `code_verifier`',
  remedy: 'sign in again; exchange each code once, with the verifier of its own sign-in',
};

/** Why the token endpoint and the API reject a request, in the words of the page and of `npm start -- --explain`. */
export const rejectionWords = {
  'no-token': {
    reason: 'The request has no token in its Authorization header, so the API does not know what the caller may do.',
    troubleshooting: {
      symptom: '401 without a token',
      cause: 'the header `Authorization` is missing, or the authorizer reads another header',
      remedy: 'send the access token in `Authorization`',
    },
  },
  'id-token': {
    reason:
      'An ID token says who you are, not what its bearer may do: it has no scope. The API asks for an access token.',
    troubleshooting: wrongToken,
  },
  'bad-token': {
    reason:
      'The signature does not fit what the token says, or another user pool has signed it. Only the user pool can sign a token, and the API checks that with the public key.',
    troubleshooting: wrongToken,
  },
  'no-scope': {
    reason:
      'The token is real, of this user pool and not expired, but none of its scopes is the one that the API asks for.',
    troubleshooting: wrongToken,
  },
  expired: {
    reason: 'The token was valid. After the time in its claim `exp` the API no longer accepts it.',
    troubleshooting: {
      symptom: '401 `The incoming token has expired`',
      cause: 'an access token is valid for 60 minutes',
      remedy: 'refresh it at `/oauth2/token`',
    },
  },
  'spent-code': {
    reason:
      'A code works once and for five minutes. Someone who finds it later, for example in the browser history, cannot use it.',
    troubleshooting: wrongCode,
  },
  'wrong-verifier': {
    reason:
      'The hash of this verifier is not the challenge of the authorization request. Whoever has only the code gets no tokens.',
    troubleshooting: wrongCode,
  },
} as const satisfies Readonly<Record<string, RejectionWords>>;

export type RejectionReason = keyof typeof rejectionWords;
