import { randomUUID } from 'node:crypto';

import { getRequestListener } from '@hono/node-server';

import { type RequestLog } from '../../http/loopback-server';
import { createWebClient } from '../../http/web-client';
import { type Clock } from '../clock';
import { FunctionError } from '../lambda/execution-environment';
import { type Caller, Functions, type UnservedFunction } from '../lambda/function-configuration';
import { LambdaFunction, LambdaService } from '../lambda/lambda-service';
import { type IntegrationConfiguration } from '../rest-api/model';
import { createRestApi } from '../rest-api/rest-api';
import { listRoutes, type ServedRoute } from '../rest-api/routes';
import { type TerraformState, TerraformStateError } from '../terraform/terraform-state';
import { createUserPoolApi, type UserPoolApiProps } from '../user-pool/api/user-pool-api';
import { OpenIdProvider } from '../user-pool/login/openid-provider';
import { createUserPoolDomain } from '../user-pool/login/user-pool-domain';
import { type Mail } from '../user-pool/mailbox';
import { type AppClient, type UserPoolConfiguration } from '../user-pool/model';
import { isExternal } from '../user-pool/sign-in/federation';
import { type UserPoolKeys } from '../user-pool/tokens/signing-keys';
import { type InvokeFunction } from '../user-pool/triggers/triggers';
import { UserPool, type UserPoolFile } from '../user-pool/user-pool';
import { type DataFolder, DataFolderError } from './data-folder';
import { addUsers, type DemoUser } from './demo-user';
import { type FlowLog, logCalls, logLogin } from './flow-log';
import { type Move } from './local-urls';
import { type LocalOutputs, localOutputs } from './local-outputs';
import { type Outputs } from '../../stack/outputs';
import { type Project, type ProjectOptions, readProject } from './project';
import { openServers, type Servers } from './servers';
import { clockPath, createTestControls, type TestClock } from './test-controls';

export interface LocalServicesProps extends ProjectOptions {
  readonly keys: UserPoolKeys;
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
   * The content of the seed file: the users of the selected pool, if it is new. A pool from the data folder keeps its
   * own users.
   *
   * @default - the demo user
   */
  readonly seed?: unknown;
  /**
   * Where the pools keep their users and their tokens.
   *
   * @default - none: this run only
   */
  readonly dataFolder?: DataFolder | undefined;
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
  /**
   * Whether others than this machine can reach the services.
   *
   * @default false
   */
  readonly isExposed?: boolean | undefined;
  readonly onRequest?: RequestLog | undefined;
  readonly onFlowStep?: FlowLog | undefined;
}

