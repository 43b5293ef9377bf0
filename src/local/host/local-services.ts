import { randomBytes, randomUUID } from 'node:crypto';

import { getRequestListener } from '@hono/node-server';

import { FunctionError } from '../lambda/execution-environment';
import { type Caller, lambdaResources, readFunction } from '../lambda/function-configuration';
import { type LambdaFunction, LambdaService } from '../lambda/lambda-service';
import { type KeyedCertificate } from '../../http/certificate';
import { type Clock } from '../clock';
import { type DataFolder, DataFolderError } from './data-folder';
import { type FlowLog, logCalls, logLogin } from './flow-log';
import { localize, type Move, originIn } from './local-urls';
import { LoopbackServer, loopbackPortOf, type RequestLog, type Scheme } from '../../http/loopback-server';
import { createRestApi } from '../rest-api/rest-api';
import { readStages, restApiResources } from '../rest-api/from-terraform';
import { listRoutes, type ServedRoute } from '../rest-api/routes';
import { type PredictedState, type Resource, TerraformStateError } from '../terraform/predicted-state';
import { clockPath, createTestControls, type TestClock } from './test-controls';
import { findUnserved } from '../terraform/unserved';
import { createUserPoolApi, type UserPoolApiProps } from '../user-pool/api/user-pool-api';
import { userPoolResources, readUserPool } from '../user-pool/from-terraform';
import { type Mail } from '../user-pool/mailbox';
import { type AppClient, type UserPoolConfiguration } from '../user-pool/model';
import { addSeed } from '../user-pool/seed';
import { type SigningKeys } from '../user-pool/signing-keys';
import { existingUserPoolArn, standInUserPool } from '../user-pool/stand-in-user-pool';
import { UserPool } from '../user-pool/user-pool';
import { type InvokeFunction } from '../user-pool/triggers';
import { createUserPoolDomain } from '../user-pool/login/user-pool-domain';
import { createWebClient } from '../../http/web-client';

/** Ports of the services, 0 for any that is free. */
export interface Ports {
  readonly login: number;
  readonly api: number;
  readonly userPoolApi: number;
  /**
   * Port of the web client. Unless it is 0, the URLs on the origin of the app client's callback URL move to it.
   *
   * @default - the port of the callback URL; there is no web client if that is on another host
   */
  readonly web?: number | undefined;
}

export interface LocalServicesProps {
  readonly state: PredictedState;
  readonly keys: SigningKeys;
  readonly ports: Ports;
  /**
   * Certificate for `localhost`, with which all services speak https. The app client's pages on this machine move
   * from http to https.
   *
   * @default - http
   */
  readonly certificate?: KeyedCertificate | undefined;
  /** Whether the tokens name as their issuer AWS's URL of the user pool or the local one. */
  readonly issuer: 'aws' | 'local';
  readonly clock: Clock;
  /**
   * The clock, if a test may set it ahead over HTTP.
   *
   * @default - nobody can
   */
  readonly testClock?: TestClock | undefined;
  /**
   * The users of the pool, as the seed file has them. A pool that the data folder has already does not get them.
   *
   * @default - the demo user
   */
  readonly seed?: unknown;
  /**
   * Where the pool keeps its users and their tokens.
   *
   * @default - nowhere
   */
  readonly dataFolder?: DataFolder | undefined;
  readonly onMail: (mail: Mail) => void;
  /** Called with what API Gateway would write to the API's execution log. */
  readonly onApiMessage: (message: string) => void;
  /** Called with what functions write to their logs, and with the reason when a function or an HTTP endpoint does not respond. */
  readonly onFunctionMessage: (message: string) => void;
  /** Called with the name of an operation of Cognito's API that is not served. */
  readonly onUnservedOperation: UserPoolApiProps['onUnserved'];
  readonly onRequest?: RequestLog | undefined;
  readonly onFlowStep?: FlowLog | undefined;
}

