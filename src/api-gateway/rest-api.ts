import { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';
import { ApiGatewayGatewayResponse } from '@cdktf/provider-aws/lib/api-gateway-gateway-response';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { Construct } from 'constructs';
import { z } from 'zod';

import { type ExistingUserPool } from '../cognito/existing-user-pool';
import { type AppClient } from '../cognito/app-client';
import { type UserPool } from '../cognito/user-pool';
import { findOtherRegion } from '../rules/arn';
import { readProps } from '../rules/check';
import { type ValidParts, mapRule, type Problem, within } from '../rules/rule';
import { AwsStack } from '../stack/aws-stack';
import { defineWebAcl } from '../waf/define-web-acl';
import { type WebAcl } from '../waf/web-acl';
import { AccessLogs } from './access-logs';
import type * as alarmsConstruct from './alarms';
import { AccountLogging } from './account-logging';
import { apiGatewaySettings } from './api-gateway-settings';
import { allowHeaders, corsHeaders } from './cors';
import { CustomDomain, findCertificateRegion } from './custom-domain';
import { Deployment } from './deployment';
import { setSecurityPolicy } from './endpoint';
import { MethodSettings } from './method-settings';
import { Resource, warnOfResourcesQuota } from './resource';
import { restApiSettings } from './rest-api-settings';
import { findEdgeTimeouts, Route, type routeSettings } from './route';
import { findPathConflicts, parseRoute, pathParts, rootName, routeNameRule } from './route-name';
import { type Throttling } from './throttling';

const restApiProps = restApiSettings.safeExtend({
  cors: apiGatewaySettings.cors,
  // Each route checks itself.
  routes: mapRule(routeNameRule, {
    entry: z.custom<z.input<typeof routeSettings>>(),
    conflicts: (routes) => findPathConflicts(Object.keys(routes)),
  }).default(apiGatewaySettings.routes.parse(undefined)),
});

/** Props of a REST API. The settings have their rules, defaults and descriptions. */
export interface RestApiProps extends z.input<typeof restApiProps> {
  /**
   * The user pool whose access tokens open the routes.
   *
   * @default - none; all routes must be public
   */
  readonly userPool?: UserPool | ExistingUserPool | undefined;
  /**
   * The app clients whose sign-ins the alarms are about.
   *
   * @default - none
   */
  readonly signInClients?: readonly AppClient[];
  /**
   * ARN of the certificate of the login, whose end an alarm is about.
   *
   * @default - none
   */
  readonly loginCertificateArn?: string | undefined;
}

/** A REST API with its routes, and the stage that serves them. */
export class RestApi extends Construct {
  readonly restApi: ApiGatewayRestApi;
  readonly authorizer: ApiGatewayAuthorizer | undefined;
  /** The path `/`; `root.at(['awesomeapi'])` is the one below it. */
  readonly root: Resource;
  readonly deployment: Deployment;
  readonly accountLogging: AccountLogging | undefined;
  readonly accessLogs: AccessLogs | undefined;
  readonly stage: ApiGatewayStage;
  readonly methodSettings: MethodSettings;
  readonly webAcl: WebAcl | undefined;
  readonly domain: CustomDomain | undefined;
  readonly alarms: alarmsConstruct.Alarms | undefined;
  /** URL of the API, without a slash at its end. */
  readonly url: string;

  /** @param id `Default` for the only API of its scope, whose addresses then have no prefix */
  constructor(
    scope: Construct,
    id: string,
    { userPool, signInClients = [], loginCertificateArn, ...given }: RestApiProps = {},
  ) {
    super(scope, id);
    // The Terraform JSON contains the construct paths. Those of an API with its own stack start at the stack.
    const inner = id === 'Default' ? scope : this;
    const props = readProps(this, restApiProps, given, (api) => [
      ...findRegionConflicts(api, AwsStack.find(this)?.region),
      ...within(['routes'], findEdgeTimeouts(api.routes, api.endpointType)),
    ]);
    const { routes, stageName, logKmsKeyArn } = props;
    const required = Object.values(routes).flatMap(({ request }) => request?.headers ?? []);
    const cors = allowHeaders(props.cors, required);

    this.restApi = new ApiGatewayRestApi(inner, 'rest_api', {
      name: props.name,
      endpointConfiguration: {
        types: [props.endpointType],
        ...(props.ipAddressType && { ipAddressType: props.ipAddressType }),
      },
      ...(props.disableExecuteApiEndpoint !== undefined && {
        disableExecuteApiEndpoint: props.disableExecuteApiEndpoint,
      }),
      ...(props.binaryMediaTypes && { binaryMediaTypes: props.binaryMediaTypes }),
    });

    setSecurityPolicy(this.restApi, props);

    this.authorizer =
      userPool &&
      new ApiGatewayAuthorizer(inner, 'authorizer', {
        restApiId: this.restApi.id,
        name: props.authorizerName,
        type: 'COGNITO_USER_POOLS',
        providerArns: [userPool.userPoolArn],
        identitySource: 'method.request.header.Authorization',
      });

    this.root = new Resource(inner, rootName, { restApi: this.restApi, cors });
    for (const [name, route] of Object.entries(routes)) {
      const { httpMethod, path } = parseRoute(name);
      const { methods, resourceId } = this.root.at(pathParts(path));
      new Route(methods, httpMethod, {
        ...route,
        restApi: this.restApi,
        resourceId,
        name,
        stageName,
        authorizer: this.authorizer,
        cors,
        logKmsKeyArn,
      });
    }
    warnOfResourcesQuota(this.root);

    // API Gateway itself responds to a rejected call. Without these headers, a browser shows each 401 as a CORS error.
    for (const responseType of ['DEFAULT_4XX', 'DEFAULT_5XX']) {
      new ApiGatewayGatewayResponse(inner, responseType, {
        restApiId: this.restApi.id,
        responseType,
        responseParameters: Object.fromEntries(
          Object.entries(corsHeaders(cors)).map(([name, value]) => [`gatewayresponse.header.${name}`, value]),
        ),
      });
    }

    this.deployment = new Deployment(inner, 'deployment', {
      restApi: this.restApi,
      appliedValues:
        this.authorizer && userPool ? { authorizerId: this.authorizer.id, userPoolArn: userPool.userPoolArn } : {},
    });

    this.accountLogging = props.manageAccountLogging ? new AccountLogging(inner, 'account_logging') : undefined;
    const accountLogging = this.accountLogging ? [this.accountLogging.account] : [];

    this.accessLogs =
      props.accessLogs &&
      new AccessLogs(inner, 'access_logs', { ...props.accessLogs, restApiName: props.name, stageName, logKmsKeyArn });

    this.stage = new ApiGatewayStage(inner, 'stage', {
      restApiId: this.restApi.id,
      deploymentId: this.deployment.deployment.id,
      stageName,
      ...(this.accessLogs && { accessLogSettings: this.accessLogs.settings }),
      ...(props.tracing && { xrayTracingEnabled: true }),
      ...(accountLogging.length > 0 && { dependsOn: accountLogging }),
      // API Gateway does not delete a stage that a custom domain leads to.
      ...(props.customDomain && { lifecycle: { createBeforeDestroy: true } }),
    });

    this.methodSettings = new MethodSettings(this.stage, 'Default', {
      ...props,
      stage: this.stage,
      routes: throttlingOf(routes),
      dependsOn: accountLogging,
    });

    this.webAcl = defineWebAcl(inner, props.webAcl, { name: props.name, protects: 'api', logKmsKeyArn });
    const webAclArn = this.webAcl?.arn ?? props.webAclArn;
    if (webAclArn !== undefined) {
      new Wafv2WebAclAssociation(this.stage, 'web_acl', {
        resourceArn: this.stage.arn,
        webAclArn,
      });
    }

    this.domain =
      props.customDomain &&
      new CustomDomain(inner, 'domain', {
        ...props.customDomain,
        endpoint: props,
        restApi: this.restApi,
        stage: this.stage,
      });
    const { domain } = this;
    this.alarms =
      props.alarms === undefined
        ? undefined
        : defineAlarms(inner, {
            to: props.alarms,
            restApiName: props.name,
            stageName,
            userPoolId: userPool?.userPoolId,
            clientIds: signInClients.map(({ clientId }) => clientId),
            certificates: {
              login: loginCertificateArn === undefined ? undefined : { arn: loginCertificateArn, isGlobal: true },
              api: domain && { arn: domain.certificateArn, isGlobal: props.endpointType === 'EDGE' },
            },
          });
    this.url = domain && (!domain.isWildcard || props.disableExecuteApiEndpoint) ? domain.url : this.stage.invokeUrl;
  }
}

function defineAlarms(scope: Construct, props: alarmsConstruct.AlarmsProps): alarmsConstruct.Alarms {
  // Loaded when it is needed, because its bindings are large.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it in any case
  const { Alarms } = require('./alarms') as typeof alarmsConstruct;
  return new Alarms(scope, 'alarms', props);
}

/** Returns the throttling of the routes that have one of their own. */
function throttlingOf(routes: Readonly<Record<string, z.input<typeof routeSettings>>>): Record<string, Throttling> {
  return Object.fromEntries(
    Object.entries(routes).flatMap(([name, { throttling }]) => (throttling ? [[name, throttling] as const] : [])),
  );
}

/** Finds ARNs of regions that the API cannot use. */
export function findRegionConflicts(
  {
    customDomain,
    endpointType,
    webAclArn,
    logKmsKeyArn,
    alarms,
  }: ValidParts<
    Pick<z.output<typeof restApiSettings>, 'customDomain' | 'endpointType' | 'webAclArn' | 'logKmsKeyArn' | 'alarms'>
  >,
  region: string | undefined,
): Problem[] {
  return [
    ...within(['customDomain'], findCertificateRegion(customDomain?.certificateArn, endpointType, region)),
    ...findOtherRegion(['webAclArn'], webAclArn, [region]),
    ...findOtherRegion(['logKmsKeyArn'], logKmsKeyArn, [region]),
    ...findOtherRegion(['alarms'], alarms?.startsWith('arn:') ? alarms : undefined, [region]),
  ];
}
