import type * as apiGateway from '@aws-sdk/client-api-gateway';

import { type DeployedStage, type LiveMethod, type LiveRoutes } from '../../terraform/routes';
import { type StackJson } from '../../terraform/synthesized-stacks';
import { awsClientConfiguration } from './aws-client';

/** Why something could not be read from API Gateway. */
export interface NotRead {
  readonly notRead: string;
  readonly hasCredentials: boolean;
}

/** Returns the stage to which the URL of an API leads: its own URL, or the one of a custom domain of the stack. */
export async function stageOfUrl(url: string, { provider }: StackJson): Promise<DeployedStage | NotRead> {
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

/** Reads the methods of an API, and the routes in the snapshot that its stage serves. */
export function readLiveRoutes({ restApiId, stageName, region }: DeployedStage): Promise<LiveRoutes | NotRead> {
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

/** Reads from API Gateway. */
async function askApiGateway<Result>(
  region: string,
  read: (client: InstanceType<ApiGateway['APIGatewayClient']>, sdk: ApiGateway) => Promise<Result>,
): Promise<Result | NotRead> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed; jest cannot import it
  const sdk = require('@aws-sdk/client-api-gateway') as ApiGateway;
  const client = new sdk.APIGatewayClient(awsClientConfiguration(region));
  try {
    return await read(client, sdk);
  } catch (error) {
    const { name, message } = error as Error;
    return {
      notRead: `${name}: ${message}`.replaceAll('\n', ' '),
      hasCredentials: name !== 'CredentialsProviderError',
    };
  } finally {
    client.destroy();
  }
}
