import { type Call } from '../../../../src/local/rest-api/call';
import { type GatewayResponse, type GatewayResponses } from '../../../../src/local/rest-api/model';
import { GatewayError, gatewayResponse } from '../../../../src/local/rest-api/responses/gateway-response';

const call: Call = {
  parameters: {
    path: new Map([['id', 'path']]),
    querystring: new Map([['q', 'query']]),
    header: new Map([['X-Header', 'header']]),
  },
  body: '',
  stageVariables: { name: 'variable' },
  context: new Map([['requestId', 'request']]),
};

function customized(responses: Readonly<Record<string, Partial<GatewayResponse>>>): GatewayResponses {
  return new Map(
    Object.entries(responses).map(([type, response]) => [
      type,
      { statusCode: undefined, parameters: {}, templates: {}, ...response },
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
    expect(gatewayResponse(new GatewayError(type), call, customized({}))).toMatchObject({
      statusCode,
      headers: [['Content-Type', 'application/json']],
      body: `{"message":"${message}"}`,
    });
  });

  test.each([
    ['its type', { UNAUTHORIZED: { statusCode: 418 }, DEFAULT_4XX: {} }, 418],
    ['all of its kind', { DEFAULT_4XX: { statusCode: 499 } }, 499],
    ['its type, which sets no status', { UNAUTHORIZED: {}, DEFAULT_4XX: { statusCode: 499 } }, 401],
    ['another kind', { DEFAULT_5XX: { statusCode: 599 } }, 401],
    ['an expired signature, which a token is not', { EXPIRED_TOKEN: { statusCode: 418 } }, 401],
  ])('is customized for %s', (_, responses, statusCode) => {
    expect(gatewayResponse(new GatewayError('UNAUTHORIZED'), call, customized(responses)).statusCode).toBe(statusCode);
  });

  test('of the server is customized for all of its kind', () => {
    const { statusCode } = gatewayResponse(
      new GatewayError('API_CONFIGURATION_ERROR'),
      call,
      customized({ DEFAULT_4XX: { statusCode: 499 }, DEFAULT_5XX: { statusCode: 599 } }),
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
    const mapped = Object.fromEntries(
      Object.entries(parameters).map(([name, expression]) => [`gatewayresponse.header.${name}`, expression]),
    );
    const { headers } = gatewayResponse(
      new GatewayError('UNAUTHORIZED'),
      call,
      customized({ DEFAULT_4XX: { parameters: mapped } }),
    );

    expect(Object.fromEntries(headers)).toEqual({
      ...{ 'Content-Type': 'application/json', Literal: 'text', Header: 'header', Path: 'path' },
      ...{ Query: 'query', Context: 'request', Variable: 'variable' },
    });
  });

  test('puts values into its template, which is not a Velocity template', () => {
    const template =
      '#set($x = 1)$context.error.messageString $context.error.message $context.requestId $context.none $stageVariables.name $method.request.header.X-Header $x';
    const { body, headers } = gatewayResponse(
      new GatewayError('UNAUTHORIZED'),
      call,
      customized({ UNAUTHORIZED: { templates: { 'text/plain': template } } }),
    );

    expect(body).toBe('#set($x = 1)"Unauthorized" Unauthorized request  variable header $x');
    expect(headers).toEqual([['Content-Type', 'text/plain']]);
  });
});
