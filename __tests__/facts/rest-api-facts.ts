import { type Endpoint } from './endpoint';
import { apiGatewayGuide, type Ask, captured, cognitoGuide, factGroup, NotServed, testsOf } from './fact';

const authorizer = apiGatewayGuide('apigateway-enable-cognito-user-pool');
const restApi = testsOf('rest-api');
const keptOut = restApi('keeps out %s');
const unauthorized = { status: 401, body: { message: 'Unauthorized' } };

/** Calls the protected route with a token. */
function calls(token: (endpoint: Endpoint) => Promise<string>, expected: object): Ask {
  return async (endpoint) => [await endpoint.call('/orders', { token: await token(endpoint) }), expected];
}

const accessToken = async (endpoint: Endpoint) => (await endpoint.tokens()).access_token;

export const restApiFacts = factGroup(
  'REST API',
  'A',
  async (endpoint) => {
    const { status } = await endpoint.call('/orders');
    if (status === 404 || status >= 500) {
      throw new NotServed(`GET /orders: ${status}`);
    }
  },
  [
    [
      'No token: 401 `{"message":"Unauthorized"}`.',
      apiGatewayGuide('supported-gateway-response-types'),
      keptOut,
      async (endpoint) => [await endpoint.call('/orders'), unauthorized],
    ],
    [
      'A call without a path: 403 `{"message":"Missing Authentication Token"}`, never 404.',
      captured('aws/chalice', 12),
      restApi('gets the error for a missing token, before a token is verified'),
      async (endpoint) => [
        await endpoint.call('/unknown'),
        { status: 403, body: { message: 'Missing Authentication Token' } },
      ],
    ],
    [
      'The error is in the header `x-amzn-ErrorType`, next to `x-amzn-RequestId` and `x-amz-apigw-id`.',
      captured('brain-power/Brain-Power-Amazon-Fidgetology', 29),
      restApi("sends API Gateway's headers in its order and with its names"),
      async (endpoint) => [
        (await endpoint.call('/unknown')).headers,
        {
          'content-type': 'application/json',
          'x-amzn-errortype': 'MissingAuthenticationTokenException',
          'x-amzn-requestid': /./,
          'x-amz-apigw-id': /./,
        },
      ],
    ],
    [
      'An HTTP method that the path does not have: 403, never 405.',
      {
        kind: 'captured',
        url: 'https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/apigateway/test_apigateway_common.py',
      },
      restApi('gets 403 and never 404 or 405: %s'),
      async (endpoint) => [
        await endpoint.call('/orders', { method: 'DELETE' }),
        { status: 403, body: { message: 'Missing Authentication Token' } },
      ],
    ],
    [
      'With an `Authorization` header, the same call is read as a signature: `IncompleteSignatureException`.',
      captured('awslabs/time-addressable-media-store', 8),
      restApi('has its Authorization header read as a signature'),
      async (endpoint) => {
        const { status, headers, body } = await endpoint.call('/unknown', { token: 'Bearer xyz' });
        return [
          { status, type: headers['x-amzn-errortype'], message: body.message },
          {
            status: 403,
            type: 'IncompleteSignatureException',
            message: /^Invalid key=value pair \(missing equal-sign\) in Authorization header/,
          },
        ];
      },
    ],
    [
      '`X-HTTP-Method-Override` overrides the HTTP method.',
      apiGatewayGuide('api-gateway-known-issues'),
      restApi('gets 403 and never 404 or 405: %s'),
      async (endpoint) => [
        await endpoint.call('/orders', { headers: { 'X-HTTP-Method-Override': 'DELETE' } }),
        { status: 403 },
      ],
    ],
    [
      'An access token with the scope gets the response of the mock integration.',
      authorizer,
      restApi('lets in an access token %s'),
      calls(accessToken, { status: 200, body: { message: 'all orders' } }),
    ],
    [
      'The token can be after `Bearer`.',
      captured('awslabs/nx-plugin-for-aws', 828),
      restApi('lets in an access token %s'),
      calls(async (endpoint) => `Bearer ${await accessToken(endpoint)}`, { status: 200 }),
    ],
    [
      'An access token without a scope of the method: 401.',
      authorizer,
      keptOut,
      calls(async (endpoint) => (await endpoint.newTokens({ scope: 'openid' })).access_token, unauthorized),
    ],
    [
      'An access token of `InitiateAuth`, which has no scope of the method: 401.',
      authorizer,
      testsOf('authentication')(
        'do not allow calls of the protected resource, which requires a custom scope; those of the hosted login do',
      ),
      calls(async (endpoint) => (await endpoint.apiTokens()).AccessToken, unauthorized),
    ],
    [
      'An ID token where the method has scopes: 401.',
      authorizer,
      keptOut,
      calls(async (endpoint) => (await endpoint.tokens()).id_token, unauthorized),
    ],
    ['A string that is not a token: 401.', authorizer, keptOut, calls(() => Promise.resolve('garbage'), unauthorized)],
    [
      'A token whose claims were changed: 401.',
      authorizer,
      keptOut,
      calls(async (endpoint) => {
        const [header, claims, signature] = (await accessToken(endpoint)).split('.') as [string, string, string];
        const changed = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), sub: 'x' };
        return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
      }, unauthorized),
    ],
    [
      'A token of a client for itself passes with its scope.',
      cognitoGuide('cognito-user-pools-define-resource-servers'),
      testsOf('grants')('give an access token alone, whose subject is the client, and which the API accepts'),
      calls((endpoint) => endpoint.machineToken(), { status: 200 }),
    ],
    [
      'A token that is revoked passes until it expires.',
      cognitoGuide('token-revocation'),
      testsOf('user-pool-domain')('leaves the API open to those access tokens, since API Gateway only reads them'),
      calls(
        async (endpoint) => {
          const { access_token, refresh_token } = await endpoint.newTokens();
          await endpoint.revoke({ token: refresh_token });
          return access_token;
        },
        { status: 200 },
      ),
    ],
    [
      'A preflight needs no token, and gets the CORS headers of its mock integration with 204.',
      apiGatewayGuide('how-to-cors'),
      restApi('responds to the preflight of %s without a token'),
      async (endpoint) => {
        const headers = { Origin: 'http://localhost:3000', 'Access-Control-Request-Method': 'GET' };
        const { status, headers: got } = await endpoint.call('/orders', { method: 'OPTIONS', headers });
        return [
          { status, ...got },
          {
            status: 204,
            'access-control-allow-origin': '*',
            'access-control-allow-methods': 'OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD',
            'access-control-allow-headers':
              'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent',
          },
        ];
      },
    ],
    [
      'A gateway response of `DEFAULT_4XX` adds its headers to a 401.',
      apiGatewayGuide('api-gateway-gatewayResponse-definition'),
      keptOut,
      async (endpoint) => {
        const { status, headers } = await endpoint.call('/orders');
        return [
          { status, origin: headers['access-control-allow-origin'] },
          { status: 401, origin: '*' },
        ];
      },
    ],
    [
      'A required parameter that is missing: 400 `Missing required request parameters: [from]`.',
      {
        kind: 'captured',
        url: 'https://github.com/localstack/localstack/blob/v4.14.0/tests/aws/services/apigateway/test_apigateway_api.py',
      },
      testsOf('request-validator')('for missing parameters'),
      async (endpoint) => [
        await endpoint.call('/status'),
        { status: 400, body: { message: 'Missing required request parameters: [from]' } },
      ],
    ],
    [
      'A route without an authorizer needs no token.',
      apiGatewayGuide('how-to-mock-integration'),
      testsOf('from-terraform')('has the tree of its resources'),
      async (endpoint) => [
        await endpoint.call('/status?from=x'),
        { status: 200, body: { message: 'ok' }, headers: { 'content-type': 'application/json' } },
      ],
    ],
  ],
);
