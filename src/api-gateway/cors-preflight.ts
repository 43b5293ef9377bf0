import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Construct } from 'constructs';
import { z } from 'zod';

import { assertRules, membersRule, textRule } from '../rule';
import { literal, MockMethod } from './mock-method';

export interface Cors {
  /** Origin whose pages can read the responses of the API: one origin, or `*` for all. */
  readonly allowOrigin: string;
  /** Request headers that those pages can send. */
  readonly allowHeaders: readonly string[];
  /** Methods that those pages can use. */
  readonly allowMethods: readonly string[];
}

/**
 * The CORS settings of the API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
 */
export const corsSettings = membersRule({
  allowOrigin: textRule('* or one origin, such as https://www.example.com, without a path', (text) =>
    text === '*' || /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/.test(text)
      ? undefined
      : 'is not an origin',
  )
    .default('*')
    .describe('Origin whose pages can read the responses.'),
  allowHeaders: z
    .array(
      // RFC 9110 also allows a single quote, but it would end the literal in API Gateway's parameter mapping.
      textRule('a header name: letters, digits and ! # $ % & * + . ^ _ ` | ~ -', (name) =>
        /^[\w!#$%&*+.^`|~-]+$/.test(name) ? undefined : 'is not a header name',
      ),
    )
    .min(1)
    .default(['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token', 'X-Amz-User-Agent'])
    .describe('Request headers that those pages can send.'),
  allowMethods: z
    .array(z.enum(['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD']))
    .min(1)
    .default(['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD'])
    .describe('Methods that those pages can use.'),
});

/** Returns the headers that say which pages can read a response, as literals of API Gateway's parameter mapping. */
export function corsHeaders({ allowOrigin, allowHeaders }: Cors): Record<string, string> {
  return {
    'Access-Control-Allow-Headers': literal(allowHeaders.join(',')),
    'Access-Control-Allow-Origin': literal(allowOrigin),
  };
}

export interface CorsPreflightProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the API's resource that has the method. */
  readonly resourceId: string;
  readonly cors: Cors;
}

/** The OPTIONS method of a resource, which answers a preflight request with 204 and the CORS headers. */
export class CorsPreflight extends Construct {
  readonly method: MockMethod;

  constructor(scope: Construct, id: string, { restApi, resourceId, cors }: CorsPreflightProps) {
    super(scope, id);
    assertRules(this, corsSettings.shape, cors);
    this.method = new MockMethod(this, 'Default', {
      restApi,
      resourceId,
      httpMethod: 'OPTIONS',
      // A browser sends no token with a preflight request, so an authorizer would refuse all of them.
      authorization: 'NONE',
      requestTemplate: '{ statusCode: 200 }',
      statusCode: 204,
      headers: {
        ...corsHeaders(cors),
        'Access-Control-Allow-Methods': literal(cors.allowMethods.join(',')),
      },
    });
  }
}