/** The stacks as they are served on this machine. */
export interface LocalServices {
  /** The user pools, the selected one first. */
  readonly userPools: readonly ServedUserPool[];
  /** Host of the selected pool's hosted login. Without a login, it still has the mailbox. */
  readonly loginDomainUrl: string | undefined;
  /** Cognito's API for user pools: the `endpoint` of an AWS SDK. Undefined without a user pool. */
  readonly userPoolApiUrl: string | undefined;
  /** Undefined without a stage. */
  readonly apiUrl: string | undefined;
  /**
   * Undefined if no web client is wanted, the callback URL is on another host, or the app client has a secret, which a
   * page cannot keep.
   */
  readonly webUrl: string | undefined;
  /** URL with which a test sets the clock ahead. */
  readonly clockUrl: string | undefined;
  /**
   * The outputs of the stacks by stack and name, with local URLs instead of those of AWS. Outputs of this project that
   * the stacks do not have are added as those of a stack `LocalServices`.
   */
  readonly outputs: LocalOutputs;
  /** The app client with which a person signs in. Undefined without a hosted login or such a client. */
  readonly client: AppClient | undefined;
  readonly userPoolId: string | undefined;
  /** ARN of an existing user pool, which a local one replaces. */
  readonly existingUserPoolArn: string | undefined;
  /** HTTP method of the route at the output ProtectedResourceUrl. */
  readonly protectedResourceMethod: string;
  readonly routes: readonly ServedRoute[];
  /**
   * The identity providers of the selected user pool, with the URL of the one that is called. A page simulates the
   * others.
   */
  readonly identityProviders: readonly { readonly name: string; readonly url?: string | undefined }[];
  /** Addresses and arguments of the Terraform JSON that are not served. */
  readonly unserved: readonly string[];
  /** Number of resources of other services, by type. */
  readonly passedOver: Readonly<Record<string, number>>;
  /** That of the selected pool. Undefined if the users come from a seed. */
  readonly demoUser: DemoUser | undefined;
  /** Whether a person can sign up at the selected pool, and then sign in, without an administrator. */
  readonly canSignUp: boolean;
  /** The folder that keeps the users, and whether they are from an earlier run. Undefined without a folder. */
  readonly kept: { readonly folder: string; readonly users: number; readonly areRestored: boolean } | undefined;
  /** The selected user pool before this change, if the change replaced it: the new one does not have its users. */
  readonly replacedUserPool: { readonly id: string; readonly users: number } | undefined;
  /** Makes requests to the web client, or to the login and the APIs, wait. */
  readonly hold: (until: Promise<unknown>, services: 'web' | 'login and APIs') => void;
  /**
   * Serves other stacks at the same URLs. The users and their tokens stay as long as their pool has the same address.
   *
   * @throws the errors of the start; the current stacks are then still served
   */
  readonly serveInstead: (state: TerraformState) => Promise<LocalServices>;
  /**
   * Replaces the user pools by those as at the start: with the users of the seed, or the demo user with the same
   * password. The keys stay, because clients keep the public ones.
   */
  readonly reset: () => Promise<LocalServices>;
  /** Closes the servers and ends the functions, with all requests. Nothing then keeps the process running. */
  readonly stop: () => Promise<void>;
}

/** A user pool as it is served on this machine. */
export interface ServedUserPool {
  readonly id: string;
  readonly name: string;
  /** Address of its resource. */
  readonly address: string;
  /** What its tokens name as their issuer. */
  readonly issuer: string;
  /** URL of its public keys. */
  readonly jwksUrl: string;
  /** Host of its hosted login. Undefined if the pool has no domain. */
  readonly loginDomainUrl: string | undefined;
  readonly mailboxUrl: string;
  /** Undefined if the users come from a seed. */
  readonly demoUser: DemoUser | undefined;
}

/**
 * Serves the user pools and the REST APIs of the stacks.
 *
 * @throws {UnservedError} when the local services would let in users that AWS rejects
 * @throws {TerraformStateError} when the Terraform cannot be read
 * @throws {OptionError} when an OpenID provider cannot replace an identity provider, or no user pool is selected
 * @throws {PortError} when a port is not available
 * @throws {SeedError} when the user pool rejects the seed
 * @throws {DataFolderError} when the file of a user pool cannot be read or written
 */
export async function startLocalServices(props: LocalServicesProps): Promise<LocalServices> {
  return serve(props, undefined);
}

/** The parts that other stacks reuse. */
interface Running {
  readonly servers: Servers;
  /** The selected one first. */
  readonly pools: readonly RunningPool[];
  readonly lambda: LambdaService;
}

interface RunningPool {
  readonly configuration: UserPoolConfiguration;
  /** Undefined if the pool is to be made again. */
  readonly pool: UserPool | undefined;
  readonly demoUser: DemoUser | undefined;
}

async function serve(props: LocalServicesProps, running: Running | undefined): Promise<LocalServices> {
  const project = readProject(props);
  const { certificate, isExposed, onRequest } = props;
  const { servers, opened } = await openServers(portsOf(props, project), running?.servers ?? new Map(), {
    certificate,
    isExposed,
    log: onRequest,
  });
  try {
    const services = await serveOn(servers, props, project, running);
    const unused = [...(running?.servers ?? [])].filter(([name, server]) => servers.get(name) !== server);
    await Promise.all(unused.map(([, server]) => server.close()));
    return services;
  } catch (error) {
    await Promise.all(opened.map((server) => server.close()));
    throw error;
  }
}

