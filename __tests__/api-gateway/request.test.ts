import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseSettings } from '../../src/settings/environments';
import { stacksOf } from '../support/main-stacks';
import { TestRestApi } from '../support/rest-api';
import { addresses, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const root = process.cwd();
const chapter = /## Requests that a route takes\n(.*?)\n## /s.exec(
  readFileSync('src/api-gateway/README.md', 'utf8'),
)![1]!;
const schema = {
  description: 'A price such as ${price}, %{price}',
  type: 'object',
  properties: { price: { type: 'string' } },
  required: ['price'],
};

beforeAll(() => {
  process.chdir(mkdtempSync(join(tmpdir(), 'request-')));
  mkdirSync('src');
  writeFileSync('src/order.json', JSON.stringify(schema, undefined, 2));
  writeFileSync('src/order.ts', "export const handler = () => Promise.resolve({ body: 'one' });\n");
});

afterAll(() => {
  process.chdir(root);
});

const open = { public: true };
const orders = 'aws_api_gateway_method.orders_POST';
const trigger = (json: string) => resourceAt(json, 'aws_api_gateway_deployment.deployment').triggers;

function synth(routes: object): string {
  return synthApp({ routes }).apiGateway;
}

const withBody = { ...open, request: { body: 'src/order.json' }, response: { body: 'ok' } };