/** The stacks as they are served on this machine. */
export interface LocalServices {
  readonly loginDomainUrl: string;
  /** Cognito's API for user pools: the `endpoint` of an AWS SDK. */
  readonly userPoolApiUrl: string;
  readonly apiUrl: string;
  /** Nothing when the callback URL is on another host, or the app client has a secret, which no page can keep. */
  readonly webUrl: string | undefined;
  /** Where a test sets the clock ahead, if it may. */
  readonly clockUrl: string | undefined;
  /** The outputs of the stacks by stack and name, with local URLs instead of those of AWS. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The app client that the outputs describe. */
  readonly client: AppClient;
  readonly userPoolId: string;
  /** ARN of the user pool that no stack defines, in whose place another one is served. */
  readonly existingUserPoolArn: string | undefined;
  /** HTTP method of the route at the output ProtectedResourceUrl. */
  readonly protectedResourceMethod: string;
  readonly routes: readonly ServedRoute[];
  /** Address and argument of what the Terraform has and nothing here serves. */
  readonly unserved: readonly string[];
  /** Nothing if the users come from a seed. */
  readonly demoUser: DemoUser | undefined;
  /** Where the users are kept, and whether an earlier run has kept them there. Nothing if they are of this run. */
  readonly kept: { readonly folder: string; readonly users: number; readonly areRestored: boolean } | undefined;
  /** The user pool that was served before this change, if this is another one: its users are not in this one. */
  readonly replacedUserPool: { readonly id: string; readonly users: number } | undefined;
  /** Lets requests wait for what will be served then: those of the web client, or those of the login and the APIs. */
  readonly hold: (until: Promise<unknown>, services: 'web' | 'login and APIs') => void;
  /**
   * Serves other stacks at the same URLs. The users and their tokens stay as long as the user pool has the same address.
   *
   * Throws as the start does, and then goes on with these.
   */
  readonly serveInstead: (state: PredictedState) => Promise<LocalServices>;
}

/** Someone who has an account, with a password for this run. */
export interface DemoUser {
  readonly email: string;
  readonly password: string;
}

/** Terraform that would be served with less protection than AWS gives it. */
export class UnservedError extends Error {}

/**
 * Serves the user pool and the REST API of the stacks.
 *
 * @throws {UnservedError} when the local services would let in users that AWS rejects
 * @throws {TerraformStateError} when the Terraform cannot be read
 * @throws {PortError} when one of the ports cannot be had
 * @throws {SeedError} when the user pool rejects the seed
 * @throws {DataFolderError} when the file of the user pool cannot be read or written
 */
export async function startLocalServices(props: LocalServicesProps): Promise<LocalServices> {
  return serve(props, undefined);
}

/** What stays when other stacks are served. */
interface Running {
  readonly login: LoopbackServer;
  readonly userPoolApi: LoopbackServer;
  readonly api: LoopbackServer;
  readonly web: LoopbackServer | undefined;
  readonly pool: UserPool;
  readonly demoUser: DemoUser | undefined;
  readonly lambda: LambdaService;
}

async function serve(props: LocalServicesProps, running: Running | undefined): Promise<LocalServices> {
  const project = readProject(props);
  const { servers, opened } = await openServers(props, project, running);
  try {
    return await serveOn(servers, props, project, running);
  } catch (error) {
    for (const server of opened) {
      server.close();
    }
    throw error;
  }
}

/** What the stacks say of what is served, before anything is opened. */
interface Project {
  /** With a user pool in the place of one that no stack defines. */
  readonly state: PredictedState;
  readonly existingUserPoolArn: string | undefined;
  readonly configuration: UserPoolConfiguration;
  /** The app client that the outputs describe. */
  readonly client: AppClient;
  readonly callbackUrl: string;
  /** Where the pages of the app clients move to. */
  readonly moves: readonly Move[];
  /** Nothing if there is no web client. */
  readonly webPort: number | undefined;
  readonly unserved: readonly string[];
}

