// The servers that the bench compares: this project, an earlier version of it, and other emulators of Cognito.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { anyPort } from '../support/command';
import { copyProject } from '../support/project';
import { type Services } from '../support/local-services';
import { UserPoolApi } from '../support/user-pool-api';

export interface Server {
  /** Of the server and its children until it was ready, in milliseconds. */
  readonly processorTime: number;
  /** Of the server and its children until now, in milliseconds. */
  readonly processorTimeNow: () => number;
  /** Resident memory of the server and its children at this moment, in MB. */
  readonly memory: () => number;
  /** The user pool's API, and a user who can sign in. */
  readonly api: () => Promise<{ readonly api: UserPoolApi; readonly username: string; readonly password: string }>;
  readonly stop: () => Promise<void>;
}

/** What `npm start -- --json` prints. */
interface Summary {
  readonly userPoolApiUrl: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly demoUser?: { readonly email: string; readonly password: string };
}

const password = 'Correct-horse-1';

/** Copies a project, with an app client that lets users sign in with a password at the API. */
export function benchProject(from = '.'): string {
  const explicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
  const appClient = { scopes: ['openid'], callbackUrls: ['http://localhost:3000/dashboard'], explicitAuthFlows };
  const folder = copyProject({ from, settings: { appClients: { app: appClient } } });
  // What the build of the web client is made of, and the last build.
  for (const name of ['package-lock.json', 'dist'].filter((each) => existsSync(join(from, each)))) {
    cpSync(join(from, name), join(folder, name), { recursive: true });
  }
  return folder;
}

/** Starts `npm start` of a project, without npm itself. */
export async function startProject(folder: string, options: readonly string[] = []): Promise<Server> {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [, ...args] = scripts.start.split(' ');
  const { child, ...server } = await start(process.execPath, [...args, '--json', ...anyPort, ...options], folder, {});
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  const failure = failed(child);
  while (!stdout.includes('\n')) {
    await Promise.race([once(child.stdout, 'data'), failure]);
  }
  const processorTime = processorTimeOf(child.pid!);
  const { userPoolApiUrl, userPoolId, clientId, demoUser } = JSON.parse(stdout) as Summary;
  const api = apiAt(userPoolApiUrl, userPoolId, clientId);
  const { email: username, password: ofUser } = demoUser ?? { email: 'user0@example.com', password };
  return { ...server, processorTime, api: () => Promise.resolve({ api, username, password: ofUser }) };
}

/** Writes a seed of users with one password, and returns the name of the file. */
export function writeSeed(folder: string, users: number): string {
  const seed = Array.from({ length: users }, (_, index) => ({
    attributes: { email: `user${index}@example.com` },
    password,
  }));
  const file = join(folder, `seed-${users}.json`);
  writeFileSync(file, JSON.stringify(seed));
  return file;
}

/** Installs other emulators. Returns what starts each, by name. */
export function installPeers(): Readonly<Record<string, () => Promise<Server>>> {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  const install = (command: string, ...args: string[]) => {
    const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) {
      throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
    }
  };
  install('python3', '-m', 'venv', 'venv');
  install(join(folder, 'venv', 'bin', 'pip'), 'install', '--quiet', 'ministack==1.5.33');
  return {
    ministack: () =>
      startPeer(join(folder, 'venv', 'bin', 'ministack'), [], folder, (port) => ({
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: port,
      })),
  };
}

async function startPeer(
  command: string,
  args: readonly string[],
  folder: string,
  environment: (port: string) => NodeJS.ProcessEnv,
): Promise<Server> {
  const port = await freePort();
  const { child, ...server } = await start(command, args, folder, environment(String(port)), 'ignore');
  const userPoolApiUrl = `http://127.0.0.1:${port}`;
  child.stdout.resume();
  const failure = failed(child);
  while (!(await fetch(userPoolApiUrl).catch(() => undefined))) {
    await Promise.race([setTimeout(5), failure]);
  }
  return { ...server, processorTime: processorTimeOf(child.pid!), api: () => makeUser(userPoolApiUrl) };
}

/** Makes what the stacks of this project have, by the calls that any emulator takes. */
async function makeUser(userPoolApiUrl: string) {
  const { UserPool } = (await apiAt(userPoolApiUrl).admin('CreateUserPool', { PoolName: 'bench' })).body as {
    UserPool: { Id: string };
  };
  const request = { ClientName: 'bench', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] };
  const { UserPoolClient } = (await apiAt(userPoolApiUrl, UserPool.Id).admin('CreateUserPoolClient', request)).body as {
    UserPoolClient: { ClientId: string };
  };
  const api = apiAt(userPoolApiUrl, UserPool.Id, UserPoolClient.ClientId);
  const username = 'user';
  await api.admin('AdminCreateUser', { Username: username });
  await api.admin('AdminSetUserPassword', { Username: username, Password: password, Permanent: true });
  return { api, username, password };
}

function apiAt(userPoolApiUrl: string, userPoolId = '', clientId = ''): UserPoolApi {
  return new UserPoolApi({ userPoolApiUrl, userPoolId, client: { id: clientId } } as Services);
}

async function start(
  command: string,
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
  stderr: 'inherit' | 'ignore' = 'inherit',
) {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, DOMAIN_PREFIX: 'bench', ...environment },
    stdio: ['ignore', 'pipe', stderr],
  });
  await once(child, 'spawn');
  return {
    child,
    processorTimeNow: () => processorTimeOf(child.pid!),
    memory: () => memoryOf(child.pid!),
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function failed(child: ReturnType<typeof spawn>): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Processor time of a process and its children, in milliseconds, as Linux counts it. */
function processorTimeOf(pid: number): number {
  const ofEnded = clockTicks(pid, [11, 12, 13, 14]);
  return children(pid).reduce((sum, child) => sum + processorTimeOf(child), ofEnded);
}

/** Processor time of the children of this process that have ended, in milliseconds. */
export function processorTimeOfEnded(): number {
  return clockTicks('self', [13, 14]);
}

/** Adds fields of `/proc/PID/stat` behind the name, which are in hundredths of a second. */
function clockTicks(pid: number | string, fields: readonly number[]): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const values = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.reduce((sum, field) => sum + Number(values[field]) * 10, 0);
}

function memoryOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return children(pid).reduce((sum, child) => sum + memoryOf(child), Number(kilobytes) / 1024);
}

function children(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const file = `/proc/${pid}/task/${task}/children`;
    return existsSync(file) ? (readFileSync(file, 'utf8').match(/\d+/g) ?? []).map(Number) : [];
  });
}
