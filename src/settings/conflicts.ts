import { BundleError, bundleHandler } from '../lambda/lambda-bundle';
import { reservedPathProblem } from '../api-gateway/custom-domain';
import { findRegionConflicts as findApiRegionConflicts } from '../api-gateway/rest-api';
import { findEdgeTimeouts } from '../api-gateway/route';
import { parseRoute, pathParts } from '../api-gateway/route-name';
import {
  findAboveLite,
  findAttributeConflicts,
  findUnusableProviders,
  systemScopes,
} from '../cognito/app-client-settings';
import { findProviderConflicts } from '../cognito/identity-provider-settings';
import { attributesOf } from '../cognito/user-attributes';
import { findTwoHostNames } from '../cognito/hosted-domain';
import { findManagedInLite } from '../cognito/managed-login';
import { findUnknownScopes, isScope, resourceServerSettings } from '../cognito/resource-server';
import { findRegionConflicts as findPoolRegionConflicts } from '../cognito/user-pool';
import { check } from '../rules/check';
import { isObject, type ValidParts, type Problem, within } from '../rules/rule';
import { firstVersions, olderVersionProblem } from '../stack/provider-version';
import { hasExistingUserPool, isUserPoolSetting } from './existing-user-pool';
import { type Settings } from './settings';

type Given = Readonly<Record<string, unknown>>;
type Known = ValidParts<Settings>;
type Route = NonNullable<NonNullable<Known['routes']>[string]>;

/**
 * Finds conflicts between settings of different constructs.
 *
 * The rule of a construct finds the conflicts between its own settings.
 *
 * @param settings the valid settings, with their defaults
 * @param input the settings as the user wrote them
 */
export function findConflicts(settings: Known, input: unknown): Problem[] {
  const given: Given = isObject(input) ? input : {};
  const { region, userPool = {}, login, restApi = {} } = settings;
  const appClients = entriesOf(settings.appClients);
  const routes = entriesOf(settings.routes);
  const attributes = attributesOf(userPool.signIn, userPool.attributes);
  const knownScopes = entriesOf(settings.resourceServers).flatMap(([name, { identifier = name, scopes = {} }]) =>
    Object.keys(scopes).map((scope) => `${identifier}/${scope}`),
  );
  return [
    ...findForbiddenStrings(input, []),
    ...findUnusedSettings(given),
    ...findTwoHostNames(given),
    ...findIdentifierConflicts(entriesOf(settings.resourceServers)),
    ...findUnknownScopesIn('appClients', appClients, knownScopes, given),
    ...(hasExistingUserPool(given)
      ? findMalformedScopes(routes)
      : findUnknownScopesIn('routes', routes, knownScopes, given)),
    ...appClients.flatMap(([name, client]) => within(['appClients', name], findAboveLite(client, userPool.tier))),
    ...appClients.flatMap(([name, client]) =>
      within(
        ['appClients', name],
        [
          ...findAttributeConflicts(client, attributes),
          ...findUnusableProviders(client, settings.identityProviders ?? {}, attributes),
        ],
      ),
    ),
    ...entriesOf(settings.identityProviders).flatMap(([name, provider]) =>
      within(['identityProviders', name], findProviderConflicts(provider, attributes, region)),
    ),
    ...(login?.style === 'managed' ? within(['login'], findManagedInLite(userPool.tier)) : []),
    ...within(['userPool'], findPoolRegionConflicts(userPool, region)),
    ...within(['restApi'], findApiRegionConflicts(restApi, region)),
    ...(restApi.customDomain?.name !== undefined && restApi.customDomain.name === settings.customDomain?.name
      ? [
          {
            path: ['restApi', 'customDomain', 'name'],
            problem: 'must differ from customDomain.name, because a DNS record has one target',
          },
        ]
      : []),
    ...(restApi.customDomain && restApi.customDomain.basePath === undefined ? findReservedPaths(routes) : []),
    ...findMissingFeatures(settings),
    ...within(['routes'], findEdgeTimeouts(settings.routes, restApi.endpointType)),
    ...routes.flatMap(([name, { lambda }]) => within(['routes', name, 'lambda'], findBundleProblem(lambda))),
    ...entriesOf(userPool.triggers).flatMap(([name, trigger]) =>
      within(['userPool', 'triggers', name], findBundleProblem(trigger)),
    ),
  ];
}

