import { parseRoute, pathParts } from './api-gateway/route';
import { addressOf } from './aws-stack';
import { outlivingTokens, systemScopes } from './cognito/app-client';
import { isObject, type Problem } from './rule';

type Entry = readonly [name: string, value: Readonly<Record<string, unknown>>];

interface Maps {
  readonly resourceServers: unknown;
  readonly appClients: unknown;
  readonly routes: unknown;
}

/**
 * Finds what no setting shows alone: two that contradict each other.
 *
 * Takes the settings as they were given and looks past values that are wrong by themselves, so that one report has all.
 */
export function findConflicts(given: unknown, defaults: Maps): Problem[] {
  const maps = { ...defaults, ...(isObject(given) ? given : {}) };
  const resourceServers = entriesOf(maps.resourceServers);
  const appClients = entriesOf(maps.appClients);
  const routes = entriesOf(maps.routes);
  const paths = resourcePathsOf(routes.map(([name]) => name));
  return [
    ...findTerraformTemplates(given, []),
    ...findSharedAddresses(
      'resourceServers',
      resourceServers.map(([name]) => [name]),
    ),
    ...findSharedAddresses(
      'appClients',
      appClients.map(([name]) => [name]),
    ),
    // The root's methods are named so, too.
    ...findSharedAddresses('routes', [['root'], ...paths]),
    ...findSiblingVariables(paths),
    ...findSharedIdentifiers(resourceServers),
    ...findUnknownScopes('appClients', appClients, resourceServers),
    ...findUnknownScopes('routes', routes, resourceServers),
    ...appClients.flatMap(findOutlivingTokens),
  ];
}

/** Terraform would evaluate these, in its own language and at apply. */
function findTerraformTemplates(value: unknown, path: readonly string[]): Problem[] {
  const isTemplate = (text: string) => /[$%]\{/.test(text);
  if (typeof value === 'string' && isTemplate(value)) {
    return [
      { path, problem: 'holds ${ or %{, which starts a Terraform template', got: value, allowed: 'any other text' },
    ];
  }
  return Object.entries(isObject(value) || Array.isArray(value) ? value : {}).flatMap(([name, member]) => [
    ...findTerraformTemplates(member, [...path, name]),
    ...(isTemplate(name) ? findTerraformTemplates(name, [...path, name]) : []),
  ]);
}

/** @param names each as the parts that its address is joined from */
function findSharedAddresses(setting: string, names: readonly (readonly string[])[]): Problem[] {
  const owners = new Map<string, string>();
  return names.flatMap((parts) => {
    const address = addressOf(parts);
    const name = parts.join('/');
    const owner = owners.get(address);
    if (owner !== undefined) {
      return [
        {
          path: [setting, name],
          problem: `has the Terraform address "${address}", and so has "${owner}"`,
          allowed: 'names that differ in letters, digits, _ and -',
        },
      ];
    }
    owners.set(address, name);
    return [];
  });
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html */
function findSiblingVariables(paths: readonly (readonly string[])[]): Problem[] {
  const variables = paths.filter((parts) => parts.at(-1)?.startsWith('{'));
  const parentOf = (parts: readonly string[]) => parts.slice(0, -1).join('/');
  return variables.flatMap((parts, index) => {
    const sibling = variables.slice(0, index).find((other) => parentOf(other) === parentOf(parts));
    return sibling
      ? [
          {
            path: ['routes', parts.join('/')],
            problem: `is a second variable beside ${sibling.at(-1)}`,
            allowed: 'one {variable} below a path',
          },
        ]
      : [];
  });
}

function findSharedIdentifiers(resourceServers: readonly Entry[]): Problem[] {
  const identifiers = resourceServers.map(identifierOf);
  return resourceServers.flatMap(([name], index) =>
    identifiers.indexOf(identifiers[index]!) < index
      ? [
          {
            path: ['resourceServers', name, 'identifier'],
            problem: "is another resource server's",
            got: identifiers[index],
            allowed: 'one of its own',
          },
        ]
      : [],
  );
}

function findUnknownScopes(setting: string, entries: readonly Entry[], resourceServers: readonly Entry[]): Problem[] {
  const known = [
    ...resourceServers.flatMap((server) =>
      namesIn(server[1].scopes).map((scope) => `${identifierOf(server)}/${scope}`),
    ),
    ...systemScopes,
  ];
  return entries.flatMap(([name, { scopes }]) =>
    (Array.isArray(scopes) ? scopes : [])
      .map((scope: unknown, index) => ({ path: [setting, name, 'scopes', index], got: scope }))
      .filter(({ got }) => typeof got === 'string' && !known.includes(got))
      .map((place) => ({ ...place, problem: 'is a scope that no resource server has', allowed: known.join(', ') })),
  );
}

function findOutlivingTokens([name, client]: Entry): Problem[] {
  const validity = (token: string) => (typeof client[token] === 'string' ? client[token] : '');
  return outlivingTokens({
    accessTokenValidity: validity('accessTokenValidity'),
    idTokenValidity: validity('idTokenValidity'),
    refreshTokenValidity: validity('refreshTokenValidity'),
  }).map((token) => ({
    path: ['appClients', name, token],
    problem: 'is longer than refreshTokenValidity',
    got: client[token],
    allowed: `at most ${validity('refreshTokenValidity')}`,
  }));
}

function entriesOf(map: unknown): Entry[] {
  return isObject(map) ? Object.entries(map).filter((entry): entry is [string, Entry[1]] => isObject(entry[1])) : [];
}

function namesIn(map: unknown): string[] {
  return isObject(map) ? Object.keys(map) : [];
}

function identifierOf([name, { identifier }]: Entry): string {
  return typeof identifier === 'string' ? identifier : name;
}

/** Lists the API's resources, apart from the root: each route's path, and each path on the way to it. */
function resourcePathsOf(routes: readonly string[]): string[][] {
  const paths = routes.flatMap((name) => {
    const parts = pathParts(parseRoute(name).path);
    return parts.map((_, index) => parts.slice(0, index + 1));
  });
  return [...new Map(paths.map((parts) => [parts.join('/'), parts])).values()];
}