describe('a route with a request', () => {
  test('requires its parameters and its body, whatever the content type', () => {
    const request = { query: ['from'], headers: ['X-Request-Id'], body: 'src/order.json' };
    const json = synth({ 'POST /orders': { ...open, request, response: { body: 'ok' } } });
    expect(resourceAt(json, orders)).toMatchObject({
      request_validator_id: '${aws_api_gateway_request_validator.rest_api_body_and_parameters.id}',
      request_parameters: { 'method.request.header.X-Request-Id': true, 'method.request.querystring.from': true },
      request_models: { $default: '${aws_api_gateway_model.orders_POST_body.name}' },
    });
    const model = resourceAt(json, 'aws_api_gateway_model.orders_POST_body');
    expect(model).toMatchObject({ content_type: 'application/json', description: 'Body of POST /orders' });
    expect(model.name).toMatch(/^POSTorders[0-9a-f]{8}$/);
    // As Terraform escapes `${` and `%{`.
    expect(JSON.parse(model.schema as string)).toEqual({
      ...schema,
      description: 'A price such as $${price}, %%{price}',
    });
  });

  test('responds to a valid body that is sent as text or as a form', async () => {
    const restApi = await TestRestApi.serve(stacksOf(synthApp({ routes: { 'POST /orders': withBody } })), {});
    const post = async (type: string, body: string) => {
      const headers = { 'Content-Type': type };
      return (await restApi.call({ method: 'POST', path: '/prod/orders', headers, body })).statusCode;
    };
    for (const type of ['application/json', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded']) {
      expect([type, await post(type, '{"price": "1"}'), await post(type, '{}')]).toEqual([type, 200, 400]);
    }
  });

  test('keeps the variables of its path that an HTTP endpoint gets', () => {
    const json = synth({
      'GET /orders/{id}': { ...open, request: { query: ['from'] }, http: { url: 'https://backend.example.com/{id}' } },
    });
    expect(resourceAt(json, 'aws_api_gateway_method.orders__id__GET').request_parameters).toEqual({
      'method.request.path.id': true,
      'method.request.querystring.from': true,
    });
  });

  test('can have a function', () => {
    const json = synth({ 'POST /orders': { ...open, request: { query: ['from'] }, lambda: 'src/order.ts' } });
    expect(resourceAt(json, orders)).toMatchObject({ request_parameters: { 'method.request.querystring.from': true } });
  });

  test('shares its validator with the routes that require the same kinds', () => {
    const json = synth({
      'POST /orders': withBody,
      'PUT /orders': withBody,
      'GET /orders': { ...open, request: { query: ['from'] }, response: { body: 'ok' } },
    });
    expect(addresses(json).filter((address) => /validator|model/.test(address))).toEqual([
      'aws_api_gateway_model.orders_POST_body',
      'aws_api_gateway_model.orders_PUT_body',
      'aws_api_gateway_request_validator.rest_api_body',
      'aws_api_gateway_request_validator.rest_api_parameters',
    ]);
  });

  test('lets pages send its headers', () => {
    const request = { headers: ['X-Request-Id', 'content-type'] };
    const json = synth({ 'GET /orders': { ...open, request, response: { body: 'ok' } } });
    expect(
      resourceAt(json, 'aws_api_gateway_integration_response.orders_OPTIONS_204').response_parameters,
    ).toMatchObject({
      'method.response.header.Access-Control-Allow-Headers':
        "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent,X-Request-Id'",
    });
  });

  test('is deployed again when its schema changes, and not when its file looks different', () => {
    const before = trigger(synth({ 'POST /orders': withBody }));
    writeFileSync('src/order.json', JSON.stringify(schema));
    const same = trigger(synth({ 'POST /orders': withBody }));
    writeFileSync('src/order.json', JSON.stringify({ ...schema, required: [] }).replace(',"required":[]', ''));
    const changed = trigger(synth({ 'POST /orders': withBody }));
    expect(same).toEqual(before);
    expect(changed).not.toEqual(before);
  });
});

test('the chapter shows a schema and settings that are allowed', () => {
  const [order, settings] = [...chapter.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json!);
  mkdirSync('src/schemas');
  writeFileSync('src/schemas/order.json', order!);
  const { context } = JSON.parse(settings!) as { context: { settings: unknown } };
  expect(addresses(synthApp(context.settings).apiGateway)).toContain('aws_api_gateway_model.orders_POST_body');
});

const allowed = (text: string) => `; allowed: ${text}`;
const file = allowed(
  'the path of a .json file with a JSON schema of draft 4, of at most 409600 bytes, from the folder of the project',
);

/** The end of a report with one problem. */
const endsWith = (text: string) => new RegExp(`${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);

test.each<[name: string, request: object, problem: string]>([
  ['POST /a', {}, 'request: requires query, headers or body'],
  [
    'POST /a',
    { body: 'src/draft-7.json' },
    `request.body: src/draft-7.json: ["$schema"]: must be one of "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-04/schema", got "http://json-schema.org/draft-07/schema#"${file}`,
  ],
  [
    'GET /a',
    { body: 'src/good.json' },
    `request.body: requires a method whose requests have a body${allowed('POST, PUT, PATCH, DELETE')}`,
  ],
  ['POST /a', { body: 'src/none.json' }, `request.body: must be a file that exists, got "src/none.json"${file}`],
  ['POST /a', { body: 'src/order.yaml' }, `request.body: must be a .json file, got "src/order.yaml"${file}`],
  [
    'POST /a',
    { body: 'src/broken.json' },
    `request.body: src/broken.json is not valid JSON: line 1, column 10: Value expected${file}`,
  ],
  [
    'POST /a',
    { body: 'src/pointer.json' },
    `request.body: src/pointer.json: ["$ref"]: must lead to a schema in the same file, got "b.json"${allowed('# and a JSON pointer, such as #/definitions/item')}`,
  ],
  ['POST /a', { body: 'src/large.json' }, `request.body: must have at most 409600 bytes, got 409618${file}`],
  ['POST /a', { query: ['from', 'from'] }, 'request.query: must not have a name twice, got ["from","from"]'],
  [
    'POST /a',
    { headers: ['X-Id', 'x-id'] },
    'request.headers: must not have a name twice, in any case, got ["X-Id","x-id"]',
  ],
  [
    'POST /a',
    { query: ['page[after]'] },
    `request.query[0]: must be a name, got "page[after]"${allowed('a name of letters, digits and : . _ $ -')}`,
  ],
  [
    'POST /a',
    { headers: ['X:Y'] },
    `request.headers[0]: must be a name, got "X:Y"${allowed('a name of letters, digits and . _ $ -')}`,
  ],
])('a request of %s is not %j', (name, request, problem) => {
  writeFileSync('src/good.json', '{}');
  writeFileSync('src/draft-7.json', '{"$schema": "http://json-schema.org/draft-07/schema#"}');
  writeFileSync('src/pointer.json', '{"$ref": "b.json"}');
  writeFileSync('src/broken.json', '{"type": }');
  writeFileSync('src/large.json', JSON.stringify({ description: 'x'.repeat(400 * 1024) }));
  expect(() => parseSettings({ routes: { [name]: { ...open, request, response: { body: 'ok' } } } })).toThrow(
    endsWith(`routes["${name}"].${problem}`),
  );
});
