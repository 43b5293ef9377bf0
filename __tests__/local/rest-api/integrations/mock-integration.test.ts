import { type Call } from '../../../../src/local/rest-api/call';
import {
  chooseRequestTemplate,
  chooseResponse,
  MockIntegration,
  readStatusCode,
} from '../../../../src/local/rest-api/integrations/mock-integration';
import { forMediaType } from '../../../../src/local/rest-api/media-types';

describe('the statusCode of what a request template yields', () => {
  test.each([
    ['{"statusCode": 200}', 200],
    ["{ 'statusCode': 200 }", 200],
    ['{ statusCode: 200 }', 200],
    ['\n{ "statusCode" : 200 }\n\n', 200],
    ["{'statusCode': 200, '': ''}", 200],
    ['{"statusCode": 200,}', 200],
    ['{ statusCode: 200, junk and more }', 200],
    ["{ 'message': 'hello', 'statusCode': 200 }", 200],
    ['{"nested": {"statusCode": 500}, "statusCode": 200}', 200],
    ['{"statusCode": 0}', 0],
    ['{"statusCode": -1000}', -1000],
  ])('is read from %j', (text, status) => {
    expect(readStatusCode(text)).toBe(status);
  });

  test.each([
    '',
    'null',
    '[]',
    '200',
    '"statusCode": 200',
    '{"statusCode": "200"}',
    "{ 'statusCode': '200' }",
    '{"statusCode": 200.5}',
    '{ statusCode: 200.5 }',
    '{"statusCode": null}',
    '{"statusCode": 200',
    '{ statusCode: 200',
    'statusCode: 200 }',
    `{ 'statusCode": 200 }`,
    `{ 'statusCode: 200 }`,
    '{ statuscode: 200 }',
    '{ notstatusCode: 200 }',
    '{"nested": {"statusCode": 200}}',
  ])('is not there in %j', (text) => {
    expect(readStatusCode(text)).toBeUndefined();
  });

  test('is looked for in a long string in less than ten seconds, and not in minutes', () => {
    const begin = Date.now();
    expect(readStatusCode(`{${'statusCode:1.,'.repeat(50_000)}}`)).toBeUndefined();
    expect(readStatusCode(`{${',  \n'.repeat(100_000)}}`)).toBeUndefined();
    expect(Date.now() - begin).toBeLessThan(10_000);
  });
});

describe('the request template', () => {
  const templates = { 'application/json': 'json', 'text/xml': 'xml' };

  test.each([
    ['JSON when the request names no media type', undefined, 'json'],
    ["the request's media type, without its parameters", 'text/xml; charset=utf-8', 'xml'],
    ['none for another media type, and the body passes as it is', 'text/plain', 'passthrough'],
  ])('is %s', (_, contentType, expected) => {
    expect(chooseRequestTemplate(templates, contentType, 'WHEN_NO_MATCH')).toBe(expected);
  });

  test.each([
    ['WHEN_NO_TEMPLATES', templates],
    ['NEVER', templates],
    ['NEVER', {}],
  ] as const)('is asked for with %s and %j', (behavior, available) => {
    expect(() => chooseRequestTemplate<string>(available, 'text/plain', behavior)).toThrow('Unsupported Media Type');
  });

  test('is not asked for with WHEN_NO_TEMPLATES when there are none', () => {
    expect(chooseRequestTemplate({}, 'text/plain', 'WHEN_NO_TEMPLATES')).toBe('passthrough');
  });
});

describe('the integration response', () => {
  const response = (statusCode: number, pattern?: string) => ({
    statusCode,
    selectionPattern: pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`),
  });
  const responses = [response(204), response(400, '4\\d\\d'), response(404, '4\\d\\d'), response(500, '5.*')];

  test.each([
    ['the first whose pattern matches', 403, 400],
    ['of several the one of that very status', 404, 404],
    ['the one without a pattern for any other', 200, 204],
  ])('is %s', (_, status, expected) => {
    expect(chooseResponse(responses, status)?.statusCode).toBe(expected);
  });

  test('is none when no pattern matches and each has one', () => {
    expect(chooseResponse([response(400, '4\\d\\d')], 200)).toBeUndefined();
  });
});

test.each([
  ['the first media type that the client accepts', 'text/xml;q=0.5, application/json', 'xml'],
  ['JSON when that is not there', 'text/html, text/xml', 'json'],
  ['JSON when the client says nothing', undefined, 'json'],
])('the response template is that of %s', (_, accept, expected) => {
  expect(forMediaType({ 'text/xml': 'xml', 'application/json': 'json' }, accept)).toBe(expected);
});

test('without a response template for JSON, the first one is used', () => {
  expect(forMediaType({ 'text/xml': 'xml', 'text/html': 'html' }, 'image/png')).toBe('xml');
  expect(forMediaType({}, 'image/png')).toBeUndefined();
});

describe('a mock integration that yields nothing', () => {
  const call: Call = {
    parameters: { path: new Map(), querystring: new Map(), header: new Map() },
    ...{ body: '', stageVariables: {}, context: new Map() },
  };
  const response = { statusCode: 400, parameters: {}, templates: {}, selectionPattern: /^4\d\d$/ };

  test.each([
    [
      'a template without a status',
      '{}',
      'Unable to parse statusCode. It should be an integer that is defined in the request template.',
    ],
    [
      'a status that no response is for',
      '{"statusCode": 200}',
      'No match for output mapping and no default output mapping configured, got 200.',
    ],
  ])("responds with 500 and tells the API's owner why: %s", (_, template, details) => {
    const integration = new MockIntegration({
      type: 'MOCK',
      passthroughBehavior: 'WHEN_NO_MATCH',
      requestTemplates: { 'application/json': template },
      responses: [response],
    });

    expect(() => integration.respond(call)).toThrow(
      expect.objectContaining({ type: 'API_CONFIGURATION_ERROR', message: 'Internal server error', details }) as Error,
    );
  });
});
