import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Construct } from 'constructs';

import { readProps } from '../rules/check';
import { chooseOrigin, corsHeaders, type CorsProps, corsSettings } from './cors';
import { literal } from './mapping-template';
import { MockMethod } from './mock-method';

export interface CorsPreflightProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the API's resource that has the method. */
  readonly resourceId: string;
  /** Whose pages can call the methods of the resource. */
  readonly cors?: CorsProps | undefined;
}

/** The OPTIONS method of a resource, which responds to a preflight request with 204 and the CORS headers. */
export class CorsPreflight extends Construct {
  readonly method: MockMethod;

  constructor(scope: Construct, id: string, { restApi, resourceId, ...props }: CorsPreflightProps) {
    super(scope, id);
    const cors = readProps(this, corsSettings, props.cors ?? {});
    this.method = new MockMethod(this, 'Default', {
      restApi,
      resourceId,
      httpMethod: 'OPTIONS',
      // A browser sends no token with a preflight request, so an authorizer would reject all of them.
      authorization: 'NONE',
      requestTemplate: '{ statusCode: 200 }',
      statusCode: 204,
      headers: {
        ...corsHeaders(cors),
        'Access-Control-Allow-Methods': literal(cors.allowMethods.join(',')),
        ...(cors.maxAge !== undefined && { 'Access-Control-Max-Age': literal(String(cors.maxAge)) }),
      },
      responseTemplate: chooseOrigin(cors),
    });
  }
}
