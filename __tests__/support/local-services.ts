import { randomUUID } from 'node:crypto';

import { type LocalServices } from '../../src/local/host/local-services';
import { type Ports } from '../../src/local/host/servers';
import { type LocalProvider } from '../../src/local/user-pool/login/openid-provider';
import { mainStacks, type Stack } from './main-stacks';
import { onTestServer } from './test-server-process';

export interface ServeOptions {
  readonly issuer: 'aws' | 'local';
  readonly ports: Ports;
  /** Whether the clock is one that a test sets over HTTP, and not the one of these tests. */
  readonly testControls: boolean;
  /** Folder in which the users are kept; serving again with the same one is a start after that. */
  readonly data?: string | undefined;
  /** OpenID providers that replace identity providers. */
  readonly providers?: Readonly<Record<string, LocalProvider>> | undefined;
  readonly only?: 'login' | undefined;
  readonly userPool?: string | undefined;
  /** Stacks that are served after the first, one after the other, as when a project changes. */
  readonly changes?: readonly (readonly Stack[])[] | undefined;
}

type Served = 'apiUrl' | 'client' | 'demoUser' | 'loginDomainUrl' | 'userPoolApiUrl' | 'userPoolId';

/** The services of stacks that have all of them, as JSON. */
export type Services = Omit<LocalServices, Served> & {
  readonly [Name in Exclude<Served, 'client'>]: NonNullable<LocalServices[Name]>;
} & {
  readonly client: Omit<NonNullable<LocalServices['client']>, 'authFlows'>;
  readonly clientSecret: string | undefined;
  /** IDs of all app clients, by name. */
  readonly clientIds: Readonly<Record<string, string>>;
  /** Secrets of the app clients that have one, by name. */
  readonly clientSecrets: Readonly<Record<string, string>>;
};

/** Arguments to set, by the address of the resource; a resource that is not there is added. */
export type Changes = Readonly<Record<`${string}.${string}`, Readonly<Record<string, unknown>>>>;

/** The local services for the tests of one file, which share a clock. */
export class TestServices {
  private readonly clock = randomUUID();
  private ahead = 0;

  /** @param stacks those of the default settings, unless given */
  constructor(private readonly stacks: readonly Stack[] = mainStacks()) {}

  /** Serves the stacks, changed or as they are, besides what is served already. */
  async serve(changes?: Changes, options?: Partial<ServeOptions>): Promise<Services> {
    const [services] = await this.serveAll(changes, options);
    return services!;
  }

  /** Serves the stacks and then the changes, and returns the services after each. */
  serveAll(
    changes: Changes = {},
    {
      issuer = 'aws',
      ports = { login: 0, api: 0, userPoolApi: 0, web: 0 },
      testControls = false,
      ...options
    }: Partial<ServeOptions> = {},
  ): Promise<Services[]> {
    return onTestServer('serve', this.clock, change(this.stacks, changes), {
      issuer,
      ports,
      testControls,
      ...options,
    });
  }

  /** What the clock of the services shows, in milliseconds since 1970. */
  get now(): number {
    return Date.now() + this.ahead;
  }

  /** Lets time pass for the services. */
  async wait(seconds: number): Promise<void> {
    this.ahead += seconds * 1000;
    await onTestServer('setClock', this.clock, { ahead: this.ahead });
  }
}

/** Sets arguments in synthesized stacks. */
export function change(stacks: readonly Stack[], changes: Changes): Stack[] {
  const changed = structuredClone(stacks) as unknown as { name: string; terraform: { resource: Resources } }[];
  for (const [address, args] of Object.entries(changes)) {
    const [type, name] = address.split('.') as [string, string];
    const stack = changed.find(({ terraform }) => terraform.resource[type]?.[name]) ?? changed[0]!;
    const resources = (stack.terraform.resource[type] ??= {});
    // null takes an argument away, as in Terraform.
    resources[name] = Object.fromEntries(
      Object.entries({ ...resources[name], ...args }).filter(([, value]) => value !== null),
    );
  }
  return changed as unknown as Stack[];
}

type Resources = Record<string, Record<string, Record<string, unknown>>>;
