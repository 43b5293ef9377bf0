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
import { combineStates, type Resource, type TerraformState, TerraformStateError } from '../terraform/terraform-state';
import { clockPath, createTestControls, type TestClock } from './test-controls';
import { findUnserved } from '../terraform/unserved';
import { createUserPoolApi, type UserPoolApiProps } from '../user-pool/api/user-pool-api';
import { userPoolResources, readUserPool } from '../user-pool/from-terraform';
import { type Mail } from '../user-pool/mailbox';
import { isExternal } from '../user-pool/sign-in/federation';
import { type AppClient, type UserPoolConfiguration } from '../user-pool/model';
import { addSeed } from '../user-pool/seed';
import { type UserPoolKeys } from '../user-pool/tokens/signing-keys';
import { existingUserPoolArn, standInUserPool } from '../user-pool/stand-in-user-pool';
import { UserPool, type UserPoolFile } from '../user-pool/user-pool';
import { type InvokeFunction } from '../user-pool/triggers/triggers';
import { type LocalProvider, OpenIdProvider } from '../user-pool/login/openid-provider';
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
  readonly state: TerraformState;
  readonly keys: UserPoolKeys;
  readonly ports: Ports;
  /**
   * Certificate for `localhost`, with which all services speak https. The app client's pages on this machine move
   * from http to https.
   *
   * @default - http
   */
  readonly certificate?: KeyedCertificate | undefined;
  /**
   * Whether a web client is served at the callback URL, if that is on this machine.
   *
   * @default true
   */
  readonly webClient?: boolean | undefined;
  /** Whether the tokens name as their issuer AWS's URL of the user pool, or its URL at the local user pool API. */
  readonly issuer: 'aws' | 'local';
  readonly clock: Clock;
  /**
   * The clock, if a test may set it ahead over HTTP.
   *
   * @default - none: no test can
   */
  readonly testClock?: TestClock | undefined;
  /**
   * The content of the seed file: the users of a new pool. A pool from the data folder keeps its own users.
   *
   * @default - the demo user
   */
  readonly seed?: unknown;
  /**
   * Where the pool keeps its users and their tokens.
   *
   * @default - none: this run only
   */
  readonly dataFolder?: DataFolder | undefined;
  /**
   * OpenID providers on this machine that are called instead of identity providers of the user pool, by name. A
   * page of the hosted login simulates the others.
   */
  readonly providers: ReadonlyMap<string, LocalProvider>;
  readonly onMail: (mail: Mail) => void;
  /** Called with what API Gateway would write to the API's execution log. */
  readonly onApiMessage: (message: string) => void;
  /** Called with what functions write to their logs, and with the reason when a function or an HTTP endpoint does not respond. */
  readonly onFunctionMessage: (message: string) => void;
  /**
   * The AWS profile whose credentials functions have.
   *
   * @default - none: functions have no credentials
   */
  readonly profile?: string | undefined;
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
  /**
   * Undefined if no web client is wanted, the callback URL is on another host, or the app client has a secret, which a
   * page cannot keep.
   */
  readonly webUrl: string | undefined;
  /** URL with which a test sets the clock ahead. */
  readonly clockUrl: string | undefined;
  /** The outputs of the stacks by stack and name, with local URLs instead of those of AWS. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The app client that the outputs describe. */
  readonly client: AppClient;
  readonly userPoolId: string;
  /** ARN of an existing user pool, which a local one replaces. */
  readonly existingUserPoolArn: string | undefined;
  /** HTTP method of the route at the output ProtectedResourceUrl. */
  readonly protectedResourceMethod: string;
  readonly routes: readonly ServedRoute[];
  /** The identity providers of the user pool, with the URL of the one that is called. A page simulates the others. */
  readonly identityProviders: readonly { readonly name: string; readonly url?: string | undefined }[];
  /** Addresses and arguments of the Terraform JSON that are not served. */
  readonly unserved: readonly string[];
  /** Undefined if the users come from a seed. */
  readonly demoUser: DemoUser | undefined;
  /** The folder that keeps the users, and whether they are from an earlier run. Undefined without a folder. */
  readonly kept: { readonly folder: string; readonly users: number; readonly areRestored: boolean } | undefined;
  /** The user pool before this change, if the change replaced it: the new one does not have its users. */
  readonly replacedUserPool: { readonly id: string; readonly users: number } | undefined;
  /** Makes requests to the web client, or to the login and the APIs, wait. */
  readonly hold: (until: Promise<unknown>, services: 'web' | 'login and APIs') => void;
  /**
   * Serves other stacks at the same URLs. The users and their tokens stay as long as the user pool has the same address.
   *
   * @throws the errors of the start; the current stacks are then still served
   */
  readonly serveInstead: (state: TerraformState) => Promise<LocalServices>;
  /**
   * Replaces the user pool by one as at the start: with the users of the seed, or the demo user with the same password.
   * The keys stay, because clients keep the public ones.
   */
  readonly reset: () => Promise<LocalServices>;
  /** Closes the servers and ends the functions, with all requests. Nothing then keeps the process running. */
  readonly stop: () => Promise<void>;
}

