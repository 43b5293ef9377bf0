// `npm start`: synthesizes the stacks and serves what their Terraform describes on this machine.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { DataFolder, DataFolderError } from '../../local/host/data-folder';
import { type LocalAuthority } from '../../local/host/local-authority';
import { credentialFiles, hasProfile } from '../../local/lambda/aws-profile';
import {
  type LocalServices,
  ProviderOptionError,
  startLocalServices,
  UnservedError,
} from '../../local/host/local-services';
import { isLoopbackUrl, PortError } from '../../http/loopback-server';
import { summary } from '../../local/host/summary';
import { TestClock } from '../../local/host/test-controls';
import { type LocalProvider } from '../../local/user-pool/login/openid-provider';
import { type Mail } from '../../local/user-pool/mailbox';
import { SeedError } from '../../local/user-pool/seed';
import { keptKeys, newKeys } from '../../local/user-pool/tokens/signing-keys';
import { JsonFile, type JsonFileError } from '../../rules/json-file';
import { reasonOf } from '../../rules/system-error';
import { SettingsError } from '../../settings/cdktf-json';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { PredictedState } from '../../local/terraform/predicted-state';
import { TerraformStateError } from '../../local/terraform/terraform-state';
import { fail, readChoice, readOptions, readPort } from '../command-line';
import { endWithNpm } from '../end-with-npm';
import { environmentOption, SelectedEnvironment } from '../environment';
import { SynthesisError, synthesizeInChild } from '../start/child-synthesis';
import { explanation } from '../start/flow-explanation';
import { ProjectWatch } from '../start/project-watch';
import { screen } from '../start/start-screen';
import { buildWebClient, WebClientError } from '../web-client-build';

const usage = `
npm start -- [options]: the login and the API of the stacks on this machine, without an AWS account

  --login-port PORT   port of the hosted login (3001)
  --api-port PORT     port of the API (3002)
  --user-pool-api-port PORT
                      port of the user pool's own API, for AWS's SDKs (3003)
  --web-port PORT     port of the web client, to which the login then returns (the port of
                      the callback URL, 3000; if that URL is on another host, there is no
                      web client without this option)
                      0 is any free port; the login still returns to the callback URL
  --https             serves all of it over https, with a certificate for localhost from an
                      authority of your own, which the first start makes
  --environment NAME  an environment of cdktf.json (default: the default environment)
  --issuer aws|local  what the tokens name as their issuer: AWS's URL of the user pool (aws),
                      or its URL at the user pool API (local), for clients that compare it to
                      the address
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
  --help              shows this
`;

