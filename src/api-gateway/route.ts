import type { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Construct } from 'constructs';
import { z } from 'zod';

import { assertRules, membersRule, type Problem, textRule } from '../rule';
import { escapeTerraform, jsonTemplate, mappingTemplateRule } from './mapping-template';
import { literal, MockMethod } from './mock-method';

export interface RouteProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the API's resource that the route's path leads to. */
  readonly resourceId: string;
  readonly httpMethod: string;
  readonly authorizer: ApiGatewayAuthorizer;
  /** Scopes of which an access token must have one. */
  readonly scopes: readonly [string, ...string[]];
  readonly response: MockResponse;
  /** Origin whose pages may read the answer. */
  readonly allowOrigin: string;
}

/** Answer of a mock integration, with one of `body` and `bodyTemplate`. */
export interface MockResponse {
  /** Status code of the answer, 200 to 599. */
  readonly statusCode: number;
  /** Body of the answer, any JSON. Clients get it as it is. */
  readonly body?: unknown;
  /** Mapping template of the answer's body, which API Gateway evaluates at each call. */
  readonly bodyTemplate?: string | undefined;
}

/**
 * The settings of a route.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export const routeSettings = membersRule({
  scopes: z.tuple([z.string()], z.string()).describe('Scopes, of which an access token must have one.'),
  response: membersRule(
    {
      statusCode: z.int().min(200).max(599).default(200).describe('Status code of the mock answer.'),
      body: z.json().optional().describe('Body of the mock answer, any JSON. Clients get it as it is.'),
      bodyTemplate: mappingTemplateRule
        .optional()
        .describe(
          'Mapping template of the body, instead of `body`. It must escape what it takes from the request, ' +
            'as in `{"id": "$util.escapeJavaScript($input.params(\'id\'))"}`.',
        ),
    },
    findBodyConflicts,
  ),
});

/** Finds a mock answer with no body, or with two. */
function findBodyConflicts({ body, bodyTemplate }: Readonly<Record<string, unknown>>): Problem[] {
  if (body === undefined && bodyTemplate === undefined) {
    return [{ path: ['body'], problem: 'is missing', allowed: 'body or bodyTemplate' }];
  }
  return body !== undefined && bodyTemplate !== undefined
    ? [{ path: ['bodyTemplate'], problem: 'is given together with body', allowed: 'one of the two' }]
    : [];
}

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'ANY'];

/**
 * The rule about a route's name: a verb and a path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html
 */
export const routeNameRule = textRule(
  `VERB /path with a verb of ${verbs.join(', ')}; path parts of letters, digits and . _ -, {name}, or {name+} as the last`,
  (name) => {
    const { verb, path } = parseRoute(name);
    if (verb === 'OPTIONS') {
      return 'is the preflight, which every path has already';
    }
    if (!verbs.includes(verb)) {
      return 'has no verb that API Gateway knows';
    }
    if (path === '/') {
      return undefined;
    }
    return /^(?:\/(?:[\w.-]+|\{[\w.-]+\}))*(?:\/(?:[\w.-]+|\{[\w.-]+\+?\}))$/.test(path)
      ? undefined
      : 'has no path that API Gateway knows';
  },
);

/** Reads a route's name, `GET /awesomeapi`. */
export function parseRoute(name: string): { readonly verb: string; readonly path: string } {
  const [verb = '', path = ''] = name.split(/ (.*)/s);
  return { verb, path };
}

/** Lists the parts of a path: none for `/`. */
export function pathParts(path: string): string[] {
  return path.split('/').slice(1).filter(Boolean);
}

/** A protected endpoint: a method on a path, the scopes that open it, and its mock answer. */
export class Route extends Construct {
  readonly method: MockMethod;

  constructor(scope: Construct, id: string, props: RouteProps) {
    super(scope, id);
    assertRules(this, { response: routeSettings.shape.response }, props);
    const { statusCode, body, bodyTemplate } = props.response;
    this.method = new MockMethod(this, 'Default', {
      restApi: props.restApi,
      resourceId: props.resourceId,
      httpMethod: props.httpMethod,
      authorization: { authorizer: props.authorizer, scopes: props.scopes },
      requestTemplate: `{ 'statusCode': ${statusCode} }`,
      statusCode,
      headers: {
        'Content-Type': literal('application/json'),
        'Access-Control-Allow-Origin': literal(props.allowOrigin),
      },
      responseTemplate: bodyTemplate === undefined ? jsonTemplate(body) : escapeTerraform(bodyTemplate),
    });
  }
}
