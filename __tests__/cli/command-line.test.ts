import { readChoice, readOptions, readPort } from '../../src/cli/command-line';

const usage = 'npm run something -- [options]';
const options = { 'a-port': { type: 'string', default: '1' }, json: { type: 'boolean', default: false } } as const;

class Exit extends Error {}

let said: unknown[];

beforeEach(() => {
  said = [];
  const say = (line: unknown) => void said.push(line);
  jest.spyOn(console, 'error').mockImplementation(say);
  jest.spyOn(console, 'log').mockImplementation(say);
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Exit(String(code));
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

function given(...args: string[]) {
  jest.replaceProperty(process, 'argv', ['node', 'command.ts', ...args]);
  return readOptions(usage, options);
}

describe('the options of a command', () => {
  test('have their values or their defaults', () => {
    expect(given('--json')).toEqual({ 'a-port': '1', json: true });
  });

  test('show the usage for --help, whatever else is given', () => {
    expect(() => given('--unknown', '--help')).toThrow(new Exit('0'));
    expect(said).toEqual([usage]);
  });

  test.each([
    ['an unknown option', ['--port'], "Unknown option '--port'; allowed: --a-port, --json."],
    ['a value that is missing', ['--a-port'], "Option '--a-port <value>' argument missing; allowed: --a-port, --json."],
    ['an option that is given twice', ['--a-port', '1', '--a-port', '2'], '--a-port is given more than once.'],
    ['a word that is no option', ['word'], "Unexpected argument 'word'; allowed: --a-port, --json."],
  ])('end the program with one line for %s', (_, args, line) => {
    expect(() => given(...args)).toThrow(new Exit('1'));
    expect(said).toEqual([line]);
  });
});

describe('a port', () => {
  test.each(['0', '65535'])('may be %s', (port) => {
    expect(readPort('a-port', { 'a-port': port })).toBe(Number(port));
  });

  test.each(['', '-1', '65536', '3e3', 'x'])('may not be %j', (port) => {
    expect(() => readPort('a-port', { 'a-port': port })).toThrow(new Exit('1'));
    expect(said).toEqual([
      `--a-port is not a port, got "${port}"; allowed: 0 to 65535, where 0 stands for any free port.`,
    ]);
  });
});

test('a choice is one of its values', () => {
  expect(readChoice('issuer', { issuer: 'local' }, ['aws', 'local'])).toBe('local');
  expect(() => readChoice('issuer', { issuer: 'x' }, ['aws', 'local'])).toThrow(new Exit('1'));
  expect(said).toEqual(['--issuer is not known, got "x"; allowed: aws, local.']);
});
