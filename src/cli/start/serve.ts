import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { PortError } from '../../http/loopback-server';
import { DataFolder, DataFolderError } from '../../local/host/data-folder';
import { type LocalAuthority } from '../../local/host/local-authority';
import { type LocalServices, startLocalServices } from '../../local/host/local-services';
import { OptionError, UnservedError } from '../../local/host/project';
import { summary } from '../../local/host/summary';
import { TestClock } from '../../local/host/test-controls';
import { type TerraformState, TerraformStateError } from '../../local/terraform/terraform-state';
import { type Mail } from '../../local/user-pool/mailbox';
import { SeedError } from '../../local/user-pool/seed';
import { keptKeys, newKeys } from '../../local/user-pool/tokens/signing-keys';
import { reasonOf } from '../../rules/system-error';
import { fail } from '../command-line';
import { endWithNpm } from '../end-with-npm';
import { explanation } from './flow-explanation';
import { portFlagsOf, type ServeOptions } from './serve-options';
import { printableLines } from './printable';
import { type SourceWatch } from './source-watch';
import { screen } from './start-screen';

/** Where the stacks that are served come from. */
export interface StackSource {
  /**
   * Reads the stacks. Called at the start and after each change. Returns the same object when nothing has changed.
   *
   * @throws {SourceError} when they cannot be read
   * @throws {TerraformStateError} when they cannot be served
   */
  readonly read: () => TerraformState | Promise<TerraformState>;
  /**
   * Starts to watch what is read.
   *
   * @param onUnwatched called once if the operating system does not allow to watch a file
   */
  readonly watch: (onUnwatched: (reason: string) => void) => Promise<SourceWatch>;
  /** Where the outputs are written, for other commands. Undefined if there are none. */
  readonly outputsFile: string | undefined;
  /** Says where to correct stacks that cannot be served. Ends an error message. */
  readonly correction: string;
}

/** A source that cannot be read. The message says why, and what to do. */
export class SourceError extends Error {}

export interface ServeProps {
  readonly source: StackSource;
  readonly options: ServeOptions;
  /**
   * Updates the web client, and returns whether it has changed. Reports a mistake itself.
   *
   * @default - there is no web client
   */
  readonly updateWebClient?: () => Promise<boolean>;
  /**
   * Whether others than this machine can reach the services.
   *
   * @default false
   */
  readonly isExposed?: boolean;
}

/** Serves stacks on this machine until the process is stopped. A user's mistake ends the program with its message. */
export function serve(props: ServeProps): void {
  void start(props).catch((error: unknown) => {
    const message = messageOf(error, props);
    if (message === undefined) {
      throw error;
    }
    fail(printableLines(message));
  });
}

async function start(props: ServeProps): Promise<void> {
  const { source, options, updateWebClient } = props;
  const webClient = updateWebClient?.();
  const watch = await source.watch((reason) => {
    console.error(`Some changes of the project are not detected: ${reason}`);
  });
  const [authority, state] = await Promise.all([options.https ? openAuthority() : undefined, source.read()]);
  // Only now: a mistake in the stacks writes nothing.
  const dataFolder = options.data === undefined ? undefined : await DataFolder.open(options.data);
  const testClock = options['test-controls'] ? new TestClock() : undefined;
  const services = await startLocalServices({
    state,
    keys: dataFolder ? keptKeys(await dataFolder.signingKeys()) : newKeys(),
    ports: options.ports,
    webClient: updateWebClient !== undefined,
    isExposed: props.isExposed,
    certificate: await authority?.certify(),
    issuer: options.issuer,
    seed: options.seed?.content.value,
    providers: options.providers,
    only: options.only,
    userPool: options['user-pool'],
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
  if (webClient) {
    services.hold(webClient, 'web');
  }
  const served = new ServedStacks(props, authority, state, services);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      process.exit(0);
    });
  }
  endWithNpm();
  served.follow(watch);
  served.show();
  // An error in one request must not end the process, which has the users and their tokens.
  process.on('uncaughtException', (error) => {
    console.error(error);
  });
}

/** Opens the certificate authority of this user. Imported here: without --https, it is not loaded. */
async function openAuthority(): Promise<LocalAuthority> {
  const { AuthorityError, authorityFolder, LocalAuthority } = await import('../../local/host/local-authority.js');
  return LocalAuthority.open(authorityFolder, Date.now).catch((error: unknown) => {
    throw error instanceof AuthorityError ? fail(error.message) : error;
  });
}

/** The stacks that are served, and what the terminal and the file with the outputs show of them. */
class ServedStacks {
  private readonly outputs: OutputsFile | undefined;
  private shown = '';
  private hasMistake = false;
  private webClient = Promise.resolve();