function readProject({ state: given, certificate, ports }: LocalServicesProps): Project {
  const scheme = certificate ? 'https' : 'http';
  const unserved = findUnserved(given, { ...lambdaResources, ...userPoolResources, ...restApiResources });
  const rejected = unserved.filter(({ support }) => support === 'rejected');
  if (rejected.length > 0) {
    throw new UnservedError(
      'The local services do not support these. Without them, they would accept requests that AWS rejects:\n' +
        rejected.map(({ what }) => `  ${what}`).join('\n'),
    );
  }
  const arn = existingUserPoolArn(given);
  const state = arn === undefined ? given : given.with(standInUserPool(arn, given));
  const clientId = state.output('CognitoUserPoolAppClientID');
  if (clientId === undefined) {
    throw new TerraformStateError(
      'an app client with the grant authorization_code is required: without one, there is no login to serve',
    );
  }
  const terraform = readUserPool(state);
  const registered = terraform.clients.get(clientId);
  const registeredUrl = registered?.callbackUrls[0];
  if (!registered || registeredUrl === undefined) {
    throw new TerraformStateError(
      'output.CognitoUserPoolAppClientID: is not the ID of an app client with a callback URL',
    );
  }
  const hasWebClient = registered.secret === undefined;
  const moves = hasWebClient ? movesOf(scheme, ports.web, registeredUrl) : [];
  const configuration = moveClients(terraform, moves);
  const client = configuration.clients.get(clientId)!;
  const callbackUrl = client.callbackUrls[0]!;
  return {
    state,
    existingUserPoolArn: arn,
    configuration,
    client,
    callbackUrl,
    moves,
    webPort: hasWebClient ? (ports.web ?? loopbackPortOf(callbackUrl, scheme)) : undefined,
    unserved: unserved.map(({ what }) => what),
  };
}

type Servers = Pick<Running, 'login' | 'userPoolApi' | 'api' | 'web'>;

/** Opens the servers that are not open yet: all of them, or none. */
async function openServers(
  { ports, certificate, onRequest }: LocalServicesProps,
  { webPort }: Project,
  running: Servers | undefined,
): Promise<{ readonly servers: Servers; readonly opened: readonly LoopbackServer[] }> {
  const keepsWeb = running?.web !== undefined && (webPort === 0 || webPort === running.web.port);
  const newPorts = [
    ...(running ? [] : [ports.login, ports.userPoolApi, ports.api]),
    ...(webPort === undefined || keepsWeb ? [] : [webPort]),
  ];
  const opened = await LoopbackServer.openAll(newPorts, { log: onRequest, certificate });
  const [login, userPoolApi, api] = running
    ? [running.login, running.userPoolApi, running.api]
    : (opened as [LoopbackServer, LoopbackServer, LoopbackServer]);
  const web = keepsWeb ? running.web : webPort === undefined ? undefined : opened.at(-1);
  return { servers: { login, userPoolApi, api, web }, opened };
}

