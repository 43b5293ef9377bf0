import { createPublicKey, verify } from 'node:crypto';

import { jwtPart, pkcePair } from '../support/oauth-client';
import { type Endpoint, type Form, type Response } from './endpoint';
import { type Ask, captured, cognitoGuide, factGroup, type FactWords, NotServed, testsOf } from './fact';

const tokenEndpoint = cognitoGuide('token-endpoint');
const authorize = cognitoGuide('authorization-endpoint');
const revocation = cognitoGuide('revocation-endpoint');
const userInfo = cognitoGuide('userinfo-endpoint');
const accessToken = cognitoGuide('amazon-cognito-user-pools-using-the-access-token');
const idToken = cognitoGuide('amazon-cognito-user-pools-using-the-id-token');
const tokenRevocation = cognitoGuide('token-revocation');
const domain = testsOf('user-pool-domain');
const rejections = testsOf('rejections');
const grants = testsOf('grants');

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A rejection of the token endpoint, as JSON. */
function rejection({ status, headers, body }: Response) {
  return { status, type: headers['content-type'], error: body.error };
}

const rejected = (error: string, status = 400) => ({ status, type: /^application\/json/, error });

/** Asks the token endpoint with a code, or whatever else the form has. */
function exchanged(form: Form, error: string, authorized: Form = {}): Ask {
  return async (endpoint) => [
    rejection(await endpoint.exchange({ code: await endpoint.code(authorized), ...form })),
    rejected(error),
  ];
}

/** Reads the claims of both tokens of a sign-in. */
async function claims(endpoint: Endpoint) {
  const { access_token, id_token } = await endpoint.tokens();
  return { access: jwtPart(access_token, 1), id: jwtPart(id_token, 1) };
}

/** Tokens of a sign-in whose refresh token is revoked. */
async function revoked(endpoint: Endpoint) {
  const tokens = await endpoint.newTokens();
  const response = await endpoint.revoke({ token: tokens.refresh_token });
  return { ...tokens, response };
}

