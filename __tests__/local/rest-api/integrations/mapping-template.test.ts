import { type Call } from '../../../../src/local/rest-api/call';
import { MappingTemplate } from '../../../../src/local/rest-api/integrations/mapping-template';

const call: Call = {
  parameters: {
    path: new Map([
      ['id', 'path'],
      ['both', 'from the path'],
    ]),
    querystring: new Map([
      ['q', 'query'],
      ['both', 'from the query'],
    ]),
    header: new Map([['X-Header', 'header']]),
  },
  body: '',
  stageVariables: { name: 'value' },
  context: {
    requestId: 'request',
    httpMethod: 'GET',
    authorizer: { claims: { sub: 'ada', 'custom:x': 'custom' } },
    requestOverride: { header: {}, path: {}, querystring: {} },
  },
  responseOverride: { header: {} },
};
const body = '{"a": {"b": [1, 2]}, "quote": "it\'s \\"é\\""}';

function render(template: string, input = body): string {
  return new MappingTemplate(template).render(call, input);
}

describe('a mapping template', () => {
  test.each([
    // $input
    ["$input.params('id') $input.params('q') $input.params('X-Header')", 'path query header'],
    ["$input.params('both')", 'from the path'],
    ["[$input.params('x-header')$input.params('none')$input.params('constructor')]", '[]'],
    ['$input.params().path.id', 'path'],
    ["$input.params().header.get('X-Header')", 'header'],
    ['#foreach($name in $input.params().querystring.keySet())$name #end', 'q both '],
    ['$input.body', body],
    ["$input.json('$.a')", '{"b":[1,2]}'],
    ["$input.path('$.a.b[1]') $input.path('$.a.b').size()", '2 2'],
    ["[$input.path('$.none')]", '[]'],
    // $context and $stageVariables
    ['$context.requestId ${context.httpMethod}', 'request GET'],
    ["$context.authorizer.claims.sub $context.authorizer.claims['custom:x']", 'ada custom'],
    ['[$context.identity.apiKey$stageVariables.none]', '[]'],
    ['$stageVariables.name', 'value'],
    // $util
    ["$util.escapeJavaScript($input.path('$.quote'))", 'it\\\'s \\"\\u00E9\\"'],
    ['$util.parseJson(\'{"x": {"y": 5}}\').x.y', '5'],
    ["$util.urlEncode('a b&c/é') $util.urlDecode('a+b%26c')", 'a+b%26c%2F%C3%A9 a b&c'],
    ["$util.base64Encode('é') $util.base64Decode('w6k=')", 'w6k= é'],
    // what is Velocity's own
    ["#set($x = 'a.b')$x.length() $x.contains('b') $x.replace('.', '-') $x.split('\\.').size()", '3 true a-b 2'],
    ["#if($input.params('q') == 'query')yes#{else}no#end", 'yes'],
    ['{"price": "$5", "color": "#fff", "name": "$unknown"}', '{"price": "$5", "color": "#fff", "name": "$unknown"}'],
  ])('makes of %s', (template, expected) => {
    expect(render(template)).toBe(expected);
  });

  test('reads an empty body as an empty object', () => {
    expect(render("$input.json('$')", '')).toBe('{}');
  });

  test('fails on a body that is no JSON, without repeating it', () => {
    expect(() => render("$input.json('$.a')", '{secret')).toThrow(/^a mapping template reads as JSON what is none/);
    expect(() => render("$input.json('$.a')", '{secret')).not.toThrow('secret');
  });

  test('leaves nothing of one call for the next', () => {
    const template = new MappingTemplate('$!seen#set($seen = 1)$util.base64Encode("a")');

    expect([template.render(call, ''), template.render(call, '')]).toEqual(['YQ==', 'YQ==']);
  });
});
