import { type ResourceChange } from '../../terraform/plan-json';
import { type Rejection } from '../../terraform/rejections';
import { compareRoutes, type RouteDifference, routesOf } from '../../terraform/routes';
import { type StackJson } from '../../terraform/synthesized-stacks';

/** The routes of a stack compared with those in AWS, or why they could not be. */
export type LiveRoutes =
  | { readonly differences: readonly RouteDifference[]; readonly unmanaged: readonly Rejection[] }
  | { readonly notCompared: string };

interface DeployedStage {
  readonly restApiId: string;
  readonly stageName: string;
  readonly region: string;
}

/** A method of the API, with what the state names it by. */
interface LiveMethod {
  readonly route: string;
  readonly resourceId: string;
  readonly httpMethod: string;
  readonly authorization: string;
}

/**
 * Compares the routes of a stack with the methods of its API, and with those in the snapshot that its stage serves.
 *
 * @param changes the resources of a plan; without it, every method of the API that the stack does not define is unmanaged
 */
export async function compareLiveRoutes(
  terraform: StackJson,
  stage: DeployedStage,
  changes: readonly ResourceChange[] = [],
): Promise<LiveRoutes> {
  const settings = routesOf(terraform);
  const live = await readLiveRoutes(stage);
  if (live.notCompared !== undefined) {
    return { notCompared: live.notCompared };
  }
  const managed = new Set(
    changes
      .filter(({ type }) => type === 'aws_api_gateway_method')
      .map(({ change: { before } }) => `${String(before?.resource_id)} ${String(before?.http_method)}`),
  );
  const unmanaged = live.methods.filter(
    ({ route, resourceId, httpMethod }) => !settings.has(route) && !managed.has(`${resourceId} ${httpMethod}`),
  );
  return {
    differences: compareRoutes(
      settings,
      new Map(live.methods.map(({ route, authorization }) => [route, authorization])),
      live.snapshot,
    ),
    unmanaged: unmanaged.map(({ route, resourceId, httpMethod }) => ({
      address: route,
      problem: 'is in the API, but not in the settings and not in the state: a deploy would publish it',
      remedy:
        `delete it with aws apigateway delete-method --rest-api-id ${stage.restApiId} --resource-id ${resourceId} ` +
        `--http-method ${httpMethod} --region ${stage.region}, or write it to the settings and import it`,
    })),
  };
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

/** Returns the stage that serves a URL of API Gateway; none for a custom domain. */
export function stageOfUrl(url: string): DeployedStage | undefined {
  const [, restApiId, region, stageName] =
    /^https:\/\/([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com\/([\w-]+)/.exec(url) ?? [];
  return restApiId === undefined ? undefined : { restApiId, region: region!, stageName: stageName! };
}

async function readLiveRoutes({ restApiId, stageName, region }: DeployedStage) {
  // Each version of the client warns of the end of a version of Node.js.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { APIGatewayClient, GetDeploymentCommand, GetStageCommand, paginateGetResources } =
    await import('@aws-sdk/client-api-gateway');
  const client = new APIGatewayClient({
    region,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  try {
    const methods: LiveMethod[] = [];
    for await (const { items = [] } of paginateGetResources(
      { client, pageSize: 500 },
      { restApiId, embed: ['methods'] },
    )) {
      for (const { id, path, resourceMethods = {} } of items) {
        for (const [httpMethod, { authorizationType }] of Object.entries(resourceMethods)) {
          methods.push({
            route: `${httpMethod} ${path!}`,
            resourceId: id!,
            httpMethod,
            authorization: authorizationType ?? 'NONE',
          });
        }
      }
    }
    const { deploymentId } = await client.send(new GetStageCommand({ restApiId, stageName }));
    const { apiSummary = {} } = await client.send(
      new GetDeploymentCommand({ restApiId, deploymentId: deploymentId!, embed: ['apisummary'] }),
    );
    const snapshot = new Map(
      Object.entries(apiSummary).flatMap(([path, byMethod]) =>
        Object.entries(byMethod).map(
          ([method, { authorizationType }]) => [`${method} ${path}`, authorizationType ?? 'NONE'] as const,
        ),
      ),
    );
    return { methods, snapshot };
  } catch (error) {
    const { name, message } = error as Error;
    return { notCompared: `${name}: ${message}`.replaceAll('\n', ' ') };
  } finally {
    client.destroy();
  }
}
