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

/** A stage that is deployed. */
export interface DeployedStage {
  readonly restApiId: string;
  readonly stageName: string;
  readonly region: string;
}

/** A method of an API, with what the state names it by. */
export interface LiveMethod {
  readonly route: string;
  readonly resourceId: string;
  readonly httpMethod: string;
  readonly authorization: string;
}

/** What API Gateway has: the methods of an API, and the routes in the snapshot that its stage serves. */
export interface LiveRoutes {
  readonly methods: readonly LiveMethod[];
  readonly snapshot: Routes;
}

/** Returns the stage of a plan that is deployed, and that stays with its API. */
export function deployedStage({ provider }: StackJson, changes: readonly ResourceChange[]): DeployedStage | undefined {
  const lost = changes.filter(
    ({ type, change }) => type === 'aws_api_gateway_rest_api' && change.actions.includes('delete'),
  );
  const before = changes.find(({ type, change }) => type === 'aws_api_gateway_stage' && change.before)?.change.before;
  const region = provider?.aws?.[0]?.region;
  if (!before || region === undefined || lost.some(({ change }) => change.before?.id === before.rest_api_id)) {
    return undefined;
  }
  return { restApiId: String(before.rest_api_id), stageName: String(before.stage_name), region };
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

/** Lists the routes that are not the same in a stack, in its API and in the snapshot that the stage serves. */
export function compareRoutes(stack: StackJson, { methods, snapshot: stage }: LiveRoutes): RouteDifference[] {
  const settings = routesOf(stack);
  const api = new Map(methods.map(({ route, authorization }) => [route, authorization]));
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
