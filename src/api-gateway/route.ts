import type { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { z } from 'zod';

import { check, readProps } from '../rules/check';
import { mapRule, objectRule, type Problem, within } from '../rules/rule';
import { type Authorization } from './authorization';
import { chooseOrigin, type Cors, originHeaders } from './cors';
import { findUnknownVariables, HttpMethod, httpSettings } from './http-method';
import type * as lambdaMethod from './lambda-method';
import { handlerRule, lambdaSettings } from '../lambda/lambda-settings';
import { escapeTerraform, jsonTemplate, largestTemplate, literal, mappingTemplateRule } from './mapping-template';
import { MockMethod } from './mock-method';
import { findUnexpectedBody, requestArguments, requestSettings } from './request';
import { findPathConflicts, parseRoute, routeNameRule } from './route-name';
import { throttlingSettings } from './throttling';

/** Status codes whose response has no content, and so no body. */
const noContent: readonly unknown[] = [204, 205, 304];

/**
 * The settings of a mock response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1
 */
const mockSettings = objectRule(
  {
    statusCode: z
      .int()
      .min(200)
      .max(599)
      .default(200)
      .describe('Status code of the mock response. With 204, 205 and 304 it has no body.'),
    body: z.json().optional().describe('Body of the mock response, any JSON. Clients get it as it is.'),
    bodyTemplate: mappingTemplateRule
      .optional()
      .describe(
        'Mapping template of the body, instead of `body`. It must escape what it takes from the request, ' +
          'as in `{"id": "$util.escapeJavaScript($input.params(\'id\'))"}`.',
      ),
  },
  ({ statusCode, body }, given) => {
    const bodies = given.filter((name) => name !== 'statusCode');
    if (noContent.includes(statusCode)) {
      return bodies.map((name) => ({
        path: [name],
        problem: `a response with status code ${statusCode!} has no body`,
      }));
    }
    if (bodies.length !== 1) {
      const problem = bodies.length === 0 ? 'is required' : 'conflicts with body';
      return [{ path: [bodies.length === 0 ? 'body' : 'bodyTemplate'], problem, allowed: 'body or bodyTemplate' }];
    }
    return body !== undefined && jsonTemplate(body).length > largestTemplate
      ? [{ path: ['body'], problem: 'the body must have at most 300 KB' }]
      : [];
  },
).meta({ isReplaced: true });

/** What responds to a route. A route has exactly one of these settings. */
const integrations = {
  response: mockSettings.optional().describe('Mock response: a status code and a body.'),
  lambda: z
    .union([handlerRule, lambdaSettings])
    .optional()
    .describe('Lambda function that responds: the file of its handler, or an object with more settings.')
    .meta({ change: 'that removes it deletes the function and its logs' }),
  http: httpSettings.optional().describe('HTTP endpoint that responds.'),
};

/** The settings of a route. */
export const routeSettings = objectRule(
  {
    scopes: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Scopes. An access token must have one of them. Required unless the route is public.'),
    public: z.literal(true).optional().describe('`true` lets everyone call the route, without a token.'),
    request: requestSettings
      .optional()
      .describe('What a request must have. API Gateway responds with 400 to any other one.'),
    ...integrations,
    throttling: throttlingSettings
      .optional()
      .describe('How many calls the route accepts. The default is that of the stage, `restApi.throttling`.'),
  },
  (_route, given) => [
    // A route without both is not public, so that none is open by mistake.
    ...(given.includes('scopes') === given.includes('public')
      ? [{ path: given.includes('public') ? ['public'] : [], problem: 'requires either scopes or "public": true' }]
      : []),
    ...(given.filter((name) => name in integrations).length === 1
      ? []
      : [{ path: [], problem: `requires exactly one of ${Object.keys(integrations).join(', ')}` }]),
  ],
);

export type RouteSettings = z.output<typeof routeSettings>;

/** The rule about the routes of an API, by name. */
export const routesRule = mapRule(routeNameRule, {
  entry: routeSettings,
  conflicts: (routes) => [
    ...findPathConflicts(Object.keys(routes)),
    ...Object.entries(routes).flatMap(([name, route]) => within([name], findRouteConflicts(name, route ?? {}))),
  ],
});

/** Finds settings of a route that do not go with its name. */
function findRouteConflicts(
  name: string,
  {
    throttling,
    http,
    request,
  }: {
    readonly throttling?: unknown;
    readonly http?: { readonly url?: string | undefined } | undefined;
    readonly request?: { readonly body?: string | undefined } | undefined;
  },
): Problem[] {
  const { httpMethod, path } = parseRoute(name);
  return [
    ...(throttling !== undefined && httpMethod === 'ANY'
      ? [{ path: ['throttling'], problem: 'API Gateway cannot throttle ANY', allowed: 'a route for each HTTP method' }]
      : []),
    ...within(['http'], findUnknownVariables(http?.url, path)),
    ...within(['request'], findUnexpectedBody(request, httpMethod)),
  ];
}

/** Seconds that API Gateway waits for an integration, unless AWS has raised the quota of the account. */
const longestTimeout = 29;

type Timeouts = Readonly<Record<'lambda' | 'http', { readonly timeout?: number | undefined } | string | undefined>>;

/** Returns the setting of a timeout that requires a higher quota, and its value. */
function findLongTimeout({ lambda, http }: Partial<Timeouts>): readonly [integration: string, seconds: number][] {
  return Object.entries({ lambda, http }).flatMap(([name, integration]) => {
    const { timeout = 0 } = typeof integration === 'object' ? integration : {};
    return timeout > longestTimeout ? [[name, timeout] as const] : [];
  });
}

/**
 * Finds timeouts that an edge-optimized API cannot have, whatever the quota.
 *
 * @see https://aws.amazon.com/about-aws/whats-new/2024/06/amazon-api-gateway-integration-timeout-limit-29-seconds/
 */
export function findEdgeTimeouts(
  routes: Readonly<Record<string, Partial<Timeouts> | undefined>> | undefined,
  endpointType: string | undefined,
): Problem[] {
  return Object.entries(endpointType === 'EDGE' ? (routes ?? {}) : {}).flatMap(([name, route]) =>
    findLongTimeout(route ?? {}).map(([integration]) => ({
      path: [name, integration, 'timeout'],
      problem: `must be at most ${longestTimeout} if endpointType is EDGE`,
    })),
  );
}

export interface RouteProps extends z.input<typeof routeSettings> {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the resource of the API that the path of the route leads to. */
  readonly resourceId: string;
  /** HTTP method and path, `GET /orders/{id}`. */
  readonly name: string;
  /** Name of the stage that serves the API. */
  readonly stageName: string;
  /**
   * Authorizer of the access tokens, unless the route is public.
   *
   * @default - none; the route must be public
   */
  readonly authorizer?: ApiGatewayAuthorizer | undefined;
  /** ARN of the KMS key that encrypts the logs of a function. */
  readonly logKmsKeyArn?: string | undefined;
  /** Whose pages can read a mock response. A function and an HTTP endpoint send CORS headers themselves. */
  readonly cors: Cors;
}

/** A route: an HTTP method on a path, who can call it, and what responds. */
export class Route extends Construct {
  readonly method: MockMethod | lambdaMethod.LambdaMethod | HttpMethod;

  constructor(scope: Construct, id: string, props: RouteProps) {
    super(scope, id);
    const { name, restApi, resourceId, stageName, logKmsKeyArn } = props;
    const { response, lambda, http, request, ...access } = readProps(this, routeSettings, props, (route) => [
      ...check(routeNameRule, name).problems.map(({ sentence }) => ({ path: ['name'], problem: sentence })),
      ...findRouteConflicts(name, route),
    ]);
    for (const [, seconds] of findLongTimeout({ lambda, http })) {
      Annotations.of(this).addWarning(
        `${name} has a timeout of ${seconds} seconds. A deploy fails half way unless AWS has raised the quota ` +
          `"Maximum integration timeout in milliseconds" of the account in the region, which is ${1000 * longestTimeout}.`,
      );
    }
    const { httpMethod, path } = parseRoute(name);
    const method = {
      restApi,
      resourceId,
      httpMethod,
      authorization: this.authorization(access, props.authorizer),
      request: request && requestArguments(this, name, restApi, request),
    };
    if (lambda !== undefined) {
      // Loaded when it is needed, so that a project without a function does not wait for it.
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it in any case
      const { LambdaMethod } = require('./lambda-method') as typeof lambdaMethod;
      this.method = new LambdaMethod(this, 'Default', { ...method, path, stageName, logKmsKeyArn, lambda });
    } else if (http) {
      this.method = new HttpMethod(this, 'Default', { ...method, path, http });
    } else {
      this.method = new MockMethod(this, 'Default', { ...method, ...mockArguments(response!, props.cors) });
    }
  }

  private authorization({ scopes }: Pick<RouteSettings, 'scopes'>, authorizer?: ApiGatewayAuthorizer): Authorization {
    if (!scopes) {
      return 'NONE';
    }
    if (!authorizer) {
      throw new Error(`[${this.node.path}] scopes: requires a user pool`);
    }
    return { authorizer, scopes: scopes as [string, ...string[]] };
  }
}

function mockArguments({ statusCode, body, bodyTemplate }: NonNullable<RouteSettings['response']>, cors: Cors) {
  const hasContent = !noContent.includes(statusCode);
  const template = () => (bodyTemplate === undefined ? jsonTemplate(body) : escapeTerraform(bodyTemplate));
  return {
    requestTemplate: `{ 'statusCode': ${statusCode} }`,
    statusCode,
    headers: {
      ...(hasContent && { 'Content-Type': literal('application/json') }),
      ...originHeaders(cors),
    },
    responseTemplate: chooseOrigin(cors) + (hasContent ? template() : ''),
  };
}