/** Returns the ports of the servers that a project needs, by what they serve. */
function portsOf({ ports }: LocalServicesProps, { userPools, stages, webPort }: Project): ReadonlyMap<string, number> {
  return new Map([
    ...(userPools.length > 0
      ? ([
          ['login', ports.login],
          ['user pool API', ports.userPoolApi],
        ] as const)
      : []),
    ...(stages.length > 0 ? ([['API', ports.api]] as const) : []),
    ...(webPort === undefined ? [] : ([['web client', webPort]] as const)),
    ...userPools.slice(1).map((pool) => [loginServer(pool), 0] as const),
  ]);
}

/** Names the server of the login of a user pool that is not the selected one. */
function loginServer({ id }: UserPoolConfiguration): string {
  return `login of ${regionless(id)}`;
}

async function serveOn(
  servers: Servers,
  props: LocalServicesProps,
  { state, userPools, stages, client, moves, passedOver, ...project }: Project,
  running: Running | undefined,
): Promise<LocalServices> {
  const [login, userPoolApi, api, web] = ['login', 'user pool API', 'API', 'web client'].map((name) =>
    servers.get(name),
  );
  const { keys, clock, onMail, onFunctionMessage, onFlowStep, dataFolder, providers } = props;
  const lambda = running?.lambda ?? new LambdaService(onFunctionMessage, props.profile);
  const reader = new Functions(state);
  const callable = (caller: Caller): Callable => {
    const read = reader.read(caller);
    return 'unserved' in read ? read : lambda.function(read);
  };
  const issuerOf = ({ endpoint, id }: UserPoolConfiguration) =>
    props.issuer === 'aws' ? `https://${endpoint}` : `${userPoolApi!.url}/${id}`;

  const pools = userPools.map((configuration, index) => {
    const issuer = issuerOf(configuration);
    const server = index === 0 ? login! : servers.get(loginServer(configuration))!;
    const earlier = running?.pools.find((each) => isSameUserPool(each.configuration, configuration));
    const kept = earlier?.pool;
    const file = kept ? undefined : dataFolder?.userPool(configuration.id);
    assertSameSignIn(configuration, kept, file);
    const triggers = triggerFunctions(configuration, callable);
    const invokeFunction = invokeOneOf(triggers);
    const pool =
      kept ??
      new UserPool({
        ...{ configuration, domainUrl: server.url, issuer, keys, clock, onMail, invokeFunction, file },
        report: onFunctionMessage,
      });
    const seed = index === 0 ? props.seed : undefined;
    const demoUser = kept ? earlier.demoUser : addUsers(pool, seed, earlier?.demoUser?.password);
    return { configuration, issuer, server, pool, demoUser, triggers, invokeFunction };
  });
  const integrations = new Map<IntegrationConfiguration, Callable>();
  const [selected] = pools;

  const restApi = createRestApi(stages, {
    userPools: (arn) => {
      const named = pools.find(({ configuration }) => configuration.arn === arn);
      return named && { issuer: named.issuer, keys: () => named.pool.tokens.jwks() };
    },
    functions: (integration) => {
      const { address, callArn, uri } = integration;
      const named = { argument: 'uri', function: { invoke_arn: uri }, service: 'API Gateway' } as const;
      const called = callable({ address, callArn, ...named });
      integrations.set(integration, called);
      return called;
    },
    report: onFunctionMessage,
    now: clock,
    log: props.onApiMessage,
    ...(onFlowStep && api && { onCall: logCalls(onFlowStep, api.url) }),
  });

  const called = [...pools.flatMap(({ triggers }) => [...triggers.values()]), ...integrations.values()];
  const functions = called.filter((each) => each instanceof LambdaFunction);
  const unservedFunctions = new Set(called.flatMap((each) => ('unserved' in each ? [each.unserved] : [])));
  const unservedOf = (integration: IntegrationConfiguration) => {
    const each = integrations.get(integration);
    return each && 'unserved' in each ? each.unserved : undefined;
  };
  const routes = stages.flatMap((stage) => listRoutes(stage, `${api!.url}/${stage.name}`, unservedOf));
  // Those of an argument are listed with its address.
  const unservedRoutes = routes
    .flatMap(({ unserved = [] }) => unserved)
    .filter((reason) => !project.unserved.some((what) => reason.startsWith(`${what}: `)));
  const localUrls: Move[] = [
    ...moves,
    ...pools.flatMap(({ configuration: { domain }, server }) => (domain ? [[domain.url, server.url] as const] : [])),
    ...stages.flatMap(({ name, urls }) => urls.map((url) => [url, `${api!.url}/${name}`] as const)),
    ...pools.map(({ configuration: { endpoint }, issuer }) => [`https://${endpoint}`, issuer] as const),
  ];
  const hasLogin = selected?.configuration.domain !== undefined;
  const outputs = localOutputs(
    state,
    {
      userPool: selected && {
        ...{ id: selected.configuration.id, issuer: selected.issuer },
        domainUrl: hasLogin ? selected.server.url : undefined,
      },
      client,
      apiEndpoint: stages[0] && `${api!.url}/${stages[0].name}`,
      routes,
    },
    { moves: localUrls, hasClient: project.hasOutputs },
  );
  const { ProtectedResourceUrl, ProtectedResourceMethod } = Object.assign({}, ...Object.values(outputs)) as Outputs;
  const [logoutUri] = client?.logoutUrls ?? [];
  const protectedResourceUrl = ProtectedResourceUrl ?? (project.hasOutputs ? api?.url : undefined);
  const webClient =
    web &&
    client &&
    createWebClient({
      issuer: selected!.issuer,
      hostedDomainUrl: login!.url,
      clientId: client.id,
      scope: client.scopes.join(' '),
      redirectUri: client.callbackUrls[0]!,
      ...(logoutUri !== undefined && { logoutUri }),
      ...(ProtectedResourceMethod === undefined && protectedResourceUrl !== undefined && { protectedResourceUrl }),
    });

  await dataFolder?.saveKeys();
  await Promise.all(pools.map(({ pool }) => pool.save()));
  // An error above changes nothing: the previous stacks are still served.
  lambda.closeAllExcept(functions);
  for (const { configuration, issuer, server, pool, triggers, invokeFunction } of pools) {
    pool.configure(configuration);
    pool.domainUrl = server.url;
    pool.tokens.issuer = issuer;
    pool.triggers.invokeFunction = invokeFunction;
    for (const each of triggers.values()) {
      if (each instanceof LambdaFunction) {
        each.prepare();
      }
    }
    const isSelected = pool === selected!.pool;
    const replaced = isSelected ? [...providers] : [];
    const redirectUri = `${server.url}/oauth2/idpresponse`;
    const calledProviders = new Map(
      replaced.map(([name, local]) => [
        name,
        new OpenIdProvider(configuration.identityProviders.get(name)!, local, redirectUri),
      ]),
    );
    const domain = createUserPoolDomain(pool, { calledProviders, log: onFlowStep && logLogin(onFlowStep), onError });
    server.serve(getRequestListener(withTestControls(domain.fetch, isSelected ? props.testClock : undefined)));
  }
  userPoolApi?.serve(
    getRequestListener(
      createUserPoolApi(
        pools.map(({ pool }) => pool),
        { onUnserved: props.onUnservedOperation, onError },
      ).fetch,
    ),
  );
  api?.serve(restApi);
  if (webClient) {
    web.serve(getRequestListener(webClient.fetch));
  }
  // The next start must not restore what the stacks have removed.
  await Promise.all(pools.map(({ pool }) => pool.save()));

  const addresses = new Set(called.map((each) => ('unserved' in each ? each : each.configuration).address));
  const uncalled = state.resources('aws_lambda_function').filter(({ address }) => !addresses.has(address)).length;
  return {
    userPools: pools.map(({ configuration: { id, name, address, domain }, issuer, server, demoUser }) => ({
      ...{ id, name, address, issuer, demoUser },
      jwksUrl: `${userPoolApi!.url}/${id}/.well-known/jwks.json`,
      loginDomainUrl: domain && server.url,
      mailboxUrl: `${server.url}/mailbox`,
    })),
    loginDomainUrl: login?.url,
    userPoolApiUrl: userPoolApi?.url,
    apiUrl: api?.url,
    webUrl: web?.url,
    clockUrl: props.testClock && login && `${login.url}${clockPath}`,
    outputs,
    client,
    userPoolId: selected?.configuration.id,
    existingUserPoolArn: project.existingUserPoolArn,
    protectedResourceMethod: ProtectedResourceMethod ?? 'GET',
    identityProviders: Array.from(selected?.configuration.identityProviders.keys() ?? [], (name) => ({
      name,
      url: providers.get(name)?.url,
    })),
    routes,
    unserved: [...new Set([...project.unserved, ...unservedFunctions, ...unservedRoutes])],
    passedOver: { ...Object.fromEntries(passedOver), ...(uncalled > 0 && { aws_lambda_function: uncalled }) },
    demoUser: selected?.demoUser,
    canSignUp: selected !== undefined && canSignUp(selected.configuration),
    kept: dataFolder &&
      selected && {
        folder: dataFolder.path,
        users: pools.reduce((sum, { pool }) => sum + pool.users.count, 0),
        areRestored: selected.pool.isRestored,
      },
    replacedUserPool: replacedUserPool(running, userPools),
    hold: (until, services) => {
      for (const [name, server] of servers) {
        if ((name === 'web client') === (services === 'web')) {
          server.hold(until);
        }
      }
    },
    serveInstead: (other) => serve({ ...props, state: other }, { servers, pools, lambda }),
    reset: () => serve(props, { servers, pools: pools.map((each) => ({ ...each, pool: undefined })), lambda }),
    stop: async () => {
      await Promise.all([lambda.stop(), ...Array.from(servers.values(), (server) => server.close())]);
    },
  };
}