  constructor(
    private readonly props: ServeProps,
    private readonly authority: LocalAuthority | undefined,
    private state: TerraformState,
    private services: LocalServices,
  ) {
    const { outputsFile } = props.source;
    this.outputs = outputsFile === undefined ? undefined : new OutputsFile(outputsFile);
    this.outputs?.write(services);
  }

  /** Prints the screen, or the summary, unless it is as it was. */
  show(): void {
    const { source, options } = this.props;
    const now = options.json
      ? JSON.stringify(summary(this.services, this.authority))
      : screen(this.services, source.outputsFile, this.authority);
    if (now !== this.shown) {
      console.log(now);
      this.shown = now;
    }
  }

  /** Serves the stacks again after each change of their source. If that fails, it still serves the previous ones. */
  follow(watch: SourceWatch): void {
    watch.handle(
      (handled) => {
        // A call during the change waits for the changed code.
        this.services.hold(handled, 'login and APIs');
      },
      async (hasChangedAgain) => {
        this.webClient = this.updateWebClientAfter(this.webClient);
        this.services.hold(this.webClient, 'web');
        try {
          await this.serveAgain();
          this.hasMistake = false;
        } catch (error) {
          // A file that is being saved can be empty or missing for a moment.
          await setTimeout(saveMilliseconds);
          if (!hasChangedAgain()) {
            this.hasMistake = true;
            const message = messageOf(error, this.props);
            console.error(message === undefined ? error : printableLines(message));
            console.error('The stacks are still served as they were before this change.');
          }
        }
      },
    );
  }

  private async updateWebClientAfter(last: Promise<void>): Promise<void> {
    await last;
    if (await this.props.updateWebClient?.()) {
      console.error('The changed web client is served.');
    }
  }

  private async serveAgain(): Promise<void> {
    const state = await this.props.source.read();
    if (state === this.state) {
      if (this.hasMistake) {
        console.error('The mistake is corrected. The stacks are served as they were.');
      }
      return;
    }
    this.services = await this.services.serveInstead(state);
    this.state = state;
    console.error('The changed stacks are served.');
    this.outputs?.write(this.services);
    if (this.services.replacedUserPool) {
      const { id, users } = this.services.replacedUserPool;
      console.error(
        `The user pool ${this.services.userPoolId!} replaces ${id}, whose ${users} users ` +
          `${this.props.options.data === undefined ? 'are deleted' : 'stay in the folder'}: it has another address in the stacks.`,
      );
    }
    this.show();
  }
}

/** How long a save can take. */
const saveMilliseconds = 150;

/** Returns the message of a user's mistake, with where to correct it, or undefined for an error in this program. */
function messageOf(error: unknown, { source, options }: ServeProps): string | undefined {
  if (error instanceof PortError) {
    const flags = [...new Set(error.ports.flatMap((port) => portFlagsOf(options.ports, port)))].join(' or ');
    return `${error.message}. Stop the program that uses it, or choose another port with ${flags} (0: any free port).`;
  }
  if (error instanceof TerraformStateError || error instanceof UnservedError) {
    return `${error.message}\n${source.correction}`;
  }
  if (error instanceof SeedError) {
    return seedReport(error, options.seed!);
  }
  const isMistake = [DataFolderError, OptionError, SourceError].some((kind) => error instanceof kind);
  return isMistake ? (error as Error).message : undefined;
}

/** Lists what the user pool rejects, each with its place in the file. */
function seedReport({ problems }: SeedError, { file, content }: NonNullable<ServeOptions['seed']>): string {
  const lines = problems.map(({ path, problem }) => {
    const where = path.length === 0 ? '' : `: ${path.join('.')}`;
    return `  ${content.placeOf(path)}${where}: ${problem}`;
  });
  return `The user pool rejects ${file}:\n${lines.join('\n')}`;
}

/** The outputs of the services in a file, by which the other commands find them. It is removed at the end. */
class OutputsFile {
  private written = '';

  constructor(private readonly file: string) {
    process.once('exit', () => {
      try {
        // Another npm start in this folder may have written its own since.
        if (readFileSync(file, 'utf8') === this.written) {
          rmSync(file);
        }
      } catch {
        // The file does not exist.
      }
    });
  }

  write({ outputs }: LocalServices): void {
    this.written = JSON.stringify(outputs, null, 2);
    try {
      writeFileSync(this.file, this.written, { mode: 0o600 });
    } catch (error) {
      console.error(
        `${this.file} cannot be written: ${reasonOf(error)}. The other commands do not find these services.`,
      );
    }
  }
}

function showMail({ to, subject, text }: Mail): void {
  console.log(printableLines(`\nMail to ${to}: ${subject}\n  ${text}`));
}
