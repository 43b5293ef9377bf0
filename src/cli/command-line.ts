import { parseArgs, type ParseArgsConfig } from 'node:util';

import { distance } from 'fastest-levenshtein';

type Options = NonNullable<ParseArgsConfig['options']>;
/** The values of options that a command has read. */
export type Values<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given }>>['values'];

/**
 * Reads the options of a command. `--help` prints the usage.
 *
 * An invalid option, an argument that is not an option, or an option that npm took for itself ends the program with one
 * line.
 */
export function readOptions<const Given extends Options>(usage: string, options: Given): Values<Given> {
  const args = process.argv.slice(2);
  if (args.some((argument) => argument === '--help' || argument === '-h')) {
    console.log(usage.replace(/^\n/, '').trimEnd());
    process.exit(0);
  }
  rejectOptionsOfNpm(options);
  const { values, tokens } = parse(args, options);
  const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  // parseArgs takes the last value, which the user may not intend.
  const repeated = names.find((name, index) => options[name]?.multiple !== true && names.indexOf(name) < index);
  return repeated === undefined ? values : fail(`${flag(repeated)} can be given only once.`);
}

/**
 * Ends the program when options are before the two hyphens: npm reads these as its own configuration, and passes them
 * only in environment variables. That includes a mistyped option.
 *
 * @see https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables
 */
function rejectOptionsOfNpm(options: Options): void {
  const { npm_lifecycle_event: script, npm_config_loglevel: logLevel } = process.env;
  const given = Object.keys(process.env).flatMap((variable) => {
    const [, name] = /^npm_config_(.+)$/.exec(variable) ?? [];
    return name === undefined ? [] : [{ variable, name: name.replaceAll('_', '-') }];
  });
  const taken = Object.entries(options).flatMap(([name, { type }]) => {
    const { variable } =
      given.find((each) => each.name === name) ??
      given.find((each) => !(each.name in options) && isMistyped(each.name, name)) ??
      {};
    const value = variable === undefined ? undefined : process.env[variable];
    if (type === 'string') {
      // npm reads a value after a space as another argument.
      return value === undefined ? [] : [value === 'true' ? `${flag(name)} VALUE` : `${flag(name)}=${value}`];
    }
    // --verbose is an option of npm itself, for its log level.
    return value || (name === 'verbose' && logLevel === name) ? [flag(name)] : [];
  });
  if (script !== undefined && taken.length > 0) {
    const command = script === 'start' ? 'npm start' : `npm run ${script}`;
    fail(`npm does not pass on options before --. Write them after it: ${command} -- ${taken.join(' ')}`);
  }
}

/** Returns whether a name is a mistyped option: npm has a similar configuration only for shorter options. */
function isMistyped(given: string, name: string): boolean {
  return name.length > 4 && distance(given, name) <= 2;
}

function parse<const Given extends Options>(args: string[], options: Given) {
  try {
    return parseArgs({ args, options, tokens: true });
  } catch (error) {
    const allowed = [...Object.keys(options), 'help'].map(flag).join(', ');
    // The first sentence says what is wrong. The rest is about positional arguments, which no command has.
    return fail(`${(error as Error).message.split('. ')[0]!}; allowed: ${allowed}.`);
  }
}

/** Reads a port number from an option. */
export function readPort<Name extends string>(
  name: Name,
  values: Readonly<Partial<Record<Name, string>>>,
): number | undefined {
  const text = values[name];
  if (text !== undefined && !(/^\d{1,5}$/.test(text) && Number(text) <= 65_535)) {
    fail(`--${name} must be a port, got ${JSON.stringify(text)}; allowed: 0 to 65535, where 0 is any free port.`);
  }
  return text === undefined ? undefined : Number(text);
}

/** Reads the URL of a web page from an option. */
export function readUrl<Name extends string>(
  name: Name,
  values: Readonly<Partial<Record<Name, string | undefined>>>,
): string | undefined {
  const text = values[name];
  if (text !== undefined && !(URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) {
    fail(`--${name} must be a URL, got ${JSON.stringify(text)}; allowed: an absolute http or https URL.`);
  }
  return text;
}

/** Reads an option that allows only these values. */
export function readChoice<Name extends string, const Choice extends string>(
  name: Name,
  values: Readonly<Record<Name, string>>,
  choices: readonly Choice[],
): Choice {
  const given = values[name];
  return (
    choices.find((choice) => choice === given) ??
    fail(`--${name} must be one of ${choices.join(', ')}, got ${JSON.stringify(given)}.`)
  );
}

/** Ends the program with an error message for the user. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function flag(name: string): string {
  return `--${name}`;
}
