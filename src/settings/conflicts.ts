import { parseRoute, pathParts, rootName } from '../api-gateway/route-name';
import { addressOf } from '../stack/address';
import { findAppClientConflicts, systemScopes } from '../cognito/app-client-settings';
import { resourceServerSettings } from '../cognito/resource-server';
import { isObject, type Problem, problemsOf, within } from '../rules/rule';
import { findUnusedSettings, hasExistingUserPool } from './existing-user-pool';
import { findRestApiProblems } from './rest-api-problems';
import { findRouteProblems } from './route-problems';
import { findUserPoolProblems } from './user-pool-problems';

type Entry = readonly [name: string, value: Readonly<Record<string, unknown>>];

interface Defaults {
  readonly region: string;
  readonly providerVersion: string;
  readonly groups: unknown;
  readonly resourceServers: unknown;
  readonly appClients: unknown;
  readonly routes: unknown;
}

type MapName = 'groups' | 'resourceServers' | 'appClients' | 'routes';

/** A setting that has a Terraform address: its path, and the names that are joined to the address. */
interface Addressed {
  readonly path: readonly string[];
  readonly names: readonly string[];
}

/**
 * Finds settings that conflict with each other.
 *
 * Reads the settings as the user wrote them, and ignores values that break a rule of their own: another check reports
 * those, so that one report has all problems.
 */
export function findConflicts(given: unknown, defaults: Defaults): Problem[] {
  const settings = isObject(given) ? given : {};
  const map = (name: MapName) => settings[name] ?? defaults[name];
  const entries = (name: MapName) => entriesOf(map(name));
  // The user has not written a default, so its names do not show that the map must be replaced.
  const label = (name: MapName) => (settings[name] === undefined ? `${name} (the default)` : name);
  const resourceServers = entries('resourceServers');
  const appClients = entries('appClients');
  const resources = resourcesOf(namesIn(map('routes')));
  return [
    ...findForbiddenStrings(given, []),
    ...findUnusedSettings(settings),
    ...(['groups', 'resourceServers', 'appClients'] as const).flatMap((name) =>
      findSharedAddresses(namesIn(map(name)).map((entry) => ({ path: [name, entry], names: [entry] }))),
    ),
    // The addresses of the root's methods start with this name.
    ...findSharedAddresses([{ path: ["the API's root"], names: [rootName] }, ...resources]),
    ...findSiblingVariables(resources),
    ...findIdentifiers(resourceServers),
    ...findUnknownScopes(label('appClients'), appClients, resourceServers),
    ...(hasExistingUserPool(settings)
      ? findMalformedScopes(entries('routes'))
      : findUnknownScopes(label('routes'), entries('routes'), resourceServers)),
    ...findUserPoolProblems({
      ...settings,
      region: settings.region ?? defaults.region,
      providerVersion: settings.providerVersion ?? defaults.providerVersion,
    }),
    ...appClients.flatMap(([name, client]) => within(['appClients', name], findAppClientConflicts(client))),
    ...findRouteProblems(entries('routes')),
    ...findRestApiProblems(settings, settings.region ?? defaults.region),
  ];
}

