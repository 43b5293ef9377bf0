import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { readSynthesizedStacks, type SynthesizedStack } from '../../src/terraform/synthesized-stacks';
import { type LocalServices, type Ports } from '../../src/local/local-services';

export type Stack = Pick<SynthesizedStack, 'name' | 'terraform'>;

export interface ServerRequest {
  readonly id: number;
  /** How far the clock of the services is ahead of the true time, in milliseconds. */
  readonly ahead: number;
  readonly serve?: { readonly stacks: readonly Stack[]; readonly issuer: 'aws' | 'local'; readonly ports: Ports };
}

export interface ServerAnswer {
  readonly id: number;
  readonly services?: Services;
  readonly error?: string;
}

export type Services = Omit<LocalServices, 'client'> & {
  readonly client: Omit<LocalServices['client'], 'reads'>;
  readonly clientSecret: string | undefined;
  /** IDs of all app clients, by name. */
  readonly clientIds: Readonly<Record<string, string>>;
};

/** Arguments to set, by the address of the resource; a resource that is not there is added. */
export type Changes = Readonly<Record<`${string}.${string}`, Readonly<Record<string, unknown>>>>;

/** Returns the stacks that main.ts writes. */
export function synthesizedStacks(): Stack[] {
  return readSynthesizedStacks(process.env.SYNTHESIZED_STACKS);
}

/** The local services in a process of their own, since jest cannot import jose, with a clock of their own. */
export class LocalServicesProcess {
  private readonly stacks = synthesizedStacks();
  private readonly child: ChildProcess = fork(join(__dirname, 'local-services-server.ts'), {
    execArgv: ['--import', 'tsx'],
  });
  private requests = 0;
  private ahead = 0;

  /** Serves the stacks, changed or as they are, besides what is served already. */
  async serve(
    changes: Changes = {},
    {
      issuer = 'aws',
      ports = { login: 0, api: 0, web: 0 },
    }: { readonly issuer?: 'aws' | 'local'; readonly ports?: Ports } = {},
  ): Promise<Services> {
    const { services, error } = await this.ask({ serve: { stacks: change(this.stacks, changes), issuer, ports } });
    if (!services) {
      throw new Error(error);
    }
    return services;
  }

  /** Lets time pass for the services. */
  async wait(seconds: number): Promise<void> {
    this.ahead += seconds * 1000;
    await this.ask({});
  }

  async stop(): Promise<void> {
    this.child.kill();
    await once(this.child, 'exit');
  }

  private ask(request: Pick<ServerRequest, 'serve'>): Promise<ServerAnswer> {
    const id = ++this.requests;
    return new Promise((resolve) => {
      const onMessage = (answer: ServerAnswer) => {
        if (answer.id === id) {
          this.child.off('message', onMessage);
          resolve(answer);
        }
      };
      this.child.on('message', onMessage);
      this.child.send({ id, ahead: this.ahead, ...request } satisfies ServerRequest);
    });
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
