import { readStages, restApiResources } from '../../../src/local/rest-api/from-terraform';
import { PredictedState } from '../../../src/local/terraform/predicted-state';
import { combineStates } from '../../../src/local/terraform/terraform-state';
import { findUnserved } from '../../../src/local/terraform/unserved';
import { byToken, restApiStack, type RestApiArguments } from '../../support/rest-api-stack';

function read(api: RestApiArguments) {
  return readStages(new PredictedState([restApiStack('prod', api)]));
}

/** Defines an API whose method has a validator of bodies. */
function validated(method: object, model: object): RestApiArguments {
  const ofApi = { rest_api_id: '${aws_api_gateway_rest_api.api.id}' };
  const validator = { ...ofApi, name: 'body', validate_request_body: true };
  const id = '${aws_api_gateway_request_validator.body.id}';
  return {
    methods: { 'GET /a': { method: { ...method, request_validator_id: id } } },
    resource: {
      aws_api_gateway_request_validator: { body: validator },
      aws_api_gateway_model: { order: { ...ofApi, name: 'other', ...model } },
    },
  };
}

describe('a stage', () => {
  test('has the tree of its resources', () => {
    const [stage] = read({ methods: { 'GET /a/{b}': {}, 'ANY /a': {}, 'OPTIONS /': {} } });

    expect(stage).toMatchObject({
      name: 'prod',
      root: { path: '/', children: [{ path: '/a', children: [{ path: '/a/{b}', children: [] }] }] },
    });
    expect([...stage!.root.methods.keys(), ...stage!.root.children[0]!.methods.keys()]).toEqual(['OPTIONS', 'ANY']);
  });

  test.each<[string, RestApiArguments, string]>([
    [
      'a method has an authorizer that is none',
      { methods: { 'GET /a': { method: { ...byToken(), authorizer_id: 'abc123' } } } },
      'aws_api_gateway_method.GET_a: authorizer_id: must be the ID of an authorizer, got abc123',
    ],
    [
      'an authorizer has an expression that is none',
      { authorizer: { identity_validation_expression: '(' } },
      'aws_api_gateway_authorizer.authorizer: identity_validation_expression: must be a regular expression, got (',
    ],
    [
      'a method has a validator that is none',
      { methods: { 'GET /a': { method: { request_validator_id: 'abc' } } } },
      'aws_api_gateway_method.GET_a: request_validator_id: must be the ID of a validator, got abc',
    ],
    [
      'a method has a model that is none',
      validated({ request_models: { $default: 'Order' } }, {}),
      'aws_api_gateway_method.GET_a: request_models: must be names of models, got Order',
    ],
    [
      'a model is a schema of a later draft',
      validated({ request_models: { $default: 'Order' } }, { name: 'Order', schema: '{"const": 1}' }),
      'aws_api_gateway_model.order: schema: const: is a keyword of a later draft',
    ],
    [
      'a method has no integration',
      {
        resource: {
          aws_api_gateway_method: {
            lonely: {
              rest_api_id: '${aws_api_gateway_rest_api.api.id}',
              resource_id: '${aws_api_gateway_rest_api.api.root_resource_id}',
              http_method: 'GET',
              authorization: 'NONE',
            },
          },
        },
      },
      'aws_api_gateway_method.lonely: requires an integration, without which API Gateway does not deploy the API',
    ],
    [
      'a response maps a header that the method response does not declare',
      {
        methods: { 'GET /a': { responses: { 200: { response_parameters: { 'method.response.header.X': "'x'" } } } } },
        resource: {
          aws_api_gateway_method_response: {
            GET_a_200: {
              rest_api_id: '${aws_api_gateway_rest_api.api.id}',
              resource_id: '${aws_api_gateway_resource._a.id}',
              http_method: 'GET',
              status_code: '200',
            },
          },
        },
      },
      'aws_api_gateway_integration_response.GET_a_200: method.response.header.X: must be declared in the method response',
    ],
  ])('cannot be served when %s', (_, api, message) => {
    expect(() => read(api)).toThrow(message);
  });

  test('can be that of a deployment', () => {
    const rest_api_id = '${aws_api_gateway_rest_api.api.id}';
    const { terraform, name } = restApiStack('prod', {
      methods: { 'GET /a': {} },
      resource: { aws_api_gateway_deployment: { v1: { rest_api_id, stage_name: 'v1' }, v2: { rest_api_id } } },
    });
    const resource = { ...terraform.resource, aws_api_gateway_stage: {} };
    const stages = readStages(new PredictedState([{ name, terraform: { ...terraform, resource } }]));
    expect(stages).toMatchObject([{ name: 'v1', urls: [expect.stringMatching(/amazonaws\.com\/v1$/)] }]);
  });

  test("cannot have another stage's name, since all share a port", () => {
    const stacks = [restApiStack('prod'), { ...restApiStack('prod'), name: 'another' }];

    expect(() => readStages(new PredictedState(stacks))).toThrow(
      'aws_api_gateway_stage.stage: stage_name: must differ from that of aws_api_gateway_stage.stage, because all stages share one port here',
    );
  });

  test('cannot have a path of more parts than an API can have resources', () => {
    const deep = (parts: number) => read({ methods: { [`GET ${'/a'.repeat(parts)}`]: {} } });

    expect(() => deep(300)).not.toThrow();
    expect(() => deep(301)).toThrow('has a path of more than 300 parts');
  });

  test('cannot have resources with the same ID, with which one could contain itself', () => {
    const state = new PredictedState([restApiStack('prod', { methods: { 'GET /a': {} } })]);

    expect(() => readStages(combineStates([state, state]))).toThrow(
      /^aws_api_gateway_resource\.\w+: id: must differ from those of other resources of the API, got \w+$/,
    );
  });
});

