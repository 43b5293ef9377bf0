import { type KeyedCertificate } from '../../http/certificate';
import { loopbackPortOf, type Scheme } from '../../http/loopback-server';
import { lambdaResources } from '../lambda/function-configuration';
import { readStages, restApiResources } from '../rest-api/from-terraform';
import { type Stage } from '../rest-api/model';
import { combineStates, ifKnown, type TerraformState, TerraformStateError } from '../terraform/terraform-state';
import { countPassedOver, findUnserved } from '../terraform/unserved';
import { findOfOtherPools, readUserPools, userPoolResources } from '../user-pool/from-terraform';
import { type LocalProvider } from '../user-pool/login/openid-provider';
import { type AppClient, type UserPoolConfiguration } from '../user-pool/model';
import { existingUserPoolArn, standInUserPool } from '../user-pool/stand-in-user-pool';
import { localize, type Move, originIn } from './local-urls';
import { type Ports } from './servers';

export interface ProjectOptions {
  readonly state: TerraformState;
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
  /**
   * OpenID providers on this machine that are called instead of identity providers of the selected user pool, by name.
   * A page of the hosted login simulates the others.
   */
  readonly providers: ReadonlyMap<string, LocalProvider>;
  /**
   * `login` serves the user pools alone: the API is another service, which checks the tokens itself.
   *
   * @default - the user pools and the REST APIs
   */
  readonly only?: 'login' | undefined;
  /**
   * Name or address of the user pool that has the port of the login and the web client.
   *
   * @default - the pool of the app client that the outputs name, or else the only pool with a domain
   */
  readonly userPool?: string | undefined;
}

/** The services as the stacks define them. */
export interface Project {
  /** With a local user pool instead of an existing one. */
  readonly state: TerraformState;
  readonly existingUserPoolArn: string | undefined;
  /** The selected one first. */
  readonly userPools: readonly UserPoolConfiguration[];
  readonly stages: readonly Stage[];
  /** The app client of the selected pool with which a person signs in. */
  readonly client: AppClient | undefined;
  /** Whether the outputs describe the client, as those of this project do. */
  readonly hasOutputs: boolean;
  /** The local URLs of the pages of the app clients. */
  readonly moves: readonly Move[];
  /** Undefined without a web client. */
  readonly webPort: number | undefined;
  readonly unserved: readonly string[];
  /** Number of resources of other services, by type. */
  readonly passedOver: ReadonlyMap<string, number>;
}

/** An option that does not fit the stacks. */
export class OptionError extends Error {}

/** Terraform that would be served with less protection than AWS gives it. */
export class UnservedError extends Error {}

/**
 * Reads what the stacks define.
 *
 * @throws {UnservedError} when the local services would let in users that AWS rejects
 * @throws {TerraformStateError} when the Terraform cannot be read
 * @throws {OptionError} when an OpenID provider cannot replace an identity provider, or no user pool is selected
 */
export function readProject({ state: given, certificate, ports, providers, ...options }: ProjectOptions): Project {
  const scheme = certificate ? 'https' : 'http';
  const { only, webClient = true } = options;
  const unserved = findUnserved(given, servedResources, only);
  assertSupported(unserved);
  const arn = only === 'login' ? undefined : existingUserPoolArn(given);
  const state = arn === undefined ? given : combineStates([given, standInUserPool(arn, given)]);
  const pools = readUserPools(state);
  const stages = only === 'login' ? [] : readStages(state);
  if (pools.length === 0 && stages.length === 0) {
    throw new TerraformStateError(
      `there is nothing to serve: no aws_cognito_user_pool${only === 'login' ? '' : ', and no aws_api_gateway_stage'}`,
    );
  }
  const describedId = ifKnown(() => state.output('CognitoUserPoolAppClientID'));
  const selected = selectUserPool(pools, describedId, options.userPool);
  assertCallable(providers, selected);
  const registered = selected && appClientOf(selected, describedId);
  const hasWebClient = webClient && registered !== undefined && registered.secret === undefined;
  const moves = hasWebClient ? movesOf(scheme, ports.web, registered.callbackUrls[0]!) : [];
  const userPools = [selected ?? [], pools.filter((pool) => pool !== selected)]
    .flat()
    .map((pool) => moveClients(pool, moves));
  const client = registered && userPools[0]!.clients.get(registered.id);
  return {
    state,
    existingUserPoolArn: arn,
    userPools,
    stages,
    client,
    hasOutputs: client !== undefined && client.id === describedId,
    moves,
    webPort: hasWebClient ? (ports.web ?? loopbackPortOf(client!.callbackUrls[0]!, scheme)) : undefined,
    unserved: [...unserved.map(({ what }) => what), ...findOfOtherPools(given, pools)],
    passedOver: countPassedOver(given, servedResources, only),
  };
}