/** Finds strings that Terraform or CDKTF would evaluate, and the name `__proto__`, which is lost when objects are copied. */
function findForbiddenStrings(value: unknown, path: readonly PropertyKey[]): Problem[] {
  if (typeof value === 'string') {
    // The construct of a route escapes its response.
    const isEscaped = path[0] === 'routes' && path[2] === 'response';
    // Its own rule rejects what is not an ARN, and does not repeat it.
    const isSecret = path[0] === 'identityProviders' && ['clientSecret', 'privateKey'].includes(String(path[2]));
    return ((/[$%]\{/.test(value) && !isEscaped) || value.includes('TfToken[')) && !isSecret
      ? [{ path, problem: 'must not contain ${, %{ or TfToken[, which Terraform or CDKTF would evaluate' }]
      : [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => findForbiddenStrings(item, [...path, index]));
  }
  return Object.entries(isObject(value) ? value : {}).flatMap(([name, member]) => [
    ...findForbiddenStrings(name, [...path, name]),
    ...(name === '__proto__' ? [{ path: [...path, name], problem: 'the name "__proto__" is reserved' }] : []),
    ...findForbiddenStrings(member, [...path, name]),
  ]);
}

/** Finds settings that have no effect with an existing user pool. */
function findUnusedSettings(given: Given): Problem[] {
  if (!hasExistingUserPool(given)) {
    return [];
  }
  return [
    ...Object.keys(given).map((name) => [name]),
    ...Object.keys(given.userPool as Given).map((name) => ['userPool', name]),
  ]
    .filter((path) => path.join('.') !== 'userPool' && isUserPoolSetting(path.join('.')))
    .map((path) => ({
      path,
      problem: 'conflicts with userPool.arn, because the stacks do not manage an existing user pool',
    }));
}

function findIdentifierConflicts(
  resourceServers: readonly (readonly [string, { readonly identifier?: string | undefined }])[],
): Problem[] {
  const identifiers = resourceServers.map(([name, { identifier = name }]) => identifier);
  return resourceServers.flatMap(([name, { identifier }], index) => {
    const path = ['resourceServers', name, 'identifier'];
    if (identifier === undefined && check(resourceServerSettings.shape.identifier, name).problems.length > 0) {
      return [{ path, problem: 'is required, because the name has characters that an identifier cannot have' }];
    }
    const owner = identifiers.indexOf(identifiers[index]!);
    return owner < index
      ? [{ path, problem: `must not be that of the resource server ${JSON.stringify(resourceServers[owner]![0])}` }]
      : [];
  });
}

function findUnknownScopesIn(
  map: 'appClients' | 'routes',
  entries: readonly (readonly [string, { readonly scopes?: readonly (string | undefined)[] | undefined }])[],
  knownScopes: readonly string[],
  given: Given,
): Problem[] {
  const problems = entries.flatMap(([name, { scopes }]) => within([map, name], findUnknownScopes(scopes, knownScopes)));
  if (given[map] !== undefined || problems.length === 0) {
    return problems;
  }
  // The user has not written the default, so its entries do not show what to change.
  return [
    {
      path: [map],
      problem: 'is required, because the default uses a scope that no resource server has',
      allowed: problems[0]!.allowed,
    },
  ];
}

/** Finds routes that a custom domain without a base path does not serve. */
function findReservedPaths(routes: readonly (readonly [string, Route])[]): Problem[] {
  return routes.flatMap(([name]) => {
    const problem = reservedPathProblem(pathParts(parseRoute(name).path)[0]);
    return problem === undefined ? [] : [{ path: ['routes', name], problem }];
  });
}

/** The resource servers of an existing user pool are not known. */
function findMalformedScopes(routes: readonly (readonly [string, Route])[]): Problem[] {
  return routes.flatMap(([name, { scopes = [] }]) =>
    scopes.flatMap((scope, index) =>
      scope === undefined || isScope(scope)
        ? []
        : [
            {
              path: ['routes', name, 'scopes', index],
              problem: 'must be a scope',
              allowed: `IDENTIFIER/NAME of a scope of a resource server, ${systemScopes.join(', ')}`,
            },
          ],
    ),
  );
}

/** Finds versions of the provider that do not have what the settings use. */
function findMissingFeatures({ providerVersion, userPool, login, appClients, restApi, routes }: Known): Problem[] {
  const versions = {
    'userPool.passwordPolicy':
      userPool?.passwordPolicy && 'aws_cognito_user_pool.password_policy.password_history_size',
    'userPool.tier': userPool?.tier && 'aws_cognito_user_pool.user_pool_tier',
    'userPool.userEventLogs': userPool?.userEventLogs && 'aws_cognito_log_delivery_configuration',
    'restApi.ipAddressType':
      restApi?.ipAddressType && 'aws_api_gateway_rest_api.endpoint_configuration.ip_address_type',
    'restApi.securityPolicy': restApi?.securityPolicy && 'aws_api_gateway_rest_api.security_policy',
    login: login && 'aws_cognito_user_pool_domain.managed_login_version',
    'the managed login': login?.style === 'managed' && 'aws_cognito_managed_login_branding',
    refreshTokenRotation:
      entriesOf(appClients).some(([, client]) => 'refreshTokenRotation' in client) &&
      'aws_cognito_user_pool_client.refresh_token_rotation',
    'Node.js 22 for Lambda functions':
      (entriesOf(routes).some(([, route]) => 'lambda' in route) || entriesOf(userPool?.triggers).length > 0) &&
      'aws_lambda_function.runtime nodejs22.x',
  } as const;
  const used = Object.entries(versions).flatMap(([name, feature]) =>
    feature ? [[name, firstVersions[feature]] as const] : [],
  );
  const problem = providerVersion === undefined ? undefined : olderVersionProblem(providerVersion, used);
  return problem === undefined ? [] : [{ path: ['providerVersion'], problem }];
}

/** Bundles the handler of a function, if it is known. */
function findBundleProblem(lambda: Route['lambda']): Problem[] {
  const { handler, bundleAwsSdk = true } = typeof lambda === 'string' ? { handler: lambda } : (lambda ?? {});
  if (handler === undefined) {
    return [];
  }
  try {
    bundleHandler({ handler, bundleAwsSdk });
    return [];
  } catch (error) {
    if (!(error instanceof BundleError)) {
      throw error;
    }
    return [{ path: typeof lambda === 'string' ? [] : ['handler'], problem: error.message, handler: error.handler }];
  }
}

/** Lists the entries of a map, except for those that break a rule as a whole. */
function entriesOf<Entry>(map: Readonly<Record<string, Entry | undefined>> | undefined): [string, Entry][] {
  return Object.entries(map ?? {}).filter((entry): entry is [string, Entry] => entry[1] !== undefined);
}