export const oauthFacts = factGroup(
  'OAuth 2.0 endpoints',
  'O',
  async (endpoint) => {
    const { status } = await endpoint.token({});
    if (status === 404 || status === 405 || status >= 500) {
      throw new NotServed(`/oauth2/token: ${status}`);
    }
  },
  [
    [
      'A code gives `access_token`, `id_token`, `refresh_token`, `token_type` Bearer and `expires_in`, and no `scope`.',
      tokenEndpoint,
      domain('responds to a code with the tokens, in this order, and does not name the scope'),
      async (endpoint) => {
        const { status, body } = await endpoint.exchange({ code: await endpoint.code() });
        return [
          { status, members: Object.keys(body).sort(), token_type: body.token_type, expires_in: body.expires_in },
          {
            status: 200,
            members: ['access_token', 'expires_in', 'id_token', 'refresh_token', 'token_type'],
            token_type: 'Bearer',
            expires_in: 3600,
          },
        ];
      },
    ],
    [
      'A code is valid once: `invalid_grant`.',
      tokenEndpoint,
      rejections('twice'),
      async (endpoint) => {
        const code = await endpoint.code();
        await endpoint.exchange({ code });
        return [rejection(await endpoint.exchange({ code })), rejected('invalid_grant')];
      },
    ],
    [
      'An unknown code: 400 `invalid_grant`.',
      tokenEndpoint,
      rejections('when it is unknown: %j'),
      async (endpoint) => [
        rejection(await endpoint.exchange({ code: '00000000-0000-4000-8000-000000000000' })),
        rejected('invalid_grant'),
      ],
    ],
    [
      'Another `redirect_uri` than that of the request to authorize: `unauthorized_client`.',
      { kind: 'captured', url: 'https://stackoverflow.com/questions/50264679' },
      rejections('%s'),
      exchanged({ redirect_uri: 'http://localhost:3000/second' }, 'unauthorized_client'),
    ],
    [
      'No `redirect_uri`: `invalid_request`.',
      tokenEndpoint,
      rejections('%s'),
      exchanged({ redirect_uri: undefined }, 'invalid_request'),
    ],
    [
      'An unknown client: 400 `invalid_client`.',
      tokenEndpoint,
      rejections('%s'),
      exchanged({ client_id: 'unknown' }, 'invalid_client'),
    ],
    [
      'No `grant_type`: `invalid_request`.',
      tokenEndpoint,
      rejections('%s'),
      exchanged({ grant_type: undefined }, 'invalid_request'),
    ],
    [
      'Another grant, such as `password`: `unsupported_grant_type`.',
      tokenEndpoint,
      rejections('%s'),
      exchanged({ grant_type: 'password' }, 'unsupported_grant_type'),
    ],
    [
      'The type of a rejection is `application/json;charset=UTF-8`.',
      tokenEndpoint,
      rejections('%s'),
      async (endpoint) => {
        const { status, headers } = await endpoint.exchange({ code: 'unknown' });
        return [
          { status, type: headers['content-type'] },
          { status: 400, type: /^application\/json; ?charset=UTF-8$/i },
        ];
      },
    ],
    [
      'With PKCE, the code and its verifier give tokens.',
      cognitoGuide('using-pkce-in-authorization-code'),
      domain('takes the verifier of the challenge'),
      async (endpoint) => {
        const { verifier, challenge } = pkcePair();
        const code = await endpoint.code({ code_challenge: challenge, code_challenge_method: 'S256' });
        return [(await endpoint.exchange({ code, code_verifier: verifier })).status, 200];
      },
    ],
    ...(
      [
        ['With PKCE, another verifier gives no tokens.', { code_verifier: pkcePair().verifier }],
        ['With PKCE, a code without its verifier gives no tokens.', {}],
      ] as const
    ).map(([words, form]): FactWords => [
      words,
      cognitoGuide('using-pkce-in-authorization-code'),
      rejections('%s'),
      async (endpoint) => {
        const { challenge } = pkcePair();
        const code = await endpoint.code({ code_challenge: challenge, code_challenge_method: 'S256' });
        const { status, body } = await endpoint.exchange({ code, ...form });
        return [
          { status, access_token: body.access_token },
          { status: 400, access_token: undefined },
        ];
      },
    ]),
    [
      'Without the scope `openid`, there is no ID token.',
      tokenEndpoint,
      domain('gives no ID token without the scope openid'),
      async (endpoint) => {
        const scope = endpoint.scopes.split(' ').find((each) => each.includes('/'));
        const { status, body } = await endpoint.exchange({ code: await endpoint.code({ scope }) });
        return [
          { status, id_token: body.id_token },
          { status: 200, id_token: undefined },
        ];
      },
    ],
    [
      'A refresh gives no other refresh token.',
      tokenEndpoint,
      domain('responds to a refresh token with new tokens but no new refresh token'),
      async (endpoint) => {
        const { refresh_token } = await endpoint.tokens();
        const { status, body } = await endpoint.refresh({ refresh_token });
        return [
          { status, members: Object.keys(body).sort() },
          { status: 200, members: ['access_token', 'expires_in', 'id_token', 'token_type'] },
        ];
      },
    ],
    [
      'A refresh keeps `auth_time` and `origin_jti`, and changes `jti`.',
      tokenRevocation,
      domain('responds to a refresh token with new tokens but no new refresh token'),
      async (endpoint) => {
        const { refresh_token, access_token } = await endpoint.tokens();
        const { body } = await endpoint.refresh({ refresh_token });
        const [before, after] = [access_token, String(body.access_token)].map((token) => jwtPart(token, 1)) as [
          Record<string, unknown>,
          Record<string, unknown>,
        ];
        return [
          { auth_time: after.auth_time, origin_jti: after.origin_jti, isNew: after.jti !== before.jti },
          { auth_time: before.auth_time, origin_jti: before.origin_jti ?? uuid, isNew: true },
        ];
      },
    ],
    [
      'An invalid refresh token: 400 `invalid_grant`.',
      captured('aws/aws-sdk-js', 3836),
      rejections('when it is %s'),
      async (endpoint) => [rejection(await endpoint.refresh({ refresh_token: 'x' })), rejected('invalid_grant')],
    ],
    [
      'A refresh without `refresh_token`: `invalid_request`.',
      tokenEndpoint,
      rejections('when it is %s'),
      async (endpoint) => [rejection(await endpoint.refresh({})), rejected('invalid_request')],
    ],
    [
      'Pages of any origin can read a response of the token endpoint.',
      cognitoGuide('cognito-user-pools-app-integration'),
      domain('forbids caching and content sniffing'),
      async (endpoint) => {
        const { headers } = await endpoint.exchange({ code: 'unknown' });
        return [headers['access-control-allow-origin'], '*'];
      },
    ],
    [
      'Client credentials give an access token alone.',
      tokenEndpoint,
      grants('give an access token alone, whose subject is the client, and which the API accepts'),
      async (endpoint) => {
        const { status, body } = await endpoint.machineTokens();
        return [
          { status, members: Object.keys(body).sort() },
          { status: 200, members: ['access_token', 'expires_in', 'token_type'] },
        ];
      },
    ],
    [
      'Client credentials with a wrong secret: `invalid_client`.',
      tokenEndpoint,
      grants('are rejected %s'),
      async (endpoint) => [rejection(await endpoint.machineTokens({ client_secret: 'x' })), rejected('invalid_client')],
    ],
    [
      'A client cannot use a grant that it does not have: `unauthorized_client`.',
      tokenEndpoint,
      grants('are rejected %s'),
      async (endpoint) => [
        rejection(
          await endpoint.machineTokens({
            grant_type: 'authorization_code',
            code: 'x',
            redirect_uri: endpoint.redirectUri,
          }),
        ),
        rejected('unauthorized_client'),
      ],
    ],
    [
      'User info has `sub`, `email`, `username`, and `email_verified` as a string.',
      userInfo,
      domain('responds with the attributes, where email_verified is a string'),
      async (endpoint) => {
        const { access_token } = await endpoint.tokens();
        const { status, body } = await endpoint.userInfo(access_token);
        const { sub, username } = jwtPart(access_token, 1);
        return [
          { status, ...body },
          { status: 200, sub, username, email: (await endpoint.user()).email, email_verified: 'true' },
        ];
      },
    ],
    [
      'User info without a token: 400, and `WWW-Authenticate` without a scheme.',
      userInfo,
      domain('rejects %s with 400 and a challenge without a scheme'),
      async (endpoint) => {
        const { status, headers } = await endpoint.userInfo();
        return [
          { status, challenge: headers['www-authenticate'] },
          {
            status: 400,
            challenge: /^error="invalid_request", *error_description="Bad OAuth2 request at UserInfo Endpoint"$/,
          },
        ];
      },
    ],
    [
      'User info does not accept tokens of `InitiateAuth`.',
      userInfo,
      testsOf('authentication')('are rejected by userInfo, which requires openid'),
      async (endpoint) => {
        const { status, body } = await endpoint.userInfo((await endpoint.apiTokens()).AccessToken);
        return [
          { isRejected: status >= 400 && status < 500, sub: body.sub },
          { isRejected: true, sub: undefined },
        ];
      },
    ],
    [
      'A revocation responds with 200 and no body.',
      revocation,
      domain('revokes a refresh token and, for Cognito, the access tokens of the same sign-in'),
      async (endpoint) => {
        const { status, text } = (await revoked(endpoint)).response;
        return [
          { status, text },
          { status: 200, text: '' },
        ];
      },
    ],
    [
      'A refresh token that is revoked: `invalid_grant`.',
      tokenEndpoint,
      rejections('after it was revoked'),
      async (endpoint) => {
        const { refresh_token } = await revoked(endpoint);
        return [rejection(await endpoint.refresh({ refresh_token })), rejected('invalid_grant')];
      },
    ],
    [
      'The access tokens of a revoked sign-in: 401 `invalid_token` from user info.',
      userInfo,
      domain('revokes a refresh token and, for Cognito, the access tokens of the same sign-in'),
      async (endpoint) => {
        const { access_token } = await revoked(endpoint);
        const { status, headers } = await endpoint.userInfo(access_token);
        return [
          { status, challenge: headers['www-authenticate'] },
          { status: 401, challenge: /^error="invalid_token"/ },
        ];
      },
    ],
    [
      'A revocation of a token that is revoked or invalid: 200.',
      revocation,
      domain('responds to an unknown token as to a revoked one'),
      async (endpoint) => {
        const { refresh_token } = await revoked(endpoint);
        return [(await endpoint.revoke({ token: refresh_token })).status, 200];
      },
    ],
    [
      'A revocation of an access token: 400 `unsupported_token_type`.',
      revocation,
      domain('rejects a token that is not a refresh token'),
      async (endpoint) => [
        rejection(await endpoint.revoke({ token: (await endpoint.tokens()).access_token })),
        rejected('unsupported_token_type'),
      ],
    ],
    [
      'A revocation without a token: 400 `invalid_request`.',
      revocation,
      domain('rejects %s'),
      async (endpoint) => [rejection(await endpoint.revoke({})), rejected('invalid_request')],
    ],
    [
      'A revocation for an unknown client: 401 `invalid_client`.',
      revocation,
      domain('rejects %s'),
      async (endpoint) => [
        rejection(await endpoint.revoke({ token: 'x', client_id: 'unknown' })),
        rejected('invalid_client', 401),
      ],
    ],
    [
      'The type of user info is `application/json;charset=UTF-8`.',
      userInfo,
      domain('responds with the attributes, where email_verified is a string'),
      async (endpoint) => {
        const { status, headers } = await endpoint.userInfo((await endpoint.tokens()).access_token);
        return [
          { status, type: headers['content-type'] },
          { status: 200, type: /^application\/json; ?charset=UTF-8$/i },
        ];
      },
    ],
  ],
);

