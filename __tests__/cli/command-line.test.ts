import { readChoice, readOptions, readPort } from '../../src/cli/command-line';

const usage = 'npm run something -- [options]';
const options = {
  'a-port': { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean' },
} as const;

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
    ['an unknown option', ['--port'], "Unknown option '--port'; allowed: --a-port, --json, --verbose, --help."],
    [
      'a missing value',
      ['--a-port'],
      "Option '--a-port <value>' argument missing; allowed: --a-port, --json, --verbose, --help.",
    ],
    ['an option that is given twice', ['--a-port', '1', '--a-port', '2'], '--a-port can be given only once.'],
    [
      'an argument that is not an option',
      ['word'],
      "Unexpected argument 'word'; allowed: --a-port, --json, --verbose, --help.",
    ],
  ])('end the program with one line for %s', (_, args, line) => {
    expect(() => given(...args)).toThrow(new Exit('1'));
    expect(said).toEqual([line]);
  });
});

describe('options before the two hyphens, which npm passes on in environment variables', () => {
  const { env } = process;
  afterEach(() => {
    process.env = env;
  });

  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['a value', { npm_config_a_port: '80' }, 'npm run something -- --a-port=80'],
    ['an empty value', { npm_config_a_port: '' }, 'npm run something -- --a-port='],
    ['a value that npm left as an argument', { npm_config_a_port: 'true' }, 'npm run something -- --a-port VALUE'],
    ['a flag', { npm_config_json: 'true' }, 'npm run something -- --json'],
    ['the flag that npm has itself', { npm_config_loglevel: 'verbose' }, 'npm run something -- --verbose'],
    [
      'a mistyped option',
      { npm_config_aport: '80', npm_config_vebrose: 'true' },
      'npm run something -- --a-port=80 --verbose',
    ],
    ['several', { npm_config_a_port: '80', npm_config_json: 'true' }, 'npm run something -- --a-port=80 --json'],
    ['npm start', { npm_lifecycle_event: 'start', npm_config_json: 'true' }, 'npm start -- --json'],
  ])('end the program: %s', (_, variables, command) => {
    process.env = { npm_lifecycle_event: 'something', ...variables };
    expect(() => given('80')).toThrow(new Exit('1'));
    expect(said).toEqual([`npm does not pass on options before --. Write them after it: ${command}`]);
  });

  test('are not confused with the configuration of npm', () => {
    process.env = {
      npm_lifecycle_event: 'something',
      npm_config_json: '',
      npm_config_loglevel: 'silent',
      npm_config_jso: 'true',
      npm_config_prefix: '/',
    };
    expect(given()).toMatchObject({ json: false });
  });
});

describe('a port', () => {
  test.each(['0', '65535'])('may be %s', (port) => {
    expect(readPort('a-port', { 'a-port': port })).toBe(Number(port));
  });

  test.each(['', '-1', '65536', '3e3', 'x'])('may not be %j', (port) => {
    expect(() => readPort('a-port', { 'a-port': port })).toThrow(new Exit('1'));
    expect(said).toEqual([`--a-port must be a port, got "${port}"; allowed: 0 to 65535, where 0 is any free port.`]);
  });
});

test('a choice is one of its values', () => {
  expect(readChoice('issuer', { issuer: 'local' }, ['aws', 'local'])).toBe('local');
  expect(() => readChoice('issuer', { issuer: 'x' }, ['aws', 'local'])).toThrow(new Exit('1'));
  expect(said).toEqual(['--issuer must be one of aws, local, got "x".']);
});
