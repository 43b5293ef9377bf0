import { parseVelocity, VelocitySyntaxError } from '../../src/rules/velocity';

test.each([
  ['#set($x = ', 'expected a value in line 1, column 11'],
  ['#set(x = 1)', 'expected a reference in line 1, column 6'],
  ['#set($x = null)', 'expected a value in line 1, column 11'],
  ['#set($x = 1', 'expected ) in line 1, column 12'],
  ['{\n  "a": "${b"\n}', 'expected } in line 2, column 12'],
  ['{\n  "a": $input.params(\'id\n}', 'expected a value in line 2, column 22'],
  ['$a.b($c + 1)', 'expected , in line 1, column 9'],
  ['$a[b]', 'expected a value in line 1, column 4'],
  ['\n\n  #if($a) b', '#if without #end in line 3, column 3'],
  ['#if($a)#else b#else c#end', '#if without #end in line 1, column 1'],
  ['#if $a b#end', 'expected ( in line 1, column 4'],
  ['#foreach($x in $y)', '#foreach without #end in line 1, column 1'],
  ['#foreach($x of $y)#end', 'expected in in line 1, column 13'],
  ['#if($a) b #end #end', '#end without a block in line 1, column 16'],
  ['#else', '#else without a block in line 1, column 1'],
  ['a #* b', 'a comment or #[[ without its end in line 1, column 3'],
  ['#parse("a.vm")', '#parse is not available in API Gateway in line 1, column 1'],
  ['#set($x = "$y.z(")', 'expected a value in line 1, column 6'],
])('a template with a syntax error is rejected with its place: %j', (template, problem) => {
  expect(() => parseVelocity(template)).toThrow(problem);
});

test('a long template does not take longer than the timeout of this test', () => {
  for (const part of ['$', '#', '\\', '${', '#set(', '$a.', '"', '$a[0]', '#if($a)b#end', '{"a": "$a"},\n']) {
    expect(() => parseVelocity(`${part.repeat(20_000)}\n$x[`)).toThrow(VelocitySyntaxError);
  }
});
