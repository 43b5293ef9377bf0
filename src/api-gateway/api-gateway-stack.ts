import { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';
import { ApiGatewayGatewayResponse } from '@cdktf/provider-aws/lib/api-gateway-gateway-response';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import type { Construct } from 'constructs';

import { AwsStack } from '../stack/aws-stack';
import { ExistingUserPool } from '../cognito/existing-user-pool';
import { type UserPool } from '../cognito/user-pool';
import { type Settings } from '../settings/settings';
import { AccessLogs } from './access-logs';
import { AccountLogging } from './account-logging';
import { type Authorization } from './authorization';
import { corsHeaders } from './cors';
import { CustomDomain } from './custom-domain';
import { Deployment } from './deployment';
import { Resource, warnOfResourcesQuota } from './resource';
import { lambdaSettings } from './lambda-settings';
import { MethodSettings } from './method-settings';
import { chooseProtectedRoute } from './protected-route';
import { Route, type RouteAnswer } from './route';
import { parseRoute, pathParts, rootName } from './route-name';
import { type Throttling } from './throttling';

export interface ApiGatewayStackProps {
  readonly settings: Settings;
  /** The user pool whose access tokens open the API. */
  readonly userPool: UserPool | ExistingUserPool;
}

/** What the tokens open: a REST API whose routes ask for an access token of the user pool with the right scope. */
export class ApiGatewayStack extends AwsStack {
  readonly restApi: ApiGatewayRestApi;
  readonly authorizer: ApiGatewayAuthorizer;
  /** The path `/`; `root.at(['awesomeapi'])` is the one below it. */
  readonly root: Resource;
  readonly deployment: Deployment;
  readonly accountLogging: AccountLogging | undefined;
  readonly accessLogs: AccessLogs | undefined;
  readonly stage: ApiGatewayStage;
  readonly methodSettings: MethodSettings;
  readonly domain: CustomDomain | undefined;

  constructor(scope: Construct, id: string, { settings, userPool }: ApiGatewayStackProps) {
    super(scope, id, settings);
    const { restApi, cors, region, routes } = settings;

    this.restApi = new ApiGatewayRestApi(this, 'rest_api', {
      name: restApi.name,
      endpointConfiguration: { types: [restApi.endpointType] },
      ...(restApi.disableExecuteApiEndpoint !== undefined && {
        disableExecuteApiEndpoint: restApi.disableExecuteApiEndpoint,
      }),
      ...(restApi.binaryMediaTypes && { binaryMediaTypes: [...restApi.binaryMediaTypes] }),
    });

    this.authorizer = new ApiGatewayAuthorizer(this, 'authorizer', {
      restApiId: this.restApi.id,
      name: restApi.authorizerName,
      type: 'COGNITO_USER_POOLS',
      providerArns: [userPool.userPoolArn],
      identitySource: 'method.request.header.Authorization',
    });

    this.root = new Resource(this, rootName, { restApi: this.restApi, cors });
    for (const [name, route] of Object.entries(routes)) {
      const { httpMethod, path } = parseRoute(name);
      const { methods, resourceId } = this.root.at(pathParts(path));
      new Route(methods, httpMethod, {
        restApi: this.restApi,
        resourceId,
        httpMethod,
        path,
        stageName: restApi.stageName,
        authorization: authorizationOf(route, this.authorizer),
        answer: answerOf(route),
        cors,
        logKmsKeyArn: restApi.logKmsKeyArn,
      });
    }
    warnOfResourcesQuota(this.root);

    // API Gateway answers a refused call by itself: without these headers a browser shows every 401 as a CORS failure.
    for (const responseType of ['DEFAULT_4XX', 'DEFAULT_5XX']) {
      new ApiGatewayGatewayResponse(this, responseType, {
        restApiId: this.restApi.id,
        responseType,
        responseParameters: Object.fromEntries(
          Object.entries(corsHeaders(cors)).map(([name, value]) => [`gatewayresponse.header.${name}`, value]),
        ),
      });
    }

    this.deployment = new Deployment(this, 'deployment', {
      restApi: this.restApi,
      appliedValues: { authorizerId: this.authorizer.id, userPoolArn: userPool.userPoolArn },
    });

    this.accountLogging = restApi.manageAccountLogging
      ? new AccountLogging(this, 'account_logging', { region })
      : undefined;

    this.accessLogs =
      restApi.accessLogs &&
      new AccessLogs(this, 'access_logs', {
        ...restApi.accessLogs,
        restApiName: restApi.name,
        stageName: restApi.stageName,
        logKmsKeyArn: restApi.logKmsKeyArn,
      });

    this.stage = new ApiGatewayStage(this, 'stage', {
      restApiId: this.restApi.id,
      deploymentId: this.deployment.deployment.id,
      stageName: restApi.stageName,
      ...(this.accessLogs && { accessLogSettings: this.accessLogs.settings }),
      ...(restApi.tracing && { xrayTracingEnabled: true }),
      ...(this.accountLogging && { dependsOn: [this.accountLogging.account] }),
      // API Gateway does not delete a stage that a custom domain leads to.
      ...(restApi.customDomain && { lifecycle: { createBeforeDestroy: true } }),
    });

    this.methodSettings = new MethodSettings(this.stage, 'Default', {
      ...restApi,
      stage: this.stage,
      routes: throttlingOf(routes),
      dependsOn: this.accountLogging ? [this.accountLogging.account] : [],
    });

    if (restApi.webAclArn !== undefined) {
      new Wafv2WebAclAssociation(this.stage, 'web_acl', {
        resourceArn: this.stage.arn,
        webAclArn: restApi.webAclArn,
      });
    }

    this.domain =
      restApi.customDomain &&
      new CustomDomain(this, 'domain', {
        ...restApi.customDomain,
        endpointType: restApi.endpointType,
        restApi: this.restApi,
        stage: this.stage,
      });

    const apiEndpoint = this.domain?.url ?? this.stage.invokeUrl;
    const appClient =
      userPool instanceof ExistingUserPool
        ? undefined
        : Object.values(settings.appClients).find(({ grant }) => grant === 'authorization_code');
    const { httpMethod, path } = chooseProtectedRoute(routes, appClient?.scopes);
    this.output('ApiEndpoint', apiEndpoint);
    this.output('ProtectedResourceUrl', `${apiEndpoint}${path}`);
    if (httpMethod !== 'GET') {
      this.output('ProtectedResourceMethod', httpMethod);
    }
    if (this.domain) {
      this.output('ApiDomainTarget', this.domain.target);
      this.output('ApiDomainTargetZoneID', this.domain.targetZoneId);
    }
    if (userPool instanceof ExistingUserPool) {
      this.outputUserPool(userPool, Object.values(settings.routes));
    }
  }

  /** What a client needs beside its own app client, when no other stack has an output with it. */
  private outputUserPool({ userPoolId, issuer }: ExistingUserPool, routes: readonly RouteSettings[]): void {
    const scopes = [...new Set(routes.flatMap((route) => route.scopes ?? []))].sort();
    this.output('CognitoUserPoolID', userPoolId);
    this.output('Issuer', issuer);
    this.output('Scopes', scopes.join(' '), '', 'Scopes that the routes require, separated by spaces');
  }
}

type RouteSettings = Settings['routes'][string];

/** Returns the throttling of the routes that have one of their own. */
function throttlingOf(routes: Settings['routes']): Record<string, Throttling> {
  return Object.fromEntries(
    Object.entries(routes).flatMap(([name, { throttling }]) => (throttling ? [[name, throttling] as const] : [])),
  );
}

/** @throws an error unless a route says who may call it: none is open because something is missing */
function authorizationOf({ scopes, public: isPublic }: RouteSettings, authorizer: ApiGatewayAuthorizer): Authorization {
  if (isPublic && !scopes) {
    return 'NONE';
  }
  if (!scopes) {
    throw new Error('a route has neither scopes nor "public": true');
  }
  return { authorizer, scopes };
}

function answerOf({ response, lambda, http }: RouteSettings): RouteAnswer {
  if (lambda !== undefined) {
    return { lambda: typeof lambda === 'string' ? lambdaSettings.parse({ handler: lambda }) : lambda };
  }
  if (http) {
    return { http };
  }
  if (!response) {
    throw new Error('a route has nothing that answers it');
  }
  return { response };
}