describe('what API Gateway does and this does not', () => {
  const method = (more: Readonly<Record<string, unknown>>) => ({ methods: { 'GET /a': { method: more } } });
  const integration = (more: Readonly<Record<string, unknown>>) => ({ methods: { 'GET /a': { integration: more } } });
  const resource = (type: string) => ({ resource: { [type]: { one: {} } } });

  test.each<[RestApiArguments, string]>([
    [method({ authorization: 'OF_TOMORROW' }), 'aws_api_gateway_method.GET_a: authorization'],
    [{ authorizer: { type: 'OF_TOMORROW' } }, 'aws_api_gateway_authorizer.authorizer: type'],
    [integration({ type: 'OF_TOMORROW' }), 'aws_api_gateway_integration.GET_a: type'],
    [integration({ of_the_future: 1 }), 'aws_api_gateway_integration.GET_a: of_the_future'],
    [resource('aws_api_gateway_rest_api_policy'), 'aws_api_gateway_rest_api_policy.one'],
    [
      {
        resource: { aws_api_gateway_domain_name: { one: { domain_name: 'a.example', mutual_tls_authentication: {} } } },
      },
      'aws_api_gateway_domain_name.one: mutual_tls_authentication',
    ],
  ])('is rejected where AWS would keep someone out: %j', (api, what) => {
    const unserved = findUnserved(new PredictedState([restApiStack('prod', api)]), withUserPool);

    expect(unserved).toContainEqual({ what, support: 'rejected' });
  });

  test.each<[RestApiArguments, string, string]>([
    [method({ authorization: 'AWS_IAM' }), 'aws_api_gateway_method.GET_a: authorization', 'AWS_IAM is not served'],
    [method({ authorization: 'CUSTOM' }), 'aws_api_gateway_method.GET_a: authorization', 'CUSTOM is not served'],
    [method({ api_key_required: true }), 'aws_api_gateway_method.GET_a: api_key_required', 'API keys are not served'],
    [
      {
        ...method(byToken('openid')),
        authorizer: { type: 'TOKEN', authorizer_uri: '${var.uri}', provider_arns: null },
      },
      'aws_api_gateway_authorizer.authorizer: type',
      'its type or identity_source is not served',
    ],
    [
      { ...method(byToken('openid')), authorizer: { identity_source: 'method.request.header.A,context.stage' } },
      'aws_api_gateway_authorizer.authorizer: identity_source',
      'its type or identity_source is not served',
    ],
    [integration({ type: 'AWS', uri: '${var.uri}' }), 'aws_api_gateway_integration.GET_a: type', 'AWS is not served'],
    [
      integration({ type: 'HTTP_PROXY', uri: '${var.uri}', connection_type: 'VPC_LINK', connection_id: '${var.id}' }),
      'aws_api_gateway_integration.GET_a: connection_type',
      'VPC_LINK is not served',
    ],
  ])('is listed where its route lets nobody in: %j', (api, what, reason) => {
    expect(findUnserved(new PredictedState([restApiStack('prod', api)]), withUserPool)).toEqual([
      { what, support: 'listed' },
    ]);
    const { authorization, integration } = read(api)[0]!.root.children[0]!.methods.get('GET')!;
    expect(authorization ?? integration).toMatchObject({ unserved: expect.stringContaining(reason) as string });
  });

  test('is ignored where it does not affect who can call', () => {
    const api = { stage: { xray_tracing_enabled: true, tags: { a: 'b' } }, ...resource('aws_sqs_queue') };

    expect(findUnserved(new PredictedState([restApiStack('prod', api)]), withUserPool)).toEqual([
      { what: 'aws_api_gateway_stage.stage: xray_tracing_enabled', support: 'listed' },
    ]);
  });

  test.each([
    [{ throttling_rate_limit: 10, throttling_burst_limit: 5 }, []],
    [{ throttling_rate_limit: 10, logging_level: 'OFF', metrics_enabled: false, data_trace_enabled: false }, []],
    [{ logging_level: 'ERROR' }, ['settings']],
    [{ metrics_enabled: true }, ['settings']],
    [{ caching_enabled: true }, ['settings']],
  ])('of the settings of methods, only throttling is served: %j', (settings, ignored) => {
    const of_stage = { rest_api_id: 'api', stage_name: 'prod', method_path: '*/*', settings };
    const api = { resource: { aws_api_gateway_method_settings: { all: of_stage } } };

    expect(findUnserved(new PredictedState([restApiStack('prod', api)]), withUserPool)).toEqual(
      ignored.map((name) => ({ what: `aws_api_gateway_method_settings.all: ${name}`, support: 'listed' })),
    );
  });

  test('a web ACL is listed as not served, because it does not decide who can call', () => {
    expect(
      findUnserved(new PredictedState([restApiStack('prod', resource('aws_wafv2_web_acl_association'))]), withUserPool),
    ).toEqual([{ what: 'aws_wafv2_web_acl_association.one', support: 'listed' }]);
  });

  test('does not list what this API uses', () => {
    const api = { methods: { 'GET /a': { method: byToken('a/b') } } };

    expect(findUnserved(new PredictedState([restApiStack('prod', api)]), withUserPool)).toEqual([]);
  });

  const withUserPool = { ...restApiResources, aws_cognito_user_pool: 'served' } as const;
});
