import { Script } from 'node:vm';

import { RequestValidator } from '../../../src/local/rest-api/request-validator';
import { GatewayError } from '../../../src/local/rest-api/responses/gateway-response';
import { incomingCall } from '../../support/incoming-call';
import { TestRestApi } from '../../support/rest-api';
import { byToken, restApiStack } from '../../support/rest-api-stack';
import recorded from './recorded/request-validation.json';

const ofApi = { rest_api_id: '${aws_api_gateway_rest_api.api.id}' };
const validator = (name: string) => `\${aws_api_gateway_request_validator.${name}.id}`;
const required = {
  request_validator_id: validator('both'),
  request_parameters: {
    'method.request.querystring.qs1': true,
    // The path does not have it, as in the recording.
    'method.request.path.issuer': true,
    'method.request.header.x-header-param': true,
    'method.request.header.x-optional': false,
  },
};
const withBody = {
  request_validator_id: validator('both'),
  request_models: { 'application/json': '${aws_api_gateway_model.order.name}' },
};
const whatever = { ...withBody, request_models: { $default: '${aws_api_gateway_model.order.name}' } };
const schema = {
  type: 'object',
  properties: { a: { type: 'number' }, next: { $ref: '#' } },
  required: ['a'],
};

const stack = restApiStack('prod', {
  methods: {
    'POST /parameters': { method: required },
    'POST /query': { method: { ...required, request_parameters: { 'method.request.querystring.qs1': true } } },
    'POST /unchecked': { method: { ...required, request_validator_id: validator('body') } },
    'POST /body': {
      method: withBody,
      integration: { request_templates: { $default: '{"statusCode": 200}' } },
    },
    'POST /whatever': { method: whatever },
    'POST /empty': { method: { ...withBody, request_models: { 'application/json': 'Empty' } } },
    'POST /unchecked-body': { method: { ...withBody, request_validator_id: validator('parameters') } },
    'POST /protected': { method: { ...byToken(), ...whatever } },
  },
  resource: {
    aws_api_gateway_request_validator: {
      both: { ...ofApi, name: 'both', validate_request_body: true, validate_request_parameters: true },
      body: { ...ofApi, name: 'body', validate_request_body: true },
      parameters: { ...ofApi, name: 'parameters', validate_request_parameters: true },
    },
    aws_api_gateway_model: {
      order: { ...ofApi, name: 'order', content_type: 'application/json', schema: JSON.stringify(schema) },
    },
  },
});

let restApi: TestRestApi;
beforeAll(async () => {
  restApi = await TestRestApi.serve([stack], {});
});

interface Sent {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function post(path: string, { query = '', headers = {}, body = '' }: Sent = {}) {
  const response = await restApi.call({ method: 'POST', path: `/prod/${path}${query}`, headers, body });
  return { status: response.statusCode, body: response.body, type: response.headers['x-amzn-errortype'] };
}

describe('the response is as it was recorded', () => {
  const [parameters, body] = recorded as [(typeof recorded)[0], (typeof recorded)[1]];

  test('for missing parameters', async () => {
    const { status, body: text } = await post('parameters');
    expect({ status, body: JSON.parse(text) as unknown }).toEqual({
      status: parameters.status,
      body: parameters.body_json,
    });
    expect((await post('query')).body).toBe('{"message":"Missing required request parameters: [qs1]"}');
  });

  test.each([
    ['another body', { body: '{"test": "test"}' }],
    ['no body', {}],
    ['no body of JSON', { headers: { 'Content-Type': 'application/json' } }],
  ])('for %s', async (_, sent) => {
    const { status, body: text } = await post('body', sent);
    expect({ status, body: JSON.parse(text) as unknown }).toEqual({ status: body.status, body: body.body_json });
  });
});

test.each<[string, string, Sent, number]>([
  ['a blank query parameter is missing', 'query', { query: '?qs1=' }, 400],
  ['a query parameter is there', 'query', { query: '?qs1=0' }, 200],
  ['a validator of bodies checks no parameter', 'unchecked', {}, 200],
  ['a body has its schema', 'body', { body: '{"a": 1}' }, 200],
  ['a body is nested too deeply', 'body', { body: '{"a":1,"next":'.repeat(5000) + '1' + '}'.repeat(5000) }, 400],
  ['a body is not JSON', 'body', { body: 'a=1' }, 400],
  ['a body of another type has no model', 'body', { body: 'x', headers: { 'Content-Type': 'text/plain' } }, 200],
  ['the default model is for every type', 'whatever', { body: 'x', headers: { 'Content-Type': 'text/plain' } }, 400],
  ['the default model is for JSON', 'whatever', { body: '{"a": 1}' }, 200],
  ['the model Empty takes any object', 'empty', { body: '{}' }, 200],
  ['a missing body is an empty object', 'empty', {}, 200],
  ['the model Empty takes no list', 'empty', { body: '[]' }, 400],
  ['a validator of parameters checks no body', 'unchecked-body', { body: 'x' }, 200],
])('%s', async (_, path, sent, status) => {
  expect(await post(path, sent)).toMatchObject({ status });
});

test('a body takes too long for its schema', () => {
  const messages: string[] = [];
  const requirements = {
    parameters: [],
    bodies: { 'application/json': { properties: { a: { pattern: '^(a+)+$' } } } },
  };
  const requestValidator = new RequestValidator(requirements, (message) => messages.push(message), 10);
  const call = incomingCall('/stage/orders', { body: `{"a": "${'a'.repeat(40)}!"}` });
  expect(() => {
    requestValidator.assertValid(call);
  }).toThrow(new GatewayError('BAD_REQUEST_BODY'));
  expect(messages).toEqual([expect.stringMatching(/takes longer than 10 ms to check$/)]);
});

test('the check of a body can take a second', () => {
  const run = jest.spyOn(Script.prototype, 'runInContext');
  const requestValidator = new RequestValidator(
    { parameters: [], bodies: { 'application/json': {} } },
    () => undefined,
  );
  requestValidator.assertValid(incomingCall('/stage/orders', { body: '{}' }));
  expect(run).toHaveBeenCalledWith(expect.anything(), { timeout: 1000 });
  run.mockRestore();
});

test('the names of headers are compared with their case', async () => {
  const missing = (name: string) => post('parameters', { query: '?qs1=1', headers: { [name]: 'x' } });
  expect((await missing('x-header-param')).body).toBe('{"message":"Missing required request parameters: [issuer]"}');
  expect((await missing('X-Header-Param')).body).toBe(
    '{"message":"Missing required request parameters: [x-header-param, issuer]"}',
  );
});

test('a token is required before a valid request', async () => {
  expect(await post('protected', { body: 'x' })).toMatchObject({ status: 401, type: 'UnauthorizedException' });
  expect(await post('whatever', { body: 'x' })).toMatchObject({ status: 400, type: 'BadRequestException' });
});
