// Runs what jest cannot import: the local services, and OAuth clients that need ES modules. One process for all tests.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { type JWK } from 'jose';

import { createServerCertificate, type KeyedCertificate, type Name } from '../../src/http/certificate';
import { DataFolder } from '../../src/local/host/data-folder';
import { LocalAuthority } from '../../src/local/host/local-authority';
import { type LocalServices, startLocalServices } from '../../src/local/host/local-services';
import { readStages } from '../../src/local/rest-api/from-terraform';
import { createRestApi } from '../../src/local/rest-api/rest-api';
import { TestClock } from '../../src/local/host/test-controls';
import { importSigningKeys, keptKeys } from '../../src/local/user-pool/tokens/signing-keys';
import { PredictedState } from '../../src/local/terraform/predicted-state';
import { type Client } from './clients/client';
import { type ServeOptions, type Services } from './local-services';
import { type Stack } from './main-stacks';
import { sharedPrivateKeys } from './shared-keys';

/** What a test can ask for; arguments and results go through JSON. */
export type Operations = typeof operations;

/** What the clocks of the tests show, in milliseconds: a time that stands still, or how far they are ahead. */
type Clock = { readonly now: number } | { readonly ahead: number };

const keys = keptKeys(importSigningKeys(sharedPrivateKeys()));
/** A process claims a folder once. */
const dataFolders = new Map<string, Promise<DataFolder>>();

function openDataFolder(path: string): Promise<DataFolder> {
  const opened = dataFolders.get(path) ?? DataFolder.open(path);
  dataFolders.set(path, opened);
  return opened;
}

const clocks = new Map<string, Clock>();

function read(clock: string): number {
  const set = clocks.get(clock) ?? { ahead: 0 };
  return 'now' in set ? set.now : Date.now() + set.ahead;
}

/** Describes services with the app clients of their stacks. */
function describe(services: LocalServices, state: PredictedState): Services {
  const clients = state.resources('aws_cognito_user_pool_client').map(({ attributes }) => attributes);
  const ofClients = (attribute: string) =>
    Object.fromEntries(clients.map((client) => [client.name, client[attribute]])) as Record<string, string>;
  return {
    ...(services as unknown as Services),
    clientSecret: services.client?.secret,
    clientIds: ofClients('id'),
    clientSecrets: ofClients('client_secret'),
  };
}

const operations = {
  /** Serves stacks as `npm start` does, one after the other, and returns the services after each. */
  serve: async (
    clock: string,
    stacks: readonly Stack[],
    { testControls, data, providers = {}, changes = [], ...options }: ServeOptions,
  ): Promise<Services[]> => {
    const state = new PredictedState(stacks);
    const testClock = testControls ? new TestClock() : undefined;
    const dataFolder = data === undefined ? undefined : await openDataFolder(data);
    let services = await startLocalServices({
      state,
      keys: dataFolder ? keptKeys(await dataFolder.signingKeys()) : keys,
      dataFolder,
      ...options,
      providers: new Map(Object.entries(providers)),
      clock: testClock?.now ?? (() => read(clock)),
      testClock,
      onMail: () => undefined,
      onApiMessage: () => undefined,
      onFunctionMessage: () => undefined,
      onUnservedOperation: () => undefined,
    });
    const all = [describe(services, state)];
    for (const changed of changes) {
      const next = new PredictedState(changed);
      services = await services.serveInstead(next);
      all.push(describe(services, next));
    }
    return all;
  },

  /** Serves the REST APIs of stacks alone, whose user pools have these public keys by issuer; returns the port. */
  serveRestApi: async (
    clock: string,
    stacks: readonly Stack[],
    jwks: Readonly<Record<string, JWK[]>>,
  ): Promise<number> => {
    const state = new PredictedState(stacks);
    const userPools = state.resources('aws_cognito_user_pool').map(({ attributes }) => attributes);
    const restApi = createRestApi(readStages(state), {
      userPools: (arn) => {
        const endpoint = userPools.find((userPool) => userPool.arn === arn)?.endpoint as string;
        const issuer = `https://${endpoint}`;
        return { issuer, keys: () => Promise.resolve({ keys: jwks[issuer] ?? [] }) };
      },
      functions: () => {
        throw new Error('These tests call no functions');
      },
      report: () => undefined,
      now: () => read(clock),
    });
    const server = createServer(restApi);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  },

  /** Opens the local authority in a folder, and returns its certificate and one that it makes for a server. */
  certify: async (folder: string, now: number): Promise<KeyedCertificate & { readonly authority: string }> => {
    const opened = await LocalAuthority.open(folder, () => now);
    const server = await opened.certify();
    return { ...server, authority: readFileSync(opened.certificateFile, 'utf8') };
  },

  /** Makes a certificate for any names with the key of the local authority in a folder. */
  forge: (folder: string, names: readonly [string, ...Name[]], now: number): Promise<KeyedCertificate> => {
    const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => readFileSync(join(folder, name), 'utf8'));
    const validity = { from: new Date(now), to: new Date(now + 24 * 60 * 60 * 1000) };
    return createServerCertificate({ certificate: certificate!, key: key! }, names, validity);
  },

  /** Sets a clock. */
  setClock: (clock: string, value: Clock): null => {
    clocks.set(clock, value);
    return null;
  },

  /** Collects garbage, and returns the bytes that this process still uses. */
  usedMemory: (): number => {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  },

  /** Goes through the flow with one of the clients. */
  runClient: async (name: string, services: Services): Promise<unknown> => {
    const { run } = (await import(`./clients/${name}.ts`)) as { run: Client };
    return run(services);
  },
};

const server = createServer((request, response) => {
  // A test may wait longer than an idle connection lives.
  response.setHeader('Connection', 'close');
  const operation = operations[request.url!.slice(1) as keyof Operations] as (...args: unknown[]) => unknown;
  void text(request)
    .then((body) => operation(...(JSON.parse(body) as unknown[])))
    .then(
      (result) => response.end(JSON.stringify(result)),
      (error: unknown) => response.writeHead(500).end((error as Error).message),
    );
}).listen(0, '127.0.0.1', () => {
  process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

process.once('disconnect', () => process.exit());