/** Returns whether a sign-up is allowed and can be confirmed: with a code, or by a trigger. */
function canSignUp({ selfSignUp, verifiesEmail, triggers }: UserPoolConfiguration): boolean {
  return selfSignUp && (verifiesEmail || triggers.has('PreSignUp'));
}

/** Returns the selected user pool of the earlier stacks, if the stacks do not have it. */
function replacedUserPool(
  running: Running | undefined,
  userPools: readonly UserPoolConfiguration[],
): LocalServices['replacedUserPool'] {
  const { configuration, pool } = running?.pools[0] ?? {};
  return pool && userPools.length > 0 && !userPools.some((other) => isSameUserPool(other, configuration!))
    ? { id: configuration!.id, users: pool.users.count }
    : undefined;
}

/** A function, or why it is not served. */
type Callable = LambdaFunction | UnservedFunction;

/** Returns the functions of the triggers of a user pool, by ARN. */
function triggerFunctions(
  { address, arn: callArn, triggers }: UserPoolConfiguration,
  callable: (caller: Caller) => Callable,
): ReadonlyMap<string, Callable> {
  return new Map(
    Array.from(triggers.values(), ({ functionArn: arn }) => [
      arn,
      callable({ address, argument: 'lambda_config', function: { arn }, service: 'Cognito', callArn }),
    ]),
  );
}

/** Returns a function that invokes a Lambda function by its ARN, for the user pool. */
function invokeOneOf(functions: ReadonlyMap<string, Callable>): InvokeFunction {
  return async (arn, event) => {
    const called = functions.get(arn)!;
    if ('unserved' in called) {
      return { failure: `it is not served on this machine: ${called.unserved}` };
    }
    try {
      return { result: await called.invoke({ requestId: randomUUID(), event }) };
    } catch (error) {
      if (!(error instanceof FunctionError)) {
        throw error;
      }
      return { failure: error.message };
    }
  };
}

/** Returns whether two IDs belong to one user pool. The first part is the region, which can change. */
function isSameUserPool(one: UserPoolConfiguration, other: UserPoolConfiguration): boolean {
  return regionless(one.id) === regionless(other.id);
}

function regionless(id: string): string | undefined {
  return id.split('_')[1];
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