async function serveOn(
  servers: Servers,
  props: LocalServicesProps,
  { state, configuration, client, callbackUrl, moves, ...project }: Project,
  running: Running | undefined,
): Promise<LocalServices> {
  const { login, userPoolApi, api, web } = servers;
  const { keys, clock, onMail, onFunctionMessage, onFlowStep, dataFolder } = props;
  const issuer = props.issuer === 'aws' ? `https://${configuration.endpoint}` : `${login.url}/${configuration.id}`;
  const isSamePool = running !== undefined && isSameUserPool(running.pool.configuration.id, configuration.id);
  const lambda = running?.lambda ?? new LambdaService(onFunctionMessage);
  const triggerFunctions = new Map(
    Array.from(configuration.triggers.values(), ({ functionArn: arn }) => [
      arn,
      lambda.function(readFunction(state, triggerCaller(state, configuration, arn))),
    ]),
  );
  const functions: LambdaFunction[] = [...triggerFunctions.values()];
  const invokeFunction = invokeOneOf(triggerFunctions);
  const pool = isSamePool
    ? running.pool
    : new UserPool({
        configuration,
        domainUrl: login.url,
        issuer,
        keys,
        clock,
        onMail,
        invokeFunction,
        file: dataFolder?.userPool(configuration.id),
      });
  const demoUser = isSamePool ? running.demoUser : addUsers(pool, props.seed);

  const stages = readStages(state);
  const localUrls: Move[] = [
    ...moves,
    ...state
      .resources('aws_cognito_user_pool_domain')
      .map(({ attributes }) => [hostedDomainUrl(attributes), login.url] as const),
    ...stages.flatMap(({ name, urls }) => urls.map((url) => [url, `${api.url}/${name}`] as const)),
    [`https://${configuration.endpoint}`, issuer],
  ];
  const outputs = mapValues(state.outputs(), (stack) =>
    mapValues(stack, (value) => localize(String(value), localUrls)),
  );

  const restApi = createRestApi(stages, {
    userPools: (arn) => (arn === configuration.arn ? { issuer, keys: pool.tokens.jwks } : undefined),
    functions: ({ uri, ...caller }) => {
      const named = { argument: 'uri', function: { invoke_arn: uri }, service: 'API Gateway' } as const;
      const each = lambda.function(readFunction(state, { ...caller, ...named }));
      functions.push(each);
      return each;
    },
    report: onFunctionMessage,
    now: clock,
    log: props.onApiMessage,
    ...(onFlowStep && { onCall: logCalls(onFlowStep, api.url) }),
  });
  const [logoutUri] = client.logoutUrls;
  const webClient = createWebClient({
    issuer,
    hostedDomainUrl: login.url,
    clientId: client.id,
    scope: client.scopes.join(' '),
    redirectUri: callbackUrl,
    ...(logoutUri !== undefined && { logoutUri }),
    ...(state.output('ProtectedResourceMethod') === undefined && {
      protectedResourceUrl: localize(state.output('ProtectedResourceUrl') ?? api.url, localUrls),
    }),
  });

  await dataFolder?.saveKeys();
  await pool.save();
  // Nothing above has changed what is served, so that an error there leaves all as it was.
  pool.configure(configuration);
  pool.tokens.issuer = issuer;
  pool.triggers.invokeFunction = invokeFunction;
  lambda.closeAllExcept(functions);
  login.serve(
    getRequestListener(
      withTestControls(
        createUserPoolDomain(pool, { log: onFlowStep && logLogin(onFlowStep), onError }).fetch,
        props.testClock,
      ),
    ),
  );
  userPoolApi.serve(
    getRequestListener(createUserPoolApi(pool, { onUnserved: props.onUnservedOperation, onError }).fetch),
  );
  api.serve(restApi);
  web?.serve(getRequestListener(webClient.fetch));
  if (running?.web !== web) {
    running?.web?.close();
  }
  // What the stacks no longer have must not come back with another start.
  await pool.save();

  return {
    loginDomainUrl: login.url,
    userPoolApiUrl: userPoolApi.url,
    apiUrl: api.url,
    webUrl: web?.url,
    clockUrl: props.testClock && `${login.url}${clockPath}`,
    outputs,
    client,
    userPoolId: configuration.id,
    existingUserPoolArn: project.existingUserPoolArn,
    protectedResourceMethod: state.output('ProtectedResourceMethod') ?? 'GET',
    routes: stages.flatMap((stage) => listRoutes(stage, `${api.url}/${stage.name}`)),
    unserved: project.unserved.filter((what) => !functions.some(({ configuration: { address } }) => address === what)),
    demoUser,
    kept: dataFolder && { folder: dataFolder.path, users: pool.users.count, areRestored: pool.isRestored },
    replacedUserPool:
      running && !isSamePool ? { id: running.pool.configuration.id, users: running.pool.users.count } : undefined,
    hold: (until, services) => {
      for (const server of services === 'web' ? [web] : [login, userPoolApi, api]) {
        server?.hold(until);
      }
    },
    serveInstead: (other) => serve({ ...props, state: other }, { ...servers, pool, demoUser, lambda }),
  };
}