/** A user with a password for this run. */
export interface DemoUser {
  /** Only if users sign in with one. */
  readonly username?: string;
  readonly email: string;
  readonly password: string;
}

/** An OpenID provider that cannot replace an identity provider. */
export class ProviderOptionError extends Error {}

/** Terraform that would be served with less protection than AWS gives it. */
export class UnservedError extends Error {}

/**
 * Serves the user pool and the REST API of the stacks.
 *
 * @throws {UnservedError} when the local services would let in users that AWS rejects
 * @throws {TerraformStateError} when the Terraform cannot be read
 * @throws {ProviderOptionError} when an OpenID provider cannot replace an identity provider
 * @throws {PortError} when a port is not available
 * @throws {SeedError} when the user pool rejects the seed
 * @throws {DataFolderError} when the file of the user pool cannot be read or written
 */
export async function startLocalServices(props: LocalServicesProps): Promise<LocalServices> {
  return serve(props, undefined);
}

/** The parts that other stacks reuse. */
interface Running {
  readonly login: LoopbackServer;
  readonly userPoolApi: LoopbackServer;
  readonly api: LoopbackServer;
  readonly web: LoopbackServer | undefined;
  /** Undefined if the pool is to be made again. */
  readonly pool: UserPool | undefined;
  readonly demoUser: DemoUser | undefined;
  readonly lambda: LambdaService;
}

async function serve(props: LocalServicesProps, running: Running | undefined): Promise<LocalServices> {
  const project = readProject(props);
  const { servers, opened } = await openServers(props, project, running);
  try {
    return await serveOn(servers, props, project, running);
  } catch (error) {
    await Promise.all(opened.map((server) => server.close()));
    throw error;
  }
}

/** The services as the stacks define them. */
interface Project {
  /** With a local user pool instead of an existing one. */
  readonly state: TerraformState;
  readonly existingUserPoolArn: string | undefined;
  readonly configuration: UserPoolConfiguration;
  /** The app client that the outputs describe. */
  readonly client: AppClient;
  readonly callbackUrl: string;
  /** The local URLs of the pages of the app clients. */
  readonly moves: readonly Move[];
  /** Undefined without a web client. */
  readonly webPort: number | undefined;
  readonly unserved: readonly string[];
}

