import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Construct } from 'constructs';

import { assertRules } from '../rules/rule';
import { chooseOrigin, type Cors, corsHeaders, corsSettings, findCorsConflicts } from './cors';
import { literal } from './mapping-template';
import { MockMethod } from './mock-method';

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
    assertRules(this, corsSettings.shape, cors, findCorsConflicts);
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
      responseTemplate: chooseOrigin(cors),
    });
  }
}
