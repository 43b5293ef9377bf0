import { type Call } from '../../../../src/local/rest-api/call';
import { fromPlain, UnreadableMap, type Value } from '../../../../src/local/rest-api/mapping-template/java';
import { MappingTemplate } from '../../../../src/local/rest-api/mapping-template/mapping-template';

const call: Call = {
  parameters: {
    path: new Map([
      ['id', 'path'],
      ['both', 'from the path'],
    ]),
    querystring: new Map([
      ['q', 'query'],
      ['both', 'from the query'],
      ['constructor', 'mine'],
    ]),
    header: new Map([['X-Header', 'header']]),
  },
  body: '',
  stageVariables: { name: 'value' },
  context: fromPlain({
    requestId: 'request',
    httpMethod: 'GET',
    requestTimeEpoch: 1_700_000_000_000,
    authorizer: { claims: new UnreadableMap(Object.entries({ sub: 'ada', 'custom:x': 'custom' })) },
  }) as Map<string, Value>,
};
const body = '{"a": {"b": [1, 2.0]}, "quote": "it\'s \\"é\\"", "__proto__": {"x": 1}, "null": null}';

function render(template: string, input = body): string {
  return new MappingTemplate(template).render(call, input);
}

test.each([
  // $input
  ["$input.params('id') $input.params('q') $input.params('X-Header')", 'path query header'],
  ["$input.params('both') $input.params('constructor')", 'from the path mine'],
  ["[$input.params('x-header')$input.params('none')$input.params('toString')]", '[]'],
  ['$input.params().path.id', 'path'],
  ["$input.params().header.get('X-Header')", 'header'],
  ['#foreach($name in $input.params().querystring.keySet())$name #end', 'q both constructor '],
  ['$input.body', body],
  ["$input.json('$.a')", '{"b":[1,2.0]}'],
  ["$input.json('$.none') $input.json('$.null')", '"" null'],
  ["$input.path('$.a.b[1]') $input.path('$.a.b').size() $input.path('$.a.b[-1]')", '2.0 2 2.0'],
  ["$input.path('a.b') $input.path(\"$['a']['b'][0]\")", '[1,2.0] 1'],
  ["$input.path('$..b').size() $input.path('$.a.b[*]') $input.path('$.a.b[?(@ > 1)]')", '1 [1,2] [2]'],
  ["[$input.path('$.none')][$input.path('$.constructor')][$input.path('$.a.length')]", '[][][]'],
  ["$input.path('$').get('__proto__').x $input.path('$').constructor", '1 '],
  // $context and $stageVariables
  ['$context.requestId ${context.httpMethod} $context.requestTimeEpoch', 'request GET 1700000000000'],
  ["$context.authorizer.claims.sub $context.authorizer.claims['custom:x']", 'ada custom'],
  ['[$context.authorizer.claims][$context.identity.apiKey$stageVariables.none]', '[][]'],
  ['#set($claims = $context.authorizer.claims)[$claims.sub]', '[]'],
  ['$stageVariables.name', 'value'],
  // $util
  ["$util.escapeJavaScript($input.path('$.quote'))", 'it\\\'s \\"\\u00E9\\"'],
  ['$util.parseJson(\'{"x": {"y": 5}}\').x.y', '5'],
  ["$util.urlEncode('a b&c/é~*') $util.urlDecode('a+b%26c')", 'a+b%26c%2F%C3%A9%7E* a b&c'],
  ["$util.base64Encode('é') $util.base64Decode('w6k=')", 'w6k= é'],
  // What is not a reference is text.
  ['{"price": "$5", "color": "#fff", "name": "$unknown"}', '{"price": "$5", "color": "#fff", "name": ""}'],
])('%s is rendered as %s', (template, expected) => {
  expect(render(template)).toBe(expected);
});

test.each([
  // Outside of a #foreach, #break ends the template.
  ['before#break after', 'before'],
  ['before #foreach($i in [1..3])#set($s = "x$i#if($i == 2)#break#end")$s #end after', 'before x1  after'],
  ['before#set($x = "a#stop b")after', 'before'],
  // More often than macros can call each other.
  ['#macro(leave)#break#end#foreach($i in [1..30])#foreach($j in [1])#leave()#end#end after', ' after'],
])('%s ends early, and keeps what was rendered before: %s', (template, expected) => {
  expect(render(template)).toBe(expected);
});

test('a #foreach ends after 1,000 iterations, which is the quota of API Gateway', () => {
  expect(render('#foreach($i in [1..2000])#if($foreach.last)$i#end#end')).toBe('1000');
});

test.each([
  ["$input.path('$.quote').format('a')", 'the Java method format is not served in mapping templates'],
  ["$input.path('$.quote').substring(99)", 'the index 99 is out of bounds'],
  ["$input.path('$.a.b').get(2)", 'the index 2 is out of bounds'],
  ['#set($n = 1)$n.parseInt("one")', 'a mapping template uses a value as a number that is not a number'],
  ['$util.parseJson("{secret")', 'a mapping template reads text as JSON that is not JSON'],
  ['#macro(again)#again()#end#again()', 'the macro again calls itself more than 20 times'],
  ["$input.path('$.a.b.length()')", 'length'],
])('%s fails: %s', (template, problem) => {
  expect(() => render(template)).toThrow(problem);
});

test('a body that is not JSON is a string, and no error repeats it', () => {
  expect(render("$input.path('$').length()", 'text')).toBe('4');
  expect(() => render("$input.json('$.a')", '{secret')).toThrow(/^Could not process payload$/);
});

test('leaves nothing of one call for the next', () => {
  const template = new MappingTemplate('$!seen#set($seen = 1)#set($util.x = 1)$!util.x$util.base64Encode("a")');

  expect([template.render(call, ''), template.render(call, '')]).toEqual(['YQ==', 'YQ==']);
});
