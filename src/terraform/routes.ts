import { type ResourceChange } from './plan-json';
import { type StackJson } from './synthesized-stacks';

/** Authorization types by route, `GET /orders/{id}`. */
export type Routes = ReadonlyMap<string, string>;

/** A route that is not the same in the settings, in the API and in the snapshot of it that the stage serves. */
export interface RouteDifference {
  readonly route: string;
  /** Its authorization type in the synthesized stack; null where it is missing. */
  readonly settings: string | null;
  readonly api: string | null;
  readonly stage: string | null;
}

/** Lists the methods that a stack defines. Leaves out those of a resource that it does not define. */
export function routesOf(stack: StackJson): Routes {
  return new Map(methodsOf(stack).map(({ route, authorization }) => [route, authorization]));
}

/** Returns the addresses of the methods that a plan creates, by route. */
export function createdRoutes(stack: StackJson, changes: readonly ResourceChange[]): ReadonlyMap<string, string> {
  const created = new Set(
    changes.filter(({ change }) => change.actions.join() === 'create').map(({ address }) => address),
  );
  return new Map(
    methodsOf(stack)
      .filter(({ address }) => created.has(address))
      .map(({ route, address }) => [route, address]),
  );
}

function methodsOf({ resource = {} }: StackJson) {
  const resources = resource.aws_api_gateway_resource ?? {};
  const pathOf = (id: unknown): string | undefined => {
    if (/^\$\{aws_api_gateway_rest_api\.[\w-]+\.root_resource_id\}$/.test(String(id))) {
      return '';
    }
    const { parent_id: parent, path_part: part } =
      resources[/^\$\{aws_api_gateway_resource\.([\w-]+)\.id\}$/.exec(String(id))?.[1] ?? ''] ?? {};
    const above = part === undefined ? undefined : pathOf(parent);
    return above === undefined ? undefined : `${above}/${String(part)}`;
  };
  return Object.entries(resource.aws_api_gateway_method ?? {}).flatMap(
    ([name, { resource_id: id, http_method: httpMethod, authorization }]) => {
      const path = pathOf(id);
      return path === undefined
        ? []
        : [
            {
              address: `aws_api_gateway_method.${name}`,
              route: `${String(httpMethod)} ${path || '/'}`,
              authorization: String(authorization),
            },
          ];
    },
  );
}

/** Lists the routes that are not the same everywhere. */
export function compareRoutes(settings: Routes, api: Routes, stage: Routes): RouteDifference[] {
  const names = [...new Set([settings, api, stage].flatMap((routes) => [...routes.keys()]))].sort();
  return names
    .map((route) => ({
      route,
      settings: settings.get(route) ?? null,
      api: api.get(route) ?? null,
      stage: stage.get(route) ?? null,
    }))
    .filter((row) => row.settings !== row.api || row.settings !== row.stage);
}

/** Writes the differences as a table for a reader. */
export function routeLines(differences: readonly RouteDifference[]): string[] {
  if (differences.length === 0) {
    return [];
  }
  const rows = [{ route: 'Routes that differ', settings: 'settings', api: 'API', stage: 'stage' }, ...differences].map(
    ({ route, settings, api, stage }) => [route, settings ?? '-', api ?? '-', stage ?? '-'],
  );
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  return rows.map((row, index) =>
    `${index === 0 ? '' : '  '}${row.map((cell, column) => cell.padEnd(width(column) + (index === 0 && column === 0 ? 2 : 0))).join('  ')}`.trimEnd(),
  );
}
