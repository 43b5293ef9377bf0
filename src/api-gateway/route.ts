import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Construct } from 'constructs';
import { z } from 'zod';

import { assertRules, membersRule, type Problem } from '../rules/rule';
import { type Authorization } from './authorization';
import { chooseOrigin, type Cors, originHeaders } from './cors';
import { HttpMethod, type HttpSettings, httpSettings } from './http-method';
import type * as lambdaMethod from './lambda-method';
import { lambdaSettings, type LambdaSettings } from './lambda-settings';
import { escapeTerraform, jsonTemplate, literal, mappingTemplateRule } from './mapping-template';
import { MockMethod } from './mock-method';
import { throttlingSettings } from './throttling';

export interface RouteProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the API's resource that the route's path leads to. */
  readonly resourceId: string;
  readonly httpMethod: string;
  /** Path of the resource, `/orders/{id}`. */
  readonly path: string;
  /** Name of the stage that serves the API. */
  readonly stageName: string;
  /** Who may call it. */
  readonly authorization: Authorization;
  readonly answer: RouteAnswer;
  /** ARN of the KMS key that encrypts the logs of a function. */
  readonly logKmsKeyArn?: string | undefined;
  /** Whose pages may read a mock answer. A function and an HTTP endpoint send CORS headers themselves. */
  readonly cors: Cors;
}

/** What answers a route: a mock, a Lambda function, or an HTTP endpoint. */
export type RouteAnswer =
  { readonly response: MockResponse } | { readonly lambda: LambdaSettings } | { readonly http: HttpSettings };

/** Answer of a mock integration, with one of `body` and `bodyTemplate`, or neither where the status has no content. */
export interface MockResponse {
  /** Status code of the answer, 200 to 599. */
  readonly statusCode: number;
  /** Body of the answer, any JSON. Clients get it as it is. */
  readonly body?: unknown;
  /** Mapping template of the answer's body, which API Gateway evaluates at each call. */
  readonly bodyTemplate?: string | undefined;
}

/**
 * The settings of a mock answer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
const mockSettings = membersRule(
  {
    statusCode: z
      .int()
      .min(200)
      .max(599)
      .default(200)
      .describe('Status code of the mock answer. With 204, 205 and 304 there is no body.'),
    body: z.json().optional().describe('Body of the mock answer, any JSON. Clients get it as it is.'),
    bodyTemplate: mappingTemplateRule
      .optional()
      .describe(
        'Mapping template of the body, instead of `body`. It must escape what it takes from the request, ' +
          'as in `{"id": "$util.escapeJavaScript($input.params(\'id\'))"}`.',
      ),
  },
  findBodyConflicts,
);

/** The settings of a route. */
export const routeSettings = membersRule({
  scopes: z
    .tuple([z.string()], z.string())
    .optional()
    .describe('Scopes, of which an access token must have one. Required unless the route is public.'),
  public: z.literal(true).optional().describe('`true` lets everyone call the route, without a token.'),
  response: mockSettings.optional().describe('Mock that answers: a status code and a body.'),
  lambda: z
    .union([z.string(), lambdaSettings])
    .optional()
    .describe('Lambda function that answers: the file of its handler, or an object with more settings.')
    .meta({ change: 'that removes it deletes the function and its logs' }),
  http: httpSettings.optional().describe('HTTP endpoint that answers.'),
  throttling: throttlingSettings
    .optional()
    .describe("How many calls the route answers. The default is the stage's, `restApi.throttling`."),
});

/** The settings of which a route has exactly one. */
export const answerNames = ['response', 'lambda', 'http'] as const;

/** Status codes whose answer has no content, and so no body. */
const noContent: readonly unknown[] = [204, 205, 304];

/**
 * Finds a mock answer with no body, with two, or with one that clients never get.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1
 */
function findBodyConflicts({ statusCode, body, bodyTemplate }: Readonly<Record<string, unknown>>): Problem[] {
  if (noContent.includes(statusCode)) {
    return Object.entries({ body, bodyTemplate })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => ({
        path: [name],
        problem: `is given with the status code ${String(statusCode)}, which has no content`,
        allowed: 'no body, or another status code',
      }));
  }
  if (body === undefined && bodyTemplate === undefined) {
    return [{ path: ['body'], problem: 'is missing', allowed: 'body or bodyTemplate' }];
  }
  return body !== undefined && bodyTemplate !== undefined
    ? [{ path: ['bodyTemplate'], problem: 'is given together with body', allowed: 'one of the two' }]
    : [];
}

/** An endpoint: a method on a path, who may call it, and what answers. */
export class Route extends Construct {
  readonly method: MockMethod | lambdaMethod.LambdaMethod | HttpMethod;

  constructor(scope: Construct, id: string, props: RouteProps) {
    super(scope, id);
    const { answer } = props;
    if ('lambda' in answer) {
      // Loaded when it is needed: a project without a function need not wait for it.
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it in any case
      const { LambdaMethod } = require('./lambda-method') as typeof lambdaMethod;
      this.method = new LambdaMethod(this, 'Default', { ...props, ...answer });
    } else if ('http' in answer) {
      this.method = new HttpMethod(this, 'Default', { ...props, ...answer });
    } else {
      this.method = this.mock(props, answer.response);
    }
  }

  private mock(props: RouteProps, response: MockResponse): MockMethod {
    assertRules(this, { response: mockSettings }, { response });
    const { statusCode, body, bodyTemplate } = response;
    const hasContent = !noContent.includes(statusCode);
    const bodyOf = () => (bodyTemplate === undefined ? jsonTemplate(body) : escapeTerraform(bodyTemplate));
    return new MockMethod(this, 'Default', {
      restApi: props.restApi,
      resourceId: props.resourceId,
      httpMethod: props.httpMethod,
      authorization: props.authorization,
      requestTemplate: `{ 'statusCode': ${statusCode} }`,
      statusCode,
      headers: {
        ...(hasContent && { 'Content-Type': literal('application/json') }),
        ...originHeaders(props.cors),
      },
      responseTemplate: chooseOrigin(props.cors) + (hasContent ? bodyOf() : ''),
    });
  }
}
