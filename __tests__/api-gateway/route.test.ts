import { DefaultTokenResolver, StringConcat, TerraformStack, Testing, Token, Tokenization } from 'cdktf';

import { escapeTerraform, jsonTemplate } from '../../src/api-gateway/mapping-template';
import { type Call } from '../../src/local/rest-api/call';
import { fromPlain, type Value } from '../../src/local/rest-api/mapping-template/java';
import { MappingTemplate } from '../../src/local/rest-api/mapping-template/mapping-template';
import { parseSettings } from '../../src/settings/environments';
import { PredictedState } from '../../src/local/terraform/predicted-state';
import { type Arguments, parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const call: Call = {
  parameters: { path: new Map([['id', 'a "quoted" id']]), querystring: new Map(), header: new Map() },
  body: '',
  stageVariables: {},
  context: fromPlain({ requestId: 'request' }) as Map<string, Value>,
};

function settingsOf(response: object): object {
  return { routes: { 'GET /a/{id}': { scopes: ['openid'], response } } };
}

/** Returns the body with which a route responds, after Terraform and API Gateway have evaluated it. */
function bodyOf(response: object): string {
  const { cognito, apiGateway } = synthApp(settingsOf(response));
  const state = new PredictedState([
    { name: 'CognitoStack', terraform: parse(cognito) as never },
    { name: 'ApiGatewayStack', terraform: parse(apiGateway) as never },
  ]);
  const { attributes } = state
    .resources('aws_api_gateway_integration_response')
    .find(({ attributes }) => attributes.status_code === '200')!;
  const { 'application/json': template } = attributes.response_templates as Record<string, string>;
  return new MappingTemplate(template!).render(call, '');
}

describe('the body of a mock response', () => {
  test('is what the settings say, whatever it has that Velocity or Terraform would evaluate', () => {
    const body = [
      { text: 'price $5 #1 #end ## comment' },
      '#set($x = ',
      '$context.requestId $!{x} \\$x \\#if #[[x]]# #* x *#',
      '${aws_cognito_user_pool.user_pool.id} $${x} %{if true} %%{x} 100%',
      { '$name #key ${x}': ['"', '\\', '\\u0024', '\u2028', null, 1, true] },
    ];
    expect(JSON.parse(bodyOf({ body }))).toEqual(body);
  });

  test('is written as plain JSON unless a character has a meaning in a template', () => {
    expect(bodyOf({ body: { message: 'Hello, 100%' } })).toBe('{"message":"Hello, 100%"}');
  });
});

test('a token of CDKTF in a body or a template becomes a reference', () => {
  const token = Token.asString({ resolve: () => '${aws_x.one.id}' });
  const resolve = (text: string): unknown => {
    const scope = new TerraformStack(Testing.app(), 'Stack');
    return Tokenization.resolve(text, {
      scope,
      resolver: new DefaultTokenResolver(new StringConcat()),
      preparing: false,
    });
  };
  expect(resolve(jsonTemplate({ id: token, price: '$1' }))).toBe('{"id":"${aws_x.one.id}","price":"\\u00241"}');
  expect(resolve(escapeTerraform(`${token} \${x}`))).toBe('${aws_x.one.id} $${x}');
});

describe('the body template of a mock response', () => {
  test('is evaluated by API Gateway at each call, and not by Terraform', () => {
    expect(bodyOf({ bodyTemplate: '$context.requestId, ${context.requestId}, %{x}' })).toBe('request, request, %{x}');
  });

  test('can escape what it takes from the request, as the settings describe', () => {
    const bodyTemplate = '{"id": "$util.escapeJavaScript($input.params(\'id\'))"}';
    expect(JSON.parse(bodyOf({ bodyTemplate }))).toEqual({ id: 'a "quoted" id' });
  });

  test.each([
    ['', 'must have 1 to 307200 characters'],
    ['#set($x = ', 'syntax error: expected a value in line 1, column 11'],
    ['{\n  "a": "${b"\n}', 'syntax error: expected } in line 2, column 12'],
    ['{\n  "a": $input.params(\'id\n}', 'syntax error: expected a value in line 2, column 22'],
    ['#if($a) b', 'syntax error: #if without #end in line 1, column 1'],
    ['#if($a) b #end #end', 'syntax error: #end without a block in line 1, column 16'],
  ])('cannot be %j', (bodyTemplate, problem) => {
    expect(() => parseSettings(settingsOf({ bodyTemplate }))).toThrow(
      `routes["GET /a/{id}"].response.bodyTemplate: ${problem}`,
    );
  });

  test('can have blocks, comments and text that Velocity does not evaluate', () => {
    const bodyTemplate = '#foreach($x in [1, 2])#if($x == 1)a#else b#end#end ## comment\n#[[ #end $ ]]#';
    expect(() => parseSettings(settingsOf({ bodyTemplate }))).not.toThrow();
  });

  test('replaces the body: a response has one of the two', () => {
    expect(() => parseSettings(settingsOf({}))).toThrow('response.body: is required; allowed: body or bodyTemplate');
    expect(() => parseSettings(settingsOf({ body: {}, bodyTemplate: 'x' }))).toThrow(
      'response.bodyTemplate: conflicts with body',
    );
  });
});

describe('a mock response whose status code has no content', () => {
  const responseAt = (statusCode: number): Arguments =>
    resourceAt(
      synthApp(settingsOf({ statusCode })).apiGateway,
      `aws_api_gateway_integration_response.a__id__GET_${statusCode}`,
    );

  test.each([204, 205, 304])('has neither a body nor its media type: %d', (statusCode) => {
    expect(responseAt(statusCode)).not.toHaveProperty('response_templates');
    expect(responseAt(statusCode).response_parameters).toEqual({
      'method.response.header.Access-Control-Allow-Origin': "'*'",
    });
  });

  test.each([
    [204, { body: {} }],
    [205, { body: null }],
    [304, { bodyTemplate: 'x' }],
  ])('cannot have one: %d with %j', (statusCode, body) => {
    expect(() => parseSettings(settingsOf({ statusCode, ...body }))).toThrow(
      `routes["GET /a/{id}"].response.${Object.keys(body).join()}: a response with status code ${statusCode} has no body`,
    );
  });
});
