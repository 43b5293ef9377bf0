// The package `local-cognito`. Its types stand alone: they are published without those of this project.
import { z } from 'zod';

import { check, describeProblem } from '../rules/check';
import { objectRule } from '../rules/rule';
import { startLocalServices as start } from './host/local-services';
import { summary } from './host/summary';
import { TestClock } from './host/test-controls';
import { StateFiles } from './terraform/state-files';
import { newKeys } from './user-pool/tokens/signing-keys';

/** What is served, and how. */
export interface LocalServicesOptions {
  /** Plans: files with the output of `terraform show -json PLAN`. */
  readonly plan?: string | readonly string[];
  /** States: files with the output of `terraform show -json`. */
  readonly state?: string | readonly string[];
  /** Folders of stacks that CDKTF has synthesized, such as `cdktf.out`. */
  readonly stacks?: string | readonly string[];
  /**
   * Ports of the services.
   *
   * @default - any that are free
   */
  readonly ports?: { readonly login?: number; readonly api?: number; readonly userPoolApi?: number };
  /**
   * What the tokens name as their issuer: AWS's URL of the user pool (`aws`), or its URL at the user pool API (`local`),
   * for clients that compare it to the address.
   *
   * @default aws
   */
  readonly issuer?: 'aws' | 'local';
  /**
   * `login` serves the user pools without the API, for an API of another kind.
   *
   * @default - both
   */
  readonly only?: 'login';
  /**
   * Name or address of the user pool that the URLs and IDs are of.
   *
   * @default - the only one with a domain
   */
  readonly userPool?: string;
  /**
   * The users of that user pool.
   *
   * @default - the demo user
   */
  readonly seed?: readonly SeedUser[];
  /** Called with each email of the user pool, which is sent to nobody. */
  readonly onMail?: (mail: Mail) => void;
  /**
   * Called with the logs of the functions.
   *
   * @default - writes them to the standard error
   */
  readonly onLog?: (message: string) => void;
}

/** A user of a seed. */
export interface SeedUser {
  /** Only where users sign in with one. */
  readonly username?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly password: string;
  /** @default CONFIRMED */
  readonly status?: 'CONFIRMED' | 'UNCONFIRMED' | 'FORCE_CHANGE_PASSWORD';
  /** Names of groups. */
  readonly groups?: readonly string[];
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: Date;
}

/** A route of the API. */
export interface Route {
  /** HTTP method, or `ANY`. */
  readonly method: string;
  /** URL with path variables in braces. */
  readonly url: string;
  /** Whether everyone can call it, without a token. */
  readonly public: boolean;
  /** An access token must have one of these scopes. Without scopes, a protected route requires an ID token. */
  readonly scopes: readonly string[];
  /** What responds: `mock`, `function NAME`, or the URL of an HTTP endpoint. */
  readonly target: string;
  /** Why it responds with 501. */
  readonly unserved?: string;
}

/** A user that can sign in, with a password for this run. */
export interface DemoUser {
  /** Only if users sign in with one. */
  readonly username?: string;
  readonly email: string;
  readonly password: string;
}

/** A user pool that is served. */
export interface ServedUserPool {
  readonly id: string;
  readonly name: string;
  /** Address of its resource. */
  readonly address: string;
  /** What its tokens name as their issuer. */
  readonly issuer: string;
  /** URL of its public keys, with which an API checks the tokens. */
  readonly jwksUrl: string;
  /** Host of its hosted login. Undefined if the pool has no domain. */
  readonly loginDomainUrl: string | undefined;
  readonly mailboxUrl: string;
  /** Undefined if the users come from a seed. */
  readonly demoUser: DemoUser | undefined;
}

