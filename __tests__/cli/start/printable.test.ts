import { printable, printableLines } from '../../../src/cli/start/printable';

test('characters that a terminal interprets are escaped, in a value with the ends of its lines', () => {
  expect(printableLines('a\u001b[2J\r\u009b\u202e\n\tb é')).toBe('a\\u001b[2J\\u000d\\u009b\\u202e\n\tb é');
  expect(printable({ names: ['a\u0007\nb'] })).toEqual({ names: ['a\\u0007\\u000ab'] });
});