const options = readOptions(usage, {
  ...environmentOption,
  'login-port': { type: 'string', default: '3001' },
  'api-port': { type: 'string', default: '3002' },
  'user-pool-api-port': { type: 'string', default: '3003' },
  'web-port': { type: 'string' },
  https: { type: 'boolean', default: false },
  issuer: { type: 'string', default: 'aws' },
  seed: { type: 'string' },
  provider: { type: 'string', multiple: true, default: [] },
  data: { type: 'string' },
  profile: { type: 'string' },
  'test-controls': { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  explain: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const environment = SelectedEnvironment.read(options);
const issuer = readChoice('issuer', options, ['aws', 'local']);
const ports = {
  login: readPort('login-port', options)!,
  api: readPort('api-port', options)!,
  userPoolApi: readPort('user-pool-api-port', options)!,
  web: readPort('web-port', options),
};
const portFlags = {
  login: '--login-port',
  api: '--api-port',
  userPoolApi: '--user-pool-api-port',
  web: '--web-port',
} as const satisfies Record<keyof typeof ports, string>;
const sharedPort = Object.values(ports).find(
  (port, index, all) => port !== 0 && port !== undefined && all.indexOf(port) < index,
);
if (sharedPort !== undefined) {
  fail(
    `Port ${sharedPort} is given to more than one service: choose another with ${flagsOf(sharedPort).join(' or ')} (0: any free port).`,
  );
}

// The value of an unset shell variable. It would select this folder.
if (options.data === '') {
  fail('--data must be the path of a folder, got "".');
}
if (options.data !== undefined && options['test-controls']) {
  fail(
    '--data and --test-controls cannot be used together: a clock that is set ahead would write times in the future.',
  );
}

if (options.profile !== undefined && !hasProfile(options.profile)) {
  const files = Object.values(credentialFiles()).join(' or ');
  fail(`--profile must be the name of a profile in ${files}, got ${JSON.stringify(options.profile)}.`);
}

const providers = readProviders(options.provider);
const seed = options.seed === undefined ? undefined : readSeed(options.seed);

void main().catch((error: unknown) => {
  const message = messageOf(error);
  if (message === undefined) {
    throw error;
  }
  fail(message);
});

async function main(): Promise<void> {
  const webClient = updateWebClient();
  const projectWatch = await ProjectWatch.open(
    [process.env.CDKTF_OUTDIR ?? 'cdktf.out', ...(options.data === undefined ? [] : [options.data])],
    (reason) => {
      console.error(`Some changes of the project are not detected: ${reason}`);
    },
  );
  const [authority, stacks] = await Promise.all([
    options.https ? openAuthority() : undefined,
    synthesizeInChild(environment),
  ]);
  // Only now: a mistake in the settings writes nothing.
  const dataFolder = options.data === undefined ? undefined : await DataFolder.open(options.data);
  const testClock = options['test-controls'] ? new TestClock() : undefined;
  const services = await startLocalServices({
    state: new PredictedState(stacks),
    keys: dataFolder ? keptKeys(await dataFolder.signingKeys()) : newKeys(),
    ports,
    certificate: await authority?.certify(),
    issuer,
    seed: seed?.value,
    providers,
    dataFolder,
    clock: testClock?.now ?? Date.now,
    testClock,
    onMail: options.json ? () => undefined : showMail,
    onApiMessage: options.verbose ? console.error : () => undefined,
    onFunctionMessage: console.error,
    profile: options.profile,
    onUnservedOperation: (operation) => {
      console.error(`Not served: ${operation} of the user pool's API`);
    },
    onRequest: options.verbose
      ? ({ method, path, status }) => {
          console.error(`${method} ${path} ${status}`);
        }
      : undefined,
    onFlowStep: options.explain
      ? (step, rejection) => {
          console.error(explanation(step, rejection));
        }
      : undefined,
  });
  services.hold(webClient, 'web');
  keepOutputs(services);
  const show = (of: LocalServices) =>
    options.json ? JSON.stringify(summary(of, authority)) : screen(of, environment.localOutputsFile, authority);
  const shown = show(services);
  endWithNpm();
  serveChanges(projectWatch, services, stacks, shown, show);
  console.log(shown);
  // An error in one request must not end the process, which has the users and their tokens.
  process.on('uncaughtException', (error) => {
    console.error(error);
  });
}

/** Builds the web client again if its sources have changed. If that fails, the last build is served. */
async function updateWebClient(): Promise<boolean> {
  try {
    return await buildWebClient();
  } catch (error) {
    console.error(error instanceof WebClientError ? error.message : error);
    return false;
  }
}

/** Reads the file of the option `--seed`. The user pool checks its users. */
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
        `--provider must be NAME=URL with the URL of a provider on this machine, got ${JSON.stringify(text)}; allowed: such as Corp=http://localhost:4000.`,
      );
    }
    if (providers.has(name)) {
      fail(`--provider ${name} can be given only once.`);
    }
    const variable = `${name.replace(/[^A-Za-z0-9]/g, '_').toUpperCase()}_CLIENT_SECRET`;
    providers.set(name, { url, clientSecret: process.env[variable] ?? 'local' });
  }
  return providers;
}

/** Lists what the user pool rejects, each with its place in the file. */
function seedReport({ problems }: SeedError): string {
  const lines = problems.map(({ path, problem }) => {
    const where = path.length === 0 ? '' : `: ${path.join('.')}`;
    return `  ${seed!.placeOf(path)}${where}: ${problem}`;
  });
  return `The user pool rejects ${options.seed!}:\n${lines.join('\n')}`;
}

/** Opens the certificate authority of this user. Imported here: without --https, it is not loaded. */
async function openAuthority(): Promise<LocalAuthority> {
  const { AuthorityError, authorityFolder, LocalAuthority } = await import('../../local/host/local-authority.js');
  return LocalAuthority.open(authorityFolder, Date.now).catch((error: unknown) => {
    throw error instanceof AuthorityError ? fail(error.message) : error;
  });
}

/**
 * Serves the stacks again after each change of the project. If that fails, it still serves the previous ones.
 *
 * @param lastShown the last screen or summary. A changed one is shown again
 */
