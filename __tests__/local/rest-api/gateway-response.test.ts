import { type Call } from '../../../src/local/rest-api/call';
import { answerError, GatewayError } from '../../../src/local/rest-api/gateway-response';
import { type GatewayResponse } from '../../../src/local/rest-api/stage';

const call: Call = {
  pathParameters: { id: 'path' },
  query: { q: 'query' },
  headers: { 'X-Header': 'header' },
  body: '',
  stageVariables: { name: 'variable' },
  context: { requestId: 'request' },
  responseOverride: { header: {} },
};

function customised(
  ...responses: readonly (Partial<GatewayResponse> & Pick<GatewayResponse, 'response_type'>)[]
): ReadonlyMap<string, GatewayResponse> {
  return new Map(
    responses.map((response) => [
      response.response_type,
      { rest_api_id: 'api', response_parameters: {}, response_templates: {}, ...response },
    ]),
  );
}

describe('a gateway response', () => {
  test.each([
    ['UNAUTHORIZED', 401, 'Unauthorized'],
    ['MISSING_AUTHENTICATION_TOKEN', 403, 'Missing Authentication Token'],
    ['UNSUPPORTED_MEDIA_TYPE', 415, 'Unsupported Media Type'],
    ['API_CONFIGURATION_ERROR', 500, 'Internal server error'],
  ] as const)('of type %s is %i %s, as JSON without a space', (type, statusCode, message) => {
    expect(answerError(new GatewayError(type), call, customised())).toMatchObject({
      statusCode,
      headers: [['Content-Type', 'application/json']],
      body: `{"message":"${message}"}`,
    });
  });

  test.each([
    ['its type', [{ response_type: 'UNAUTHORIZED', status_code: 418 }, { response_type: 'DEFAULT_4XX' }], 418],
    ['all of its kind', [{ response_type: 'DEFAULT_4XX', status_code: 499 }], 499],
    [
      'its type, which sets no status',
      [{ response_type: 'UNAUTHORIZED' }, { response_type: 'DEFAULT_4XX', status_code: 499 }],
      401,
    ],
    ['another kind', [{ response_type: 'DEFAULT_5XX', status_code: 599 }], 401],
    ['an expired signature, which a token is not', [{ response_type: 'EXPIRED_TOKEN', status_code: 418 }], 401],
  ])('is customised for %s', (_, responses, statusCode) => {
    expect(answerError(new GatewayError('UNAUTHORIZED'), call, customised(...responses)).statusCode).toBe(statusCode);
  });

  test('of the server is customised for all of its kind', () => {
    const { statusCode } = answerError(
      new GatewayError('API_CONFIGURATION_ERROR'),
      call,
      customised(
        { response_type: 'DEFAULT_4XX', status_code: 499 },
        { response_type: 'DEFAULT_5XX', status_code: 599 },
      ),
    );

    expect(statusCode).toBe(599);
  });

  test("maps headers from literals, the request, the context and the stage's variables", () => {
    const parameters = {
      Literal: "'text'",
      Header: 'method.request.header.X-Header',
      Path: 'method.request.path.id',
      Query: 'method.request.querystring.q',
      Context: 'context.requestId',
      Variable: 'stageVariables.name',
      None: 'method.request.header.x-header',
    };
    const response_parameters = Object.fromEntries(
      Object.entries(parameters).map(([name, expression]) => [`gatewayresponse.header.${name}`, expression]),
    );
    const { headers } = answerError(
      new GatewayError('UNAUTHORIZED'),
      call,
      customised({ response_type: 'DEFAULT_4XX', response_parameters }),
    );

    expect(Object.fromEntries(headers)).toEqual({
      ...{ 'Content-Type': 'application/json', Literal: 'text', Header: 'header', Path: 'path' },
      ...{ Query: 'query', Context: 'request', Variable: 'variable' },
    });
  });

  test('puts values into its template, which is no Velocity', () => {
    const template =
      '#set($x = 1)$context.error.messageString $context.error.message $context.requestId $context.none $stageVariables.name $method.request.header.X-Header $x';
    const { body, headers } = answerError(
      new GatewayError('UNAUTHORIZED'),
      call,
      customised({ response_type: 'UNAUTHORIZED', response_templates: { 'text/plain': template } }),
    );

    expect(body).toBe('#set($x = 1)"Unauthorized" Unauthorized request  variable header $x');
    expect(headers).toEqual([['Content-Type', 'text/plain']]);
  });
});
