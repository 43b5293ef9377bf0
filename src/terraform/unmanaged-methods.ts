import { type ResourceChange } from './plan-json';
import { type Rejection } from './rejections';
import { createdRoutes, type DeployedStage, type LiveMethod, routesOf } from './routes';
import { type StackJson } from './synthesized-stacks';

/**
 * Rejects the methods of an API that are neither in the state nor in the settings, which a snapshot would publish, and those
 * that AWS would not create a second time.
 *
 * @param changes the resources of a plan
 */
export function findUnmanagedMethods(
  stack: StackJson,
  changes: readonly ResourceChange[],
  methods: readonly LiveMethod[],
  { restApiId, region }: DeployedStage,
): Rejection[] {
  const settings = routesOf(stack);
  const created = createdRoutes(stack, changes);
  const managed = new Set(
    changes
      .filter(({ type }) => type === 'aws_api_gateway_method')
      .map(({ change: { before } }) => `${String(before?.resource_id)} ${String(before?.http_method)}`),
  );
  return methods
    .filter(({ resourceId, httpMethod }) => !managed.has(`${resourceId} ${httpMethod}`))
    .flatMap(({ route, resourceId, httpMethod }): Rejection[] => {
      const remove =
        `delete it with aws apigateway delete-method --rest-api-id ${restApiId} --resource-id ${resourceId} ` +
        `--http-method ${httpMethod} --region ${region}`;
      const address = created.get(route);
      if (address !== undefined) {
        return [
          {
            address,
            problem: `would create ${route}, which is in the API but not in the state: API Gateway rejects a second one`,
            remedy: `${remove}, or import it with npm run import -- --resource ${address}=${restApiId}/${resourceId}/${httpMethod}`,
          },
        ];
      }
      return settings.has(route)
        ? []
        : [
            {
              address: route,
              problem: 'is in the API, but not in the settings and not in the state: a deploy would publish it',
              remedy: `${remove}, or write it to the settings and import it`,
            },
          ];
    });
}