/** Says how a user pool calls the function of a trigger. */
function triggerCaller(state: PredictedState, { id, arn: callArn }: UserPoolConfiguration, arn: string): Caller {
  const [{ address }] = state.resources('aws_cognito_user_pool', { id }) as [Resource];
  return { address, argument: 'lambda_config', function: { arn }, service: 'Cognito', callArn };
}

/** Returns what calls a function by its ARN, for a user pool, which does not know how functions run. */
function invokeOneOf(functions: ReadonlyMap<string, LambdaFunction>): InvokeFunction {
  return async (arn, event) => {
    try {
      return { result: await functions.get(arn)!.invoke({ requestId: randomUUID(), event }) };
    } catch (error) {
      if (!(error instanceof FunctionError)) {
        throw error;
      }
      return { failure: error.message };
    }
  };
}

/** Returns whether two IDs are of one user pool: it may have moved to another region, which is the first part. */
function isSameUserPool(one: string, other: string): boolean {
  return one.split('_')[1] === other.split('_')[1];
}

/**
 * Says where the pages of the app client move to, when another port is chosen for them and when they are served over
 * https; an app on a phone stays.
 */
function movesOf(scheme: Scheme, chosen: number | undefined, callbackUrl: string): Move[] {
  const origin = originIn(callbackUrl);
  if (origin === undefined) {
    return [];
  }
  const port = scheme === 'https' && !chosen ? loopbackPortOf(callbackUrl, 'http') : chosen;
  return port && loopbackPortOf(callbackUrl, scheme) !== port ? [[origin, `${scheme}://localhost:${port}`]] : [];
}

/** Moves the callback and logout URLs of the app clients, where the login compares them with those of a request. */
function moveClients(configuration: UserPoolConfiguration, moves: readonly Move[]): UserPoolConfiguration {
  const move = (url: string) => localize(url, moves);
  const clients = [...configuration.clients].map(([id, client]): [string, AppClient] => [
    id,
    { ...client, callbackUrls: client.callbackUrls.map(move), logoutUrls: client.logoutUrls.map(move) },
  ]);
  return { ...configuration, clients: new Map(clients) };
}

/** URL of a domain as AWS gives it; one with a certificate has its own host name. */
function hostedDomainUrl({ domain, region, certificate_arn }: Readonly<Record<string, unknown>>): string {
  return certificate_arn === undefined
    ? `https://${String(domain)}.auth.${String(region)}.amazoncognito.com`
    : `https://${String(domain)}`;
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** Reports an error of the user pool that is not a client's. */
function onError(error: Error): void {
  console.error(error instanceof DataFolderError ? error.message : error);
}

type Fetch = (request: Request) => Response | Promise<Response>;

/** Adds the test controls to the host of the login. */
function withTestControls(fetch: Fetch, testClock: TestClock | undefined): Fetch {
  if (!testClock) {
    return fetch;
  }
  const testControls = createTestControls(testClock);
  return (request) => (new URL(request.url).pathname === clockPath ? testControls.fetch(request) : fetch(request));
}

/** Adds the users of a seed to a pool that is new, or the demo user without a seed. */
function addUsers(pool: UserPool, seed: unknown): DemoUser | undefined {
  if (seed !== undefined) {
    if (!pool.isRestored) {
      addSeed(pool, seed);
    }
    return undefined;
  }
  const email = 'demo@example.com';
  const password = generatePassword(pool.configuration.passwordPolicy.minimumLength);
  const kept = pool.users.find(email);
  if (kept) {
    pool.passwords.set(kept, password);
  } else {
    pool.signUp.addWithStatus('CONFIRMED', email, password);
  }
  return { email, password };
}

/** Generates a password that any policy takes, without a character that a shell takes for its own. */
function generatePassword(minimumLength: number): string {
  return `Aa1-${randomBytes(Math.max(12, minimumLength)).toString('hex')}`.slice(0, Math.max(20, minimumLength));
}