export const tokenFacts = factGroup('Tokens and discovery', 'T', () => Promise.resolve(), [
  [
    'The header of a token has `kid` and `alg` RS256 alone.',
    accessToken,
    domain('has a header of kid and alg, and no typ'),
    async (endpoint) => {
      const { access_token, id_token } = await endpoint.tokens();
      const headers = [access_token, id_token].map((token) => jwtPart(token, 0));
      return [
        headers.map((header) => ({ members: Object.keys(header).sort(), alg: header.alg })),
        Array.from({ length: 2 }, () => ({ members: ['alg', 'kid'], alg: 'RS256' })),
      ];
    },
  ],
  [
    'The issuer is AWS’s URL of the user pool.',
    accessToken,
    domain('of access has these claims, in this order, and no audience'),
    async (endpoint) => {
      const { access, id } = await claims(endpoint);
      return [
        [access.iss, id.iss],
        [endpoint.issuer, endpoint.issuer],
      ];
    },
  ],
  [
    'An access token has `token_use` access and `client_id`, and no `aud`.',
    accessToken,
    domain('of access has these claims, in this order, and no audience'),
    async (endpoint) => [
      (await claims(endpoint)).access,
      { token_use: 'access', client_id: endpoint.clientId, aud: undefined },
    ],
  ],
  [
    'An ID token has `token_use` id and `aud`, and neither `client_id` nor `scope`.',
    idToken,
    domain('of identity has these claims, in this order, and the client as its audience'),
    async (endpoint) => [
      (await claims(endpoint)).id,
      { token_use: 'id', aud: endpoint.clientId, client_id: undefined, scope: undefined },
    ],
  ],
  [
    'Without a scope in the request, the access token has all scopes of the client.',
    authorize,
    domain("grants every scope of the client's when none is asked for"),
    async (endpoint) => [
      String((await claims(endpoint)).access.scope)
        .split(' ')
        .sort(),
      endpoint.scopes.split(' ').sort(),
    ],
  ],
  [
    'The access token has no scope that was not in the request.',
    authorize,
    domain('has exactly the scopes that were granted'),
    async (endpoint) => {
      const { access_token } = await endpoint.newTokens({ scope: 'openid' });
      return [jwtPart(access_token, 1).scope, 'openid'];
    },
  ],
  [
    'Where users sign in with an email address, `username` is the `sub`, a UUID.',
    cognitoGuide('user-pool-settings-attributes'),
    domain('never names a user by the email address'),
    async (endpoint) => {
      const { access, id } = await claims(endpoint);
      return [
        { sub: access.sub, username: access.username, inIdToken: id['cognito:username'] },
        { sub: uuid, username: access.sub, inIdToken: access.sub },
      ];
    },
  ],
  [
    'An ID token has `email`, and `email_verified` as a boolean.',
    idToken,
    domain('of identity has these claims, in this order, and the client as its audience'),
    async (endpoint) => [(await claims(endpoint)).id, { email: (await endpoint.user()).email, email_verified: true }],
  ],
  [
    'An ID token has the `nonce` of the request, and the access token has not.',
    authorize,
    domain('of identity has the nonce, and the one of access has not'),
    async (endpoint) => {
      const { access_token, id_token } = await endpoint.newTokens({ nonce: 'n-1' });
      return [
        { inIdToken: jwtPart(id_token, 1).nonce, inAccessToken: jwtPart(access_token, 1).nonce },
        { inIdToken: 'n-1', inAccessToken: undefined },
      ];
    },
  ],
  [
    'Where tokens can be revoked, both have `jti` and `origin_jti`.',
    tokenRevocation,
    domain('of access has these claims, in this order, and no audience'),
    async (endpoint) => {
      const { access, id } = await claims(endpoint);
      return [
        [access.jti, access.origin_jti, id.jti, id.origin_jti],
        [uuid, uuid, uuid, access.origin_jti ?? uuid],
      ];
    },
  ],
  [
    'Both tokens have `cognito:groups` with the groups of the user.',
    cognitoGuide('cognito-user-pools-user-groups'),
    testsOf('groups')('name the groups of the user, from the login, the API and a refresh'),
    async (endpoint) => {
      const reader = await endpoint.newUser();
      const member = { UserPoolId: endpoint.userPoolId, Username: reader.email, GroupName: 'readers' };
      await endpoint.cognito.adminAddUserToGroup(member);
      const { access_token, id_token } = await endpoint.newTokens({}, reader);
      return [[access_token, id_token].map((token) => jwtPart(token, 1)['cognito:groups']), [['readers'], ['readers']]];
    },
  ],
  [
    'The JWKS has two keys: one signs access tokens, the other ID tokens.',
    accessToken,
    domain('has a JWKS of two keys: one signs ID tokens, the other access tokens'),
    async (endpoint) => {
      const { access_token, id_token } = await endpoint.tokens();
      const { keys } = (await endpoint.document('jwks.json')) as { keys: { kid: string }[] };
      const signers = [access_token, id_token].map((token) => {
        const { kid } = jwtPart(token, 0);
        const key = keys.find((each) => each.kid === kid);
        const [header, payload, signature] = token.split('.') as [string, string, string];
        return {
          kid,
          isValid:
            key !== undefined &&
            verify(
              'RSA-SHA256',
              Buffer.from(`${header}.${payload}`),
              createPublicKey({ key: { ...key }, format: 'jwk' }),
              Buffer.from(signature, 'base64url'),
            ),
        };
      });
      return [
        {
          keys: keys.length,
          areValid: signers.every(({ isValid }) => isValid),
          kids: new Set(signers.map(({ kid }) => kid)).size,
        },
        { keys: 2, areValid: true, kids: 2 },
      ];
    },
  ],
  [
    'The discovery document is below the user pool, and has its issuer.',
    cognitoGuide('amazon-cognito-user-pools-using-tokens-verifying-a-jwt'),
    testsOf('protocol')('has %s under the ID of the pool, as on AWS'),
    async (endpoint) => [(await endpoint.document('openid-configuration')).issuer, endpoint.issuer],
  ],
  [
    'The discovery document has the endpoints of the login.',
    captured('localstack/localstack', 12914),
    domain('describes the pool with these members, in their order, and AWS’s issuer'),
    async (endpoint) => {
      const { loginUrl } = endpoint;
      return [
        await endpoint.document('openid-configuration'),
        {
          authorization_endpoint: `${loginUrl}/oauth2/authorize`,
          token_endpoint: `${loginUrl}/oauth2/token`,
          userinfo_endpoint: `${loginUrl}/oauth2/userInfo`,
        },
      ];
    },
  ],
  [
    'The discovery document has `/logout` as `end_session_endpoint`.',
    captured('localstack/localstack', 12914),
    domain('describes the pool with these members, in their order, and AWS’s issuer'),
    async (endpoint) => [
      (await endpoint.document('openid-configuration')).end_session_endpoint,
      `${endpoint.loginUrl}/logout`,
    ],
  ],
  [
    'The discovery document has a `revocation_endpoint`.',
    captured('localstack/localstack', 12914),
    domain('describes the pool with these members, in their order, and AWS’s issuer'),
    async (endpoint) => [
      (await endpoint.document('openid-configuration')).revocation_endpoint,
      `${endpoint.loginUrl}/oauth2/revoke`,
    ],
  ],
  [
    'It lists RS256, the response types code and token, four scopes, and two ways to send a secret.',
    captured('localstack/localstack', 12914),
    domain('describes the pool with these members, in their order, and AWS’s issuer'),
    async (endpoint) => [
      await endpoint.document('openid-configuration'),
      {
        id_token_signing_alg_values_supported: ['RS256'],
        response_types_supported: ['code', 'token'],
        scopes_supported: ['openid', 'email', 'phone', 'profile'],
        subject_types_supported: ['public'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      },
    ],
  ],
]);
