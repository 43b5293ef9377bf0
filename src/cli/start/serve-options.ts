import { isLoopbackUrl } from '../../http/loopback-server';
import { type Ports } from '../../local/host/servers';
import { credentialFiles, hasProfile } from '../../local/lambda/aws-profile';
import { type LocalProvider } from '../../local/user-pool/login/openid-provider';
import { JsonFile, type JsonFileError } from '../../rules/json-file';
import { fail, readChoice, readPort, type Values } from '../command-line';

/** The options of every command that serves stacks on this machine. */
export const serveOptions = {
  'login-port': { type: 'string', default: '3001' },
  'api-port': { type: 'string', default: '3002' },
  'user-pool-api-port': { type: 'string', default: '3003' },
  https: { type: 'boolean', default: false },
  issuer: { type: 'string', default: 'aws' },
  only: { type: 'string' },
  'user-pool': { type: 'string' },
  seed: { type: 'string' },
  provider: { type: 'string', multiple: true, default: [] as string[] },
  data: { type: 'string' },
  profile: { type: 'string' },
  'test-controls': { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  explain: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** How `--help` describes {@link serveOptions}. */
export const serveUsage = `  --login-port PORT   port of the hosted login (3001)
  --api-port PORT     port of the API (3002)
  --user-pool-api-port PORT
                      port of the user pool's own API, for AWS's SDKs (3003)
  --https             serves all of it over https, with a certificate for localhost from an
                      authority of your own, which the first start makes
  --issuer aws|local  what the tokens name as their issuer: AWS's URL of the user pool (aws),
                      or its URL at the user pool API (local), for clients that compare it to
                      the address
  --only login        serves the user pools without the API, for an API of another kind
  --user-pool NAME    name or address of the user pool that has the login port and the web
                      client (default: the only one with a domain)
  --seed FILE         the users of the user pool, in a JSON file, instead of the demo user
  --provider NAME=URL calls an OpenID provider on this machine as the identity provider NAME,
                      which a page simulates by default. Its client secret is the
                      environment variable NAME_CLIENT_SECRET in capitals, or "local".
                      Repeatable
  --data DIR          keeps the users, their tokens and the keys in a folder for the next start
                      (default: nothing is kept)
  --profile NAME      an AWS profile of this machine, whose credentials the handlers then have
                      (default: they have none)
  --test-controls     lets a test set the clock ahead, with POST to the clockUrl of --json
  --verbose           shows every request
  --explain           explains each step of the login flow as the services see it
  --json              prints one line of JSON when ready, and again when a change makes it another
  --help              shows this`;

/** The option of a command that also serves the web client. */
export const webClientOption = { 'web-port': { type: 'string' } } as const;

/** How `--help` describes {@link webClientOption}. */
export const webClientUsage = `  --web-port PORT     port of the web client, to which the login then returns (the port of
                      the callback URL, 3000; if that URL is on another host, there is no
                      web client without this option)
                      0 is any free port; the login still returns to the callback URL`;

/** The values of {@link serveOptions} on the command line. */
export type ServeValues = Values<typeof serveOptions>;

/** The options, checked and read. */
export interface ServeOptions extends Pick<
  ServeValues,
  'https' | 'data' | 'user-pool' | 'profile' | 'test-controls' | 'verbose' | 'explain' | 'json'
> {
  readonly issuer: 'aws' | 'local';
  readonly only: 'login' | undefined;
  readonly ports: Ports;
  readonly providers: ReadonlyMap<string, LocalProvider>;
  /** Undefined without the option `--seed`. The user pool checks its users. */
  readonly seed: { readonly file: string; readonly content: JsonFile } | undefined;
}

/** Checks the options. An invalid one ends the program with an error message. */
export function readServeOptions(values: ServeValues & Partial<Values<typeof webClientOption>>): ServeOptions {
  const issuer = readChoice('issuer', values, ['aws', 'local']);
  const ports: Ports = {
    login: readPort('login-port', values)!,
    api: readPort('api-port', values)!,
    userPoolApi: readPort('user-pool-api-port', values)!,
    web: readPort('web-port', values),
  };
  const sharedPort = Object.values(ports).find(
    (port, index, all) => port !== 0 && port !== undefined && all.indexOf(port) < index,
  ) as number | undefined;
  if (sharedPort !== undefined) {
    fail(
      `Port ${sharedPort} is given to more than one service: choose another with ${portFlagsOf(ports, sharedPort).join(' or ')} (0: any free port).`,
    );
  }
  // The value of an unset shell variable. It would select this folder.
  if (values.data === '') {
    fail('--data must be the path of a folder, got "".');
  }
  if (values.data !== undefined && values['test-controls']) {
    fail(
      '--data and --test-controls cannot be used together: a clock that is set ahead would write times in the future.',
    );
  }
  if (values.profile !== undefined && !hasProfile(values.profile)) {
    const files = Object.values(credentialFiles()).join(' or ');
    fail(`--profile must be the name of a profile in ${files}, got ${JSON.stringify(values.profile)}.`);
  }
  return {
    ...values,
    issuer,
    only: values.only === undefined ? undefined : readChoice('only', { only: values.only }, ['login']),
    ports,
    providers: readProviders(values.provider),
    seed: values.seed === undefined ? undefined : { file: values.seed, content: readSeed(values.seed) },
  };
}

/** Names the options that set a port. A port that no option sets is the web client's. */
export function portFlagsOf(ports: Ports, port: number): string[] {
  const flags = Object.entries(portFlags).flatMap(([service, flag]) =>
    ports[service as keyof Ports] === port ? [flag] : [],
  );
  return flags.length === 0 ? ['--web-port'] : flags;
}

const portFlags = {
  login: '--login-port',
  api: '--api-port',
  userPoolApi: '--user-pool-api-port',
  web: '--web-port',
} as const satisfies Record<keyof Ports, string>;

function readSeed(file: string): JsonFile {
  try {
    return JsonFile.read(file, { comments: true });
  } catch (error) {
    return fail((error as JsonFileError).message);
  }
}

/** Reads the values of the option `--provider`. */
function readProviders(texts: readonly string[]): Map<string, LocalProvider> {
  const providers = new Map<string, LocalProvider>();
  for (const text of texts) {
    const [, name, url] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    // An issuer has no user, query and fragment.
    if (name === undefined || url === undefined || !isLoopbackUrl(url) || /\/\/[^/]*@|[?#]/.test(url)) {
      fail(
        `--provider must be NAME=URL with the URL of a provider on this machine, got ${JSON.stringify(withoutSecrets(text))}; allowed: such as Corp=http://localhost:4000.`,
      );
    }
    if (providers.has(name)) {
      fail(`--provider ${name} can be given only once.`);
    }
    const variable = `${name.replace(/[^A-Za-z0-9]/g, '_').toUpperCase()}_CLIENT_SECRET`;
    providers.set(name, { url, clientSecret: process.env[variable] });
  }
  return providers;
}

/** Hides the user and the query of a URL, where a password can be. */
function withoutSecrets(provider: string): string {
  return provider.replace(/^([^=:/@]+=)?.*@/s, '$1[hidden]@').replace(/([?#]).+/s, '$1[hidden]');
}