function readProject({ state: given, certificate, ports, providers, webClient = true }: LocalServicesProps): Project {
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
  const state = arn === undefined ? given : combineStates([given, standInUserPool(arn, given)]);
  const clientId = state.output('CognitoUserPoolAppClientID');
  if (clientId === undefined) {
    throw new TerraformStateError(
      'an app client with the grant authorization_code is required: without one, there is no login to serve',
    );
  }
  const terraform = readUserPool(state);
  assertCallable(providers, terraform);
  const registered = terraform.clients.get(clientId);
  const registeredUrl = registered?.callbackUrls[0];
  if (!registered || registeredUrl === undefined) {
    throw new TerraformStateError(
      'output.CognitoUserPoolAppClientID: is not the ID of an app client with a callback URL',
    );
  }
  const hasWebClient = webClient && registered.secret === undefined;
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

/** Opens all servers that are not open yet. If one fails, opens none. */
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
  const { keys, clock, onMail, onFunctionMessage, onFlowStep, dataFolder, providers } = props;
  const issuer =
    props.issuer === 'aws' ? `https://${configuration.endpoint}` : `${userPoolApi.url}/${configuration.id}`;
  const runningPool = running?.pool;
  const isSamePool = runningPool !== undefined && isSameUserPool(runningPool.configuration.id, configuration.id);
  const file = isSamePool ? undefined : dataFolder?.userPool(configuration.id);
  assertSameSignIn(configuration, isSamePool ? runningPool : undefined, file);
  const lambda = running?.lambda ?? new LambdaService(onFunctionMessage, props.profile);
  const triggerFunctions = new Map(
    Array.from(configuration.triggers.values(), ({ functionArn: arn }) => [
      arn,
      lambda.function(readFunction(state, triggerCaller(state, configuration, arn))),
    ]),
  );
  const functions: LambdaFunction[] = [...triggerFunctions.values()];
  const invokeFunction = invokeOneOf(triggerFunctions);
  const pool = isSamePool
    ? runningPool
    : new UserPool({
        configuration,
        domainUrl: login.url,
        issuer,
        keys,
        clock,
        onMail,
        invokeFunction,
        report: onFunctionMessage,
        file,
      });
  const demoUser = isSamePool
    ? running?.demoUser
    : addUsers(pool, props.seed, runningPool ? undefined : running?.demoUser?.password);

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
    userPools: (arn) => (arn === configuration.arn ? { issuer, keys: () => pool.tokens.jwks() } : undefined),
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
  const webClient =
    web &&
    createWebClient({
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
  // An error above changes nothing: the previous stacks are still served.
  pool.configure(configuration);
  pool.tokens.issuer = issuer;
  pool.triggers.invokeFunction = invokeFunction;
  lambda.closeAllExcept(functions);
  for (const each of triggerFunctions.values()) {
    each.prepare();
  }
  const redirectUri = `${login.url}/oauth2/idpresponse`;
  const calledProviders = new Map(
    Array.from(providers, ([name, local]) => [
      name,
      new OpenIdProvider(configuration.identityProviders.get(name)!, local, redirectUri),
    ]),
  );
  const domain = createUserPoolDomain(pool, { calledProviders, log: onFlowStep && logLogin(onFlowStep), onError });
  login.serve(getRequestListener(withTestControls(domain.fetch, props.testClock)));
  userPoolApi.serve(
    getRequestListener(createUserPoolApi(pool, { onUnserved: props.onUnservedOperation, onError }).fetch),
  );
  api.serve(restApi);
  if (webClient) {
    web.serve(getRequestListener(webClient.fetch));
  }
  if (running?.web !== web) {
    await running?.web?.close();
  }
  // The next start must not restore what the stacks have removed.
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
    identityProviders: Array.from(configuration.identityProviders.keys(), (name) => ({
      name,
      url: providers.get(name)?.url,
    })),
    routes: stages.flatMap((stage) => listRoutes(stage, `${api.url}/${stage.name}`)),
    unserved: project.unserved.filter((what) => !functions.some(({ configuration: { address } }) => address === what)),
    demoUser,
    kept: dataFolder && { folder: dataFolder.path, users: pool.users.count, areRestored: pool.isRestored },
    replacedUserPool:
      runningPool && !isSamePool ? { id: runningPool.configuration.id, users: runningPool.users.count } : undefined,
    hold: (until, services) => {
      for (const server of services === 'web' ? [web] : [login, userPoolApi, api]) {
        server?.hold(until);
      }
    },
    serveInstead: (other) => serve({ ...props, state: other }, { ...servers, pool, demoUser, lambda }),
    reset: () => serve(props, { ...servers, pool: undefined, demoUser, lambda }),
    stop: async () => {
      await Promise.all([lambda.stop(), ...Object.values(servers).map((server) => server?.close())]);
    },
  };
}

/** @throws {ProviderOptionError} when one of the OpenID providers cannot replace an identity provider */
function assertCallable(
  providers: LocalServicesProps['providers'],
  { identityProviders }: UserPoolConfiguration,
): void {
  const callable = [...identityProviders.values()].filter(({ type }) => type !== 'SAML').map(({ name }) => name);
  const unknown = [...providers.keys()].find((name) => !callable.includes(name));
  if (unknown !== undefined) {
    throw new ProviderOptionError(
      `--provider must name an identity provider of the user pool that is not SAML, got ${JSON.stringify(unknown)}; allowed: ${callable.join(', ') || 'none'}.`,
    );
  }
}

/** Says how a user pool calls the function of a trigger. */
function triggerCaller(state: TerraformState, { id, arn: callArn }: UserPoolConfiguration, arn: string): Caller {
  const [{ address }] = state.resources('aws_cognito_user_pool', { id }) as [Resource];
  return { address, argument: 'lambda_config', function: { arn }, service: 'Cognito', callArn };
}

/** Returns a function that invokes a Lambda function by its ARN, for the user pool. */
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

/** Returns whether two IDs belong to one user pool. The first part is the region, which can change. */
function isSameUserPool(one: string, other: string): boolean {
  return one.split('_')[1] === other.split('_')[1];
}

/**
 * Returns the local URLs of the pages of the app client, for another port and for https. Other URLs stay.
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

/** URL of a domain on AWS. A domain with a certificate is a host name. */
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

/**
 * Adds the users of a seed to a pool that is new, or the demo user without a seed.
 *
 * @param lastPassword the password of the demo user before a reset
 */
function addUsers(pool: UserPool, seed: unknown, lastPassword: string | undefined): DemoUser | undefined {
  if (seed !== undefined) {
    if (!pool.isRestored) {
      addSeed(pool, seed);
    }
    return undefined;
  }
  const email = demoAddress;
  const password = lastPassword ?? generatePassword(pool.configuration.passwordPolicy.minimumLength);
  const username = pool.users.signsInWithEmail ? undefined : 'demo';
  const kept = pool.users.find(username ?? email);
  if (kept) {
    pool.passwords.set(kept, password);
  } else {
    const required = pool.userAttributes.missing(new Map());
    const attributes = new Map(required.map((name) => [name, demoAttributes[name] ?? 'Demo']));
    pool.signUp.addWithStatus('CONFIRMED', username ?? email, password, attributes);
  }
  return { ...(username !== undefined && { username }), email, password };
}

const demoAddress = 'demo@example.com';

/** Values of the attributes of the demo user that have a format. */
const demoAttributes: Readonly<Record<string, string>> = {
  birthdate: '2000-01-01',
  email: demoAddress,
  phone_number: '+15550100',
  updated_at: '946684800',
};

/**
 * On AWS, another sign-in replaces the user pool. Its users cannot sign in to the new one.
 *
 * @throws {TerraformStateError} when the pool that is served has the other one
 * @throws {DataFolderError} when the users in the folder have the other one
 */
function assertSameSignIn(
  { id, signIn }: UserPoolConfiguration,
  running: UserPool | undefined,
  file: UserPoolFile | undefined,
): void {
  if (running && running.configuration.signIn !== signIn) {
    throw new TerraformStateError(
      'aws_cognito_user_pool: username_attributes: a change replaces the user pool with all its users: stop npm start, and start it again',
    );
  }
  const kept = Array.from(file?.content?.users ?? [], ([, user]) => user);
  // The user names of identity providers are the same with both.
  if (kept.some((user) => !isExternal(user) && (user.username === user.sub) !== (signIn === 'email'))) {
    throw new DataFolderError(
      `The users of ${id} in the data folder have another sign-in, and AWS would replace the user pool. Move the file of the user pool away to begin without them.`,
    );
  }
}

/** Generates a password that meets any policy, without characters that a shell interprets. */
function generatePassword(minimumLength: number): string {
  return `Aa1-${randomBytes(Math.max(12, minimumLength)).toString('hex')}`.slice(0, Math.max(20, minimumLength));
}
