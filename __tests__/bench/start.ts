// How soon `npm start` is ready, what it needs at rest and how many sign-ins it has a second, beside other versions.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { calculateSignature, getNowString, SRPClient } from 'amazon-user-pool-srp-client';

import { tokensIn, type UserPoolApi } from '../support/user-pool-api';
import { describeLoads, loadInTurns } from './load';
import { median } from './measure';
import { type Server, startProject, writeSeed } from './servers';

const rounds = 5;
const restMilliseconds = 3000;
const srpSignIns = 30;
const seedSizes = [0, 1000, 10_000];

type Starts = Readonly<Record<string, () => Promise<Server>>>;

/** Starts servers in turns. */
export async function benchStart(starts: Starts): Promise<string[]> {
  const named = Object.entries(starts).map(([name, start]) => ({
    name,
    start,
    times: [] as number[],
    memory: [] as number[],
  }));
  for (let round = 0; round <= rounds; round++) {
    for (const { start, times, memory } of named) {
      const server = await start();
      await setTimeout(restMilliseconds);
      // The first start fills the caches.
      if (round > 0) {
        times.push(server.processorTime);
        memory.push(server.memory());
      }
      await server.stop();
    }
  }
  return named.map(({ name, times, memory }) => {
    const ratio = median(times.map((time, round) => time / named[0]!.times[round]!));
    return `${name.padEnd(32)}${median(times).toFixed(0).padStart(8)} ms${ratio.toFixed(2).padStart(8)}${median(memory).toFixed(0).padStart(8)} MB`;
  });
}

/** Lets a user sign in with a password, at several servers in turns. */
export async function benchSignIns(starts: Starts): Promise<string[]> {
  const servers = await Promise.all(
    Object.entries(starts).map(async ([name, start]) => [name, await start()] as const),
  );
  const targets = await Promise.all(
    servers.map(async ([name, server]) => {
      const { api, username, password } = await server.api();
      const AuthParameters = { USERNAME: username, PASSWORD: password };
      const request = { ClientId: api.clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters };
      return [name, api.request('InitiateAuth', request)] as const;
    }),
  );
  const loads = await loadInTurns(Object.fromEntries(targets));
  await Promise.all(servers.map(([, { stop }]) => stop()));
  return describeLoads(loads, targets[0]![0]);
}

/** Lets a user sign in with SRP, at several servers in turns. Their clients take longer than they do: only their time counts. */
export async function benchSrpSignIns(starts: Starts): Promise<string[]> {
  const servers = await Promise.all(
    Object.entries(starts).map(async ([name, start]) => {
      const server = await start();
      return { name, server, ...(await server.api()), times: [] as number[] };
    }),
  );
  for (let round = 0; round <= rounds; round++) {
    for (const { server, api, username, password, times } of servers) {
      const start = server.processorTimeNow();
      for (let signIn = 0; signIn < srpSignIns; signIn++) {
        await signInWithSrp(api, username, password);
      }
      // The first round compiles the servers.
      if (round > 0) {
        times.push((server.processorTimeNow() - start) / srpSignIns);
      }
    }
  }
  await Promise.all(servers.map(({ server }) => server.stop()));
  return servers.map(({ name, times }) => {
    const ratio = median(times.map((time, round) => time / servers[0]!.times[round]!));
    return `${`${name}, SRP`.padEnd(32)}${median(times).toFixed(2).padStart(8)} ms of the processor${ratio.toFixed(2).padStart(8)}`;
  });
}

async function signInWithSrp(api: UserPoolApi, username: string, password: string): Promise<void> {
  const srp = new SRPClient(api.userPoolId.split('_')[1]!);
  const { body } = await api.initiateAuth('USER_SRP_AUTH', { USERNAME: username, SRP_A: srp.calculateA() });
  const { USER_ID_FOR_SRP, SRP_B, SALT, SECRET_BLOCK } = body.ChallengeParameters as Record<string, string>;
  const key = srp.getPasswordAuthenticationKey(USER_ID_FOR_SRP!, password, SRP_B!, SALT!);
  const TIMESTAMP = getNowString();
  const response = await api.respond('PASSWORD_VERIFIER', body.Session, {
    USERNAME: USER_ID_FOR_SRP!,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK!,
    PASSWORD_CLAIM_SIGNATURE: calculateSignature(key, srp.poolName, USER_ID_FOR_SRP!, SECRET_BLOCK!, TIMESTAMP),
    TIMESTAMP,
  });
  tokensIn(response);
}

/** Reads and writes with `--data`, with few and with many users, one request after the other. */
export async function benchData(folders: Readonly<Record<string, string>>): Promise<string[]> {
  const servers: Server[] = [];
  const targets: [string, ReturnType<Awaited<ReturnType<Server['api']>>['api']['request']>][] = [];
  for (const [name, folder] of Object.entries(folders)) {
    for (const size of seedSizes) {
      const data = join(mkdtempSync(join(tmpdir(), 'data-')), 'data');
      const seed = size === 0 ? [] : ['--seed', writeSeed(folder, size)];
      const server = await startProject(folder, ['--data', data, ...seed]);
      servers.push(server);
      const { api, username: Username } = await server.api();
      const UserAttributes = [{ Name: 'given_name', Value: 'Anna' }];
      targets.push([`${name}, ${size} users: read`, api.adminRequest('AdminGetUser', { Username })]);
      targets.push([
        `${name}, ${size} users: write`,
        api.adminRequest('AdminUpdateUserAttributes', { Username, UserAttributes }),
      ]);
    }
  }
  const loads = await loadInTurns(Object.fromEntries(targets), 1);
  await Promise.all(servers.map(({ stop }) => stop()));
  return describeLoads(loads, targets[0]![0]);
}