const servedResources = { ...lambdaResources, ...userPoolResources, ...restApiResources };

/** @throws {UnservedError} or {TerraformStateError} with all that stops the services */
function assertSupported(unserved: ReturnType<typeof findUnserved>): void {
  const [rejected, unknown] = (['rejected', 'unknown'] as const).map((kind) =>
    unserved.filter(({ support }) => support === kind).map(({ what }) => what),
  ) as [string[], string[]];
  if (rejected.length > 0) {
    const withoutApi = rejected.some((what) => apiResource.test(what))
      ? ['To serve the user pools without the API, use --only login.']
      : [];
    throw new UnservedError(
      [
        'The local services do not support these. Without them, they would accept requests that AWS rejects:',
        ...rejected.map((what) => `  ${what}`),
        ...unknown,
        ...withoutApi,
      ].join('\n'),
    );
  }
  if (unknown.length > 0) {
    throw new TerraformStateError(unknown.join('\n'));
  }
}

/** The address of a resource of API Gateway. */
const apiResource = /(?:^|\.)\w*api_?gateway\w*\./;

/** @throws {OptionError} when several user pools have a hosted login, and none is chosen */
function selectUserPool(
  pools: readonly UserPoolConfiguration[],
  describedId: string | undefined,
  chosen: string | undefined,
): UserPoolConfiguration | undefined {
  const addresses = pools.map(({ address }) => address).join(', ');
  if (chosen !== undefined) {
    const named = pools.filter(({ name, address }) => name === chosen || address === chosen);
    if (named.length !== 1) {
      throw new OptionError(
        `--user-pool must be the name or the address of one user pool, got ${JSON.stringify(chosen)}; allowed: ${addresses}.`,
      );
    }
    return named[0];
  }
  const described = describedId === undefined ? undefined : pools.find(({ clients }) => clients.has(describedId));
  const withLogin = pools.filter(({ domain }) => domain);
  if (!described && withLogin.length > 1) {
    throw new OptionError(
      `Several user pools have a hosted login, and one of them gets its port: choose it with --user-pool; allowed: ${withLogin.map(({ address }) => address).join(', ')}.`,
    );
  }
  return described ?? withLogin[0] ?? pools[0];
}

/**
 * Returns the app client that the outputs name, or the first one with which a person can sign in at the hosted login.
 *
 * @throws {TerraformStateError} when the client of the outputs has no callback URL
 */
function appClientOf({ clients, domain }: UserPoolConfiguration, describedId = ''): AppClient | undefined {
  const described = clients.get(describedId);
  if (described?.callbackUrls.length === 0) {
    throw new TerraformStateError(
      'output.CognitoUserPoolAppClientID: is not the ID of an app client with a callback URL',
    );
  }
  const signsIn = ({ codeGrant, callbackUrls }: AppClient) => codeGrant && callbackUrls.length > 0;
  return domain && (described ?? [...clients.values()].find(signsIn));
}

/** @throws {OptionError} when one of the OpenID providers cannot replace an identity provider */
function assertCallable(providers: ProjectOptions['providers'], selected: UserPoolConfiguration | undefined): void {
  const callable = [...(selected?.identityProviders.values() ?? [])]
    .filter(({ type }) => type !== 'SAML')
    .map(({ name }) => name);
  const unknown = [...providers.keys()].find((name) => !callable.includes(name));
  if (unknown !== undefined) {
    throw new OptionError(
      `--provider must name an identity provider of the user pool that is not SAML, got ${JSON.stringify(unknown)}; allowed: ${callable.join(', ') || 'none'}.`,
    );
  }
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
