// How many requests a server handles, measured in turns with others, so that all of them see the same machine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import autocannon from 'autocannon';

const rounds = 3;
const secondsPerRound = 2;

/** A request to send again and again. */
export interface Target {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Load {
  readonly requestsPerSecond: number;
  /** 99th percentile of the latency, in milliseconds. */
  readonly p99: number;
}

/** Starts an HTTP server that returns a constant, the measure for the others. */
export async function startBareServer(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const server = fork(join(__dirname, 'bare-server.ts'), { execArgv: ['--import', 'tsx'] });
  const [url] = (await once(server, 'message')) as [string];
  return { url, stop: () => void server.kill() };
}

/**
 * Sends the requests in turns, and returns the median of the rounds for each.
 *
 * @param connections requests at a time
 */
export async function loadInTurns<Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  connections = 32,
): Promise<Record<Name, Load>> {
  const named = Object.entries<Target>(targets).map(([name, target]) => ({ name, target, loads: [] as Load[] }));
  for (const { target } of named) {
    await load(target, connections, 1);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { target, loads } of named) {
      loads.push(await load(target, connections, secondsPerRound));
    }
  }
  return Object.fromEntries(named.map(({ name, loads }) => [name, median(loads)])) as Record<Name, Load>;
}

/** Sends a request again and again. */
export async function load({ url, ...request }: Target, connections: number, seconds: number): Promise<Load> {
  const { requests, latency, errors, non2xx } = await autocannon({ url, ...request, connections, duration: seconds });
  if (errors + non2xx > 0) {
    throw new Error(`${url}: ${errors} errors, ${non2xx} responses other than 2xx`);
  }
  return { requestsPerSecond: requests.average, p99: latency.p99 };
}

function median(loads: readonly Load[]): Load {
  return loads.toSorted((one, other) => one.requestsPerSecond - other.requestsPerSecond)[loads.length >> 1]!;
}

/** Writes the measurements as lines of a table, with ratios to the one of that name. */
export function describeLoads<Name extends string>(
  loads: Readonly<Record<Name, Partial<Load> & Pick<Load, 'requestsPerSecond'>>>,
  base: NoInfer<Name>,
): string[] {
  const line = (name: string, rate: string, p99: string, ratio: string) =>
    [name.padEnd(32), rate.padStart(8), p99.padStart(9), ratio.padStart(8 + base.length)].join('');
  return [
    line('', 'per s', 'p99', `of the ${base}`),
    ...Object.entries<Partial<Load> & Pick<Load, 'requestsPerSecond'>>(loads).map(
      ([name, { requestsPerSecond, p99 }]) =>
        line(
          name,
          requestsPerSecond.toFixed(0),
          p99 === undefined ? '' : `${p99} ms`,
          (requestsPerSecond / loads[base].requestsPerSecond).toFixed(4),
        ),
    ),
  ];
}
