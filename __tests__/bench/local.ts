import '../support/temporary-folder';

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import autocannon from 'autocannon';

import { TestServices } from '../support/local-services';
import { runMain } from '../support/main-stacks';
import { OAuthClient } from '../support/oauth-client';
import { startTestServer, stopTestServer } from '../support/test-server-process';

const connections = 32;
const rounds = 3;
const secondsPerRound = 2;
const parallelLogins = 4;

export interface LocalBench {
  /** A bare HTTP server that answers a constant. */
  readonly bare: Load;
  /** GET of the protected resource, with an access token. */
  readonly protectedGet: Load;
  /** Requests per second of the protected GET over those of the bare server. */
  readonly protectedGetRatio: number;
  /** Whole logins per second: login page, password, code, tokens. */
  readonly logins: number;
  /** Logins per second over the requests per second of the bare server. */
  readonly loginsRatio: number;
}

export interface Load {
  readonly requestsPerSecond: number;
  /** 99th percentile of the latency, in milliseconds. */
  readonly p99: number;
}

/** Measures the local services beside a bare server, in turns, so that both see the same machine. */
export async function benchLocal(): Promise<LocalBench> {
  const bareServer = fork(join(__dirname, 'bare-server.ts'), { execArgv: ['--import', 'tsx'] });
  const [bareUrl] = (await once(bareServer, 'message')) as [string];
  await Promise.all([runMain(), startTestServer()]);
  try {
    const client = new OAuthClient(await new TestServices().serve());
    const { access_token: Authorization } = await client.tokens();
    const protectedUrl = client.services.outputs.ApiGatewayStack!.ProtectedResourceUrl!;
    const headers = { Authorization };

    await load(bareUrl, headers, 1);
    await load(protectedUrl, headers, 1);
    const [bareRounds, protectedRounds]: [Load[], Load[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      bareRounds.push(await load(bareUrl, headers, secondsPerRound));
      protectedRounds.push(await load(protectedUrl, headers, secondsPerRound));
    }
    const [bare, protectedGet] = [median(bareRounds), median(protectedRounds)];
    const logins = await loginsPerSecond(client, secondsPerRound);
    return {
      bare,
      protectedGet,
      protectedGetRatio: protectedGet.requestsPerSecond / bare.requestsPerSecond,
      logins,
      loginsRatio: logins / bare.requestsPerSecond,
    };
  } finally {
    bareServer.kill();
    await stopTestServer();
  }
}

export async function load(url: string, headers: Readonly<Record<string, string>>, seconds: number): Promise<Load> {
  const { requests, latency, errors, non2xx } = await autocannon({ url, headers, connections, duration: seconds });
  if (errors + non2xx > 0) {
    throw new Error(`${url}: ${errors} errors, ${non2xx} answers other than 2xx`);
  }
  return { requestsPerSecond: requests.average, p99: latency.p99 };
}

export function median(loads: readonly Load[]): Load {
  return loads.toSorted((one, other) => one.requestsPerSecond - other.requestsPerSecond)[loads.length >> 1]!;
}

async function loginsPerSecond(client: OAuthClient, seconds: number): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  const logInUntilEnd = async () => {
    while (performance.now() < end) {
      const code = await client.code();
      const { status } = await client.exchange({ code });
      if (status !== 200) {
        throw new Error(`a login ended with ${status}`);
      }
      count++;
    }
  };
  await Promise.all(Array.from({ length: parallelLogins }, logInUntilEnd));
  return (count * 1000) / (performance.now() - start);
}

/** Writes the measurements as lines of a table. */
export function describeLocalBench(bench: LocalBench): string[] {
  const { bare, protectedGet, protectedGetRatio, logins, loginsRatio } = bench;
  const line = (name: string, rate: number, p99: string, ratio: number) =>
    [name.padEnd(15), rate.toFixed(0).padStart(8), p99.padStart(9), ratio.toFixed(4).padStart(14)].join('');
  return [
    `${''.padEnd(15)}${'per s'.padStart(8)}${'p99'.padStart(9)}${'of the bare'.padStart(14)}`,
    line('bare server', bare.requestsPerSecond, `${bare.p99} ms`, 1),
    line('protected GET', protectedGet.requestsPerSecond, `${protectedGet.p99} ms`, protectedGetRatio),
    line('login', logins, '', loginsRatio),
  ];
}

if (require.main === module) {
  void benchLocal().then((bench) => {
    console.log(describeLocalBench(bench).join('\n'));
  });
}