/** The services that run. All URLs are those of this machine. */
export interface LocalServices {
  /** The outputs by stack and name, with local URLs instead of those of AWS. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Undefined without a user pool, as all that belongs to one. */
  readonly loginDomainUrl: string | undefined;
  /** URL that starts a sign-in with the app client. */
  readonly loginUrl: string | undefined;
  /** Undefined if the user pool has no domain. */
  readonly tokenUrl: string | undefined;
  /** Undefined without an API. */
  readonly apiUrl: string | undefined;
  /** The `endpoint` of an AWS SDK. Takes any credentials. */
  readonly userPoolApiUrl: string | undefined;
  readonly userPoolId: string | undefined;
  /** ID of the app client to which users sign in at the hosted login. Undefined if there is none. */
  readonly clientId: string | undefined;
  /** The page with the emails. */
  readonly mailboxUrl: string | undefined;
  readonly routes: readonly Route[];
  /** URL of the first protected route. */
  readonly protectedResourceUrl: string | undefined;
  /** Without a seed, the user that can sign in. */
  readonly demoUser: DemoUser | undefined;
  /** All user pools. The other members describe the first one. */
  readonly userPools: readonly ServedUserPool[];
  /** What the Terraform has and nothing here serves. */
  readonly notServed: readonly string[];
  /** Sets the clock of the services ahead: codes, sessions and tokens then expire. */
  advanceClock(seconds: number): void;
  /**
   * Deletes all users, tokens and emails, and adds the users of the start again. The clock returns to that of the
   * machine.
   *
   * The keys stay, because clients keep the public ones. So the API, as API Gateway, accepts an access token of a deleted
   * user until it expires.
   */
  reset(): Promise<void>;
  /** Ends the services: nothing then keeps the process running. */
  stop(): Promise<void>;
}

const paths = z.union([z.string(), z.array(z.string())]).default([]);
const port = z.int().min(0).max(65_535).default(0);

const optionsRule = objectRule({
  plan: paths,
  state: paths,
  stacks: paths,
  ports: objectRule({ login: port, api: port, userPoolApi: port }).prefault({}),
  issuer: z.enum(['aws', 'local']).default('aws'),
  only: z.literal('login').optional(),
  userPool: z.string().optional(),
  seed: z.unknown().optional(),
  onMail: z.custom<(mail: Mail) => void>().optional(),
  onLog: z.custom<(message: string) => void>().optional(),
});

/**
 * Serves the user pool and the REST API of Terraform on this machine. Only this machine can reach them. Several can run in
 * one process.
 *
 * @throws {Error} when they cannot be served. The message says why
 */
export async function startLocalServices(options: LocalServicesOptions): Promise<LocalServices> {
  const { value, problems } = check(optionsRule, { ...options });
  if (problems.length > 0) {
    throw new TypeError(problems.map(describeProblem).join('\n'));
  }
  const { ports, issuer, only, userPool, seed, onMail = () => undefined, onLog = console.error } = value;
  const files = { plan: [value.plan].flat(), state: [value.state].flat(), stacks: [value.stacks].flat() };
  if (Object.values(files).every((each) => each.length === 0)) {
    throw new TypeError('plan, state or stacks: must name what to serve');
  }
  const clock = new TestClock();
  let services = await start({
    state: new StateFiles(files).read(),
    keys: newKeys(),
    ports,
    webClient: false,
    issuer,
    only,
    userPool,
    clock: clock.now,
    seed,
    providers: new Map(),
    onMail,
    onApiMessage: () => undefined,
    onFunctionMessage: onLog,
    onUnservedOperation: (operation) => {
      onLog(`Not served: ${operation} of the user pool's API`);
    },
  });
  const { outputs, userPools } = services;
  const described = summary(services);
  return {
    outputs,
    loginDomainUrl: described.loginDomainUrl,
    loginUrl: described.loginUrl,
    tokenUrl: described.tokenUrl,
    apiUrl: described.apiUrl,
    userPoolApiUrl: described.userPoolApiUrl,
    userPoolId: described.userPoolId,
    clientId: described.clientId,
    mailboxUrl: described.mailboxUrl,
    routes: described.routes,
    protectedResourceUrl: described.protectedResourceUrl,
    demoUser: described.demoUser,
    userPools,
    notServed: described.notServed,
    advanceClock: (seconds) => {
      if (!(seconds >= 0 && clock.advance(seconds))) {
        throw new RangeError(`seconds must be 0 or more, and lead to a time before the year 10000, got ${seconds}`);
      }
    },
    reset: async () => {
      clock.reset();
      services = await services.reset();
    },
    stop: () => services.stop(),
  };
}