/** Finds strings that Terraform would evaluate, and the name `__proto__`, which is lost when objects are copied. */
function findForbiddenStrings(value: unknown, path: readonly string[]): Problem[] {
  if (typeof value === 'string') {
    // The construct of a route escapes its answer.
    const isEscaped = path[0] === 'routes' && path[2] === 'response';
    return /[$%]\{/.test(value) && !isEscaped
      ? [
          {
            path,
            problem: 'contains ${ or %{, which starts a Terraform template',
            got: value,
            allowed: 'any other text',
          },
        ]
      : [];
  }
  return Object.entries(isObject(value) || Array.isArray(value) ? value : {}).flatMap(([name, member]) => [
    ...findForbiddenStrings(name, [...path, name]),
    ...(name === '__proto__' ? [{ path: [...path, name], problem: 'has a name that cannot be used' }] : []),
    ...findForbiddenStrings(member, [...path, name]),
  ]);
}

function findSharedAddresses(elements: readonly Addressed[]): Problem[] {
  const owners = new Map<string, Addressed>();
  return elements.flatMap((element) => {
    const { path, names } = element;
    // The construct tree looks names up in an object, which inherits these.
    const reserved = names.find((name) => name in Object.prototype);
    if (reserved !== undefined) {
      return [{ path, problem: `has the name "${reserved}", which cannot be used` }];
    }
    const address = addressOf(names);
    const owner = owners.get(address);
    if (owner) {
      return [
        {
          path,
          problem: `has the same Terraform address as ${owner.path.join('.')} (${address})`,
          allowed: 'names that differ in letters, digits, _ and -',
        },
      ];
    }
    owners.set(address, element);
    return [];
  });
}

/** API Gateway refuses these: "A sibling of this resource already has a variable path part -- only one is allowed". */
function findSiblingVariables(resources: readonly Addressed[]): Problem[] {
  const variables = resources.filter(({ names }) => names.at(-1)?.startsWith('{'));
  const parentOf = ({ names }: Addressed) => names.slice(0, -1).join('/');
  return variables.flatMap((variable, index) => {
    const sibling = variables.slice(0, index).find((other) => parentOf(other) === parentOf(variable));
    return sibling
      ? [
          {
            path: variable.path,
            problem: `has the variable ${variable.names.at(-1)}, but ${sibling.path.join('.')} has ${sibling.names.at(-1)}`,
            allowed: 'the same variable name below the same path',
          },
        ]
      : [];
  });
}

function findIdentifiers(resourceServers: readonly Entry[]): Problem[] {
  const identifiers = resourceServers.map(identifierOf);
  return resourceServers.flatMap(([name, { identifier }], index) => {
    const path = ['resourceServers', name, 'identifier'];
    if (identifier === undefined && problemsOf(resourceServerSettings.shape.identifier, name).length > 0) {
      return [
        {
          path,
          problem: 'is missing, and the name cannot be used instead',
          got: name,
          allowed: 'an identifier without spaces',
        },
      ];
    }
    return identifiers.indexOf(identifiers[index]!) < index
      ? [
          {
            path,
            problem: 'is used by another resource server',
            got: identifiers[index],
            allowed: 'a unique identifier',
          },
        ]
      : [];
  });
}

function findUnknownScopes(label: string, entries: readonly Entry[], resourceServers: readonly Entry[]): Problem[] {
  const known = [
    ...resourceServers.flatMap((server) =>
      namesIn(server[1].scopes).map((scope) => `${identifierOf(server)}/${scope}`),
    ),
    ...systemScopes,
  ];
  return entries.flatMap(([name, { scopes }]) =>
    (Array.isArray(scopes) ? scopes : [])
      .map((scope: unknown, index) => ({ path: [label, name, 'scopes', index], got: scope }))
      .filter(({ got }) => typeof got === 'string' && !known.includes(got))
      .map((place) => ({ ...place, problem: 'is a scope that no resource server has', allowed: known.join(', ') })),
  );
}

/** Of an existing user pool, the resource servers are not known. */
function findMalformedScopes(routes: readonly Entry[]): Problem[] {
  return routes.flatMap(([name, { scopes }]) =>
    (Array.isArray(scopes) ? scopes : [])
      .map((scope: unknown, index) => ({ path: ['routes', name, 'scopes', index], got: scope }))
      .filter(({ got }) => typeof got === 'string' && !isScope(got))
      .map((place) => ({
        ...place,
        problem: 'is not a scope',
        allowed: `IDENTIFIER/NAME of a scope that a resource server of the user pool has, ${systemScopes.join(', ')}`,
      })),
  );
}

function isScope(text: string): boolean {
  // An identifier can be a URL, and a name has no slash.
  const [, identifier, name] = /^(.*)\/([^/]*)$/s.exec(text) ?? [];
  return (
    systemScopes.includes(text) ||
    (identifier !== undefined &&
      name !== undefined &&
      resourceServerSettings.safeParse({ identifier, scopes: { [name]: name } }).success)
  );
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

/** Lists the API's resources except for the root: the path of each route, and the parents of that path. */
function resourcesOf(routes: readonly string[]): Addressed[] {
  const resources = new Map<string, Addressed>();
  for (const name of routes) {
    const parts = pathParts(parseRoute(name).path);
    for (let length = 1; length <= parts.length; length++) {
      const names = parts.slice(0, length);
      const path = names.join('/');
      resources.set(path, resources.get(path) ?? { path: ['routes', name], names });
    }
  }
  return [...resources.values()];
}
