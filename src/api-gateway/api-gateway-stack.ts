import { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';
import { ApiGatewayGatewayResponse } from '@cdktf/provider-aws/lib/api-gateway-gateway-response';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';

import { AwsStack } from '../aws-stack';
import { type UserPool } from '../cognito/user-pool';
import { type Settings } from '../settings';
import { corsHeaders } from './cors-preflight';
import { Deployment } from './deployment';
import { Resource } from './resource';
import { parseRoute, pathParts, Route } from './route';

export interface ApiGatewayStackProps {
  readonly settings: Settings;
  /** The user pool whose access tokens open the API. */
  readonly userPool: UserPool;
}

/** What the tokens open: a REST API whose routes ask for an access token of the user pool with the right scope. */
export class ApiGatewayStack extends AwsStack {
  constructor(scope: Construct, id: string, { settings, userPool }: ApiGatewayStackProps) {
    super(scope, id, settings);
    const { cors } = settings;

    const restApi = new ApiGatewayRestApi(this, 'rest_api', {
      name: settings.restApi.name,
      endpointConfiguration: { types: [settings.restApi.endpointType] },
    });

    const authorizer = new ApiGatewayAuthorizer(this, 'authorizer', {
      restApiId: restApi.id,
      name: settings.restApi.authorizerName,
      type: 'COGNITO_USER_POOLS',
      providerArns: [userPool.userPoolArn],
      identitySource: 'method.request.header.Authorization',
    });

    const root = new Resource(this, 'root', { restApi, cors });
    const routes = Object.entries(settings.routes).map(([name, { scopes, response }]) => {
      const { verb, path } = parseRoute(name);
      const { methods, resourceId } = root.at(pathParts(path));
      new Route(methods, verb, {
        restApi,
        resourceId,
        httpMethod: verb,
        authorizer,
        scopes,
        response,
        allowOrigin: cors.allowOrigin,
      });
      return path;
    });

    // API Gateway answers a refused call by itself: without these headers a browser shows every 401 as a CORS failure.
    for (const responseType of ['DEFAULT_4XX', 'DEFAULT_5XX']) {
      new ApiGatewayGatewayResponse(this, responseType, {
        restApiId: restApi.id,
        responseType,
        responseParameters: Object.fromEntries(
          Object.entries(corsHeaders(cors)).map(([name, value]) => [`gatewayresponse.header.${name}`, value]),
        ),
      });
    }

    const { deployment } = new Deployment(this, 'deployment', {
      restApi,
      appliedValues: { authorizerId: authorizer.id, userPoolArn: userPool.userPoolArn },
    });

    const stage = new ApiGatewayStage(this, 'stage', {
      restApiId: restApi.id,
      deploymentId: deployment.id,
      stageName: settings.restApi.stageName,
    });

    new TerraformOutput(this, 'ApiEndpoint', {
      value: stage.invokeUrl,
      description: 'URL of the API, without a slash at its end',
    });
    new TerraformOutput(this, 'ProtectedResourceUrl', {
      value: `${stage.invokeUrl}${routes[0]}`,
      description: 'URL of the first protected route',
    });
  }
}
