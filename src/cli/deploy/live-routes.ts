import type * as apiGateway from '@aws-sdk/client-api-gateway';

import { type ResourceChange } from '../../terraform/plan-json';
import { type Rejection } from '../../terraform/rejections';
import { compareRoutes, createdRoutes, type RouteDifference, routesOf } from '../../terraform/routes';
import { type StackJson } from '../../terraform/synthesized-stacks';
import { awsClientConfiguration } from './aws-client';

/** The routes of a stack compared with those in AWS, or why they could not be. */
export type LiveRoutes =
  | { readonly differences: readonly RouteDifference[]; readonly rejections: readonly Rejection[] }
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
  if ('notCompared' in live) {
    return live;
  }
  const managed = new Set(
    changes
      .filter(({ type }) => type === 'aws_api_gateway_method')
      .map(({ change: { before } }) => `${String(before?.resource_id)} ${String(before?.http_method)}`),
  );
  const created = createdRoutes(terraform, changes);
  return {
    differences: compareRoutes(
      settings,
      new Map(live.methods.map(({ route, authorization }) => [route, authorization])),
      live.snapshot,
    ),
    rejections: live.methods
      .filter(({ resourceId, httpMethod }) => !managed.has(`${resourceId} ${httpMethod}`))
      .flatMap((method) => rejectUnmanaged(method, { ...stage, isInSettings: settings.has(method.route), created })),
  };
}

/** Rejects a method that is not in the state: a snapshot would publish it, or AWS would not create it a second time. */
function rejectUnmanaged(
  { route, resourceId, httpMethod }: LiveMethod,
  {
    restApiId,
    region,
    isInSettings,
    created,
  }: DeployedStage & { readonly isInSettings: boolean; readonly created: ReadonlyMap<string, string> },
): Rejection[] {
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
  return isInSettings
    ? []
    : [
        {
          address: route,
          problem: 'is in the API, but not in the settings and not in the state: a deploy would publish it',
          remedy: `${remove}, or write it to the settings and import it`,
        },
      ];
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

/** Returns the stage to which the URL of an API leads: its own URL, or the one of a custom domain of the stack. */
export async function stageOfUrl(
  url: string,
  { provider }: StackJson,
): Promise<DeployedStage | { readonly notCompared: string }> {
  const [, restApiId, region, stageName] =
    /^https:\/\/([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com\/([\w-]+)/.exec(url) ?? [];
  if (restApiId !== undefined) {
    return { restApiId, region: region!, stageName: stageName! };
  }
  const { hostname: domainName, pathname } = new URL(url);
  const regionOfStack = provider?.aws?.[0]?.region ?? '';
  return askApiGateway(regionOfStack, async (client, { GetBasePathMappingCommand }) => {
    // API Gateway's name of the empty path.
    const basePath = pathname.slice(1) || '(none)';
    const mapping = await client.send(new GetBasePathMappingCommand({ domainName, basePath }));
    return { restApiId: mapping.restApiId!, stageName: mapping.stage!, region: regionOfStack };
  });
}

function readLiveRoutes({ restApiId, stageName, region }: DeployedStage) {
  return askApiGateway(region, async (client, { GetDeploymentCommand, GetStageCommand, paginateGetResources }) => {
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
  });
}

type ApiGateway = typeof apiGateway;

/** Reads from API Gateway. Returns the error if it rejects, as it does without credentials. */
async function askApiGateway<Result>(
  region: string,
  read: (client: InstanceType<ApiGateway['APIGatewayClient']>, sdk: ApiGateway) => Promise<Result>,
): Promise<Result | { readonly notCompared: string }> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed; jest cannot import it
  const sdk = require('@aws-sdk/client-api-gateway') as ApiGateway;
  const client = new sdk.APIGatewayClient(awsClientConfiguration(region));
  try {
    return await read(client, sdk);
  } catch (error) {
    const { name, message } = error as Error;
    return { notCompared: `${name}: ${message}`.replaceAll('\n', ' ') };
  } finally {
    client.destroy();
  }
}