function serveChanges(
  projectWatch: ProjectWatch,
  started: LocalServices,
  startedWith: readonly SynthesizedStack[],
  lastShown: string,
  show: (services: LocalServices) => string,
): void {
  let services = started;
  let served = JSON.stringify(startedWith);
  let shown = lastShown;
  let hasMistake = false;

  const serveAgain = async () => {
    const stacks = await synthesizeInChild(SelectedEnvironment.find(options));
    if (JSON.stringify(stacks) === served) {
      if (hasMistake) {
        console.error('The mistake is corrected. The stacks are served as they were.');
      }
      return;
    }
    services = await services.serveInstead(new PredictedState(stacks));
    served = JSON.stringify(stacks);
    console.error('The changed stacks are served.');
    writeOutputs(services);
    if (services.replacedUserPool) {
      const { id, users } = services.replacedUserPool;
      console.error(
        `The user pool ${services.userPoolId} replaces ${id}, whose ${users} users ` +
          `${options.data === undefined ? 'are deleted' : 'stay in the folder'}: it has another address in the stacks.`,
      );
    }
    const now = show(services);
    if (now !== shown) {
      console.log(now);
      shown = now;
    }
  };
  let webClient = Promise.resolve();
  const updateWebClientAfterLast = async (last: Promise<void>) => {
    await last;
    if (await updateWebClient()) {
      console.error('The changed web client is served.');
    }
  };
  projectWatch.handle(
    (handled) => {
      // A call during the change waits for the changed code.
      services.hold(handled, 'login and APIs');
    },
    async (hasChangedAgain) => {
      webClient = updateWebClientAfterLast(webClient);
      services.hold(webClient, 'web');
      try {
        await serveAgain();
        hasMistake = false;
      } catch (error) {
        // A file that is being saved can be empty or missing for a moment.
        await setTimeout(saveMilliseconds);
        if (!hasChangedAgain()) {
          hasMistake = true;
          console.error(messageOf(error) ?? error);
          console.error('The stacks are still served as they were before this change.');
        }
      }
    },
  );
}

/** How long a save can take. */
const saveMilliseconds = 150;

/** Returns the message of a user's mistake, with where to correct it, or undefined for an error in this program. */
function messageOf(error: unknown): string | undefined {
  if (error instanceof PortError) {
    const flags = [...new Set(error.ports.flatMap(flagsOf))].join(' or ');
    return `${error.message}. Stop the program that uses it, or choose another port with ${flags} (0: any free port).`;
  }
  if (error instanceof TerraformStateError || error instanceof UnservedError) {
    return `${error.message}\nChange it in cdktf.json, context.settings, or in the code of the stack.`;
  }
  if (error instanceof SeedError) {
    return seedReport(error);
  }
  const isMistake = [DataFolderError, ProviderOptionError, SynthesisError, SettingsError].some(
    (kind) => error instanceof kind,
  );
  return isMistake ? (error as Error).message : undefined;
}

/** Writes the outputs for the other commands, and removes them with the services. */
function keepOutputs(services: LocalServices): void {
  const file = environment.localOutputsFile;
  writeOutputs(services);
  process.once('exit', () => {
    try {
      // Another npm start in this folder may have written its own since.
      if (readFileSync(file, 'utf8') === writtenOutputs) {
        rmSync(file);
      }
    } catch {
      // The file does not exist.
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      process.exit(0);
    });
  }
}

let writtenOutputs = '';

function writeOutputs({ outputs }: LocalServices): void {
  writtenOutputs = JSON.stringify(outputs, null, 2);
  const file = environment.localOutputsFile;
  try {
    writeFileSync(file, writtenOutputs, { mode: 0o600 });
  } catch (error) {
    console.error(`${file} cannot be written: ${reasonOf(error)}. The other commands do not find these services.`);
  }
}

function showMail({ to, subject, text }: Mail): void {
  console.log(`\nMail to ${to}: ${subject}\n  ${text}`);
}

/** Names the options that set a port. A port that no option sets is the web client's. */
function flagsOf(port: number): string[] {
  const flags = Object.entries(portFlags).flatMap(([service, flag]) =>
    ports[service as keyof typeof ports] === port ? [flag] : [],
  );
  return flags.length === 0 ? ['--web-port'] : flags;
}
