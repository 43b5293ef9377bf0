import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayIntegrationResponse } from '@cdktf/provider-aws/lib/api-gateway-integration-response';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import { ApiGatewayMethodResponse } from '@cdktf/provider-aws/lib/api-gateway-method-response';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Construct } from 'constructs';

import { type Authorization, authorizationArguments } from './authorization';
import { type RequestArguments } from './request';

export interface MockMethodProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the API's resource that has the method. */
  readonly resourceId: string;
  readonly httpMethod: string;
  /** Who can call the method. */
  readonly authorization: Authorization;
  /** What API Gateway checks of a request; nothing if it is left out. */
  readonly request?: RequestArguments | undefined;
  /** Mapping template of the request, which sets the status code of the mock integration: `{"statusCode": 200}`. */
  readonly requestTemplate: string;
  /** Status code of the response. */
  readonly statusCode: number;
  /** Headers of the response. Each value is an expression of API Gateway's parameter mapping. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Mapping template of the response, whose body is in JSON.
   *
   * @default - an empty string: no template, and no body
   */
  readonly responseTemplate?: string;
}

/**
 * What curl and browsers say that a body is, if nothing else is set. Without a template for the type of a body, the mock
 * integration gets the body instead of a status code, and the response is 500.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 */
const otherBodyTypes = ['application/x-www-form-urlencoded', 'text/plain'];

/** A method with a mock integration, for which API Gateway always returns the same response. */
export class MockMethod extends Construct {
  readonly method: ApiGatewayMethod;
  readonly methodResponse: ApiGatewayMethodResponse;
  readonly integration: ApiGatewayIntegration;
  readonly integrationResponse: ApiGatewayIntegrationResponse;

  constructor(scope: Construct, id: string, props: MockMethodProps) {
    super(scope, id);
    const status = String(props.statusCode);
    const place = { restApiId: props.restApi.id, resourceId: props.resourceId };
    const bodyTypes = ['application/json', ...(props.request?.requestModels ? otherBodyTypes : [])];
    const headers = Object.entries(props.headers).map(
      ([name, value]) => [`method.response.header.${name}`, value] as const,
    );

    // The constructs nest as in API Gateway: the integration in the method, and each response in its owner. All four
    // addresses have the path of the method and differ by type.
    this.method = new ApiGatewayMethod(this, 'Default', {
      ...place,
      httpMethod: props.httpMethod,
      ...authorizationArguments(props.authorization),
      ...props.request,
    });
    this.methodResponse = new ApiGatewayMethodResponse(this.method, status, {
      ...place,
      httpMethod: this.method.httpMethod,
      statusCode: status,
      responseParameters: Object.fromEntries(headers.map(([name]) => [name, true])),
    });
    this.integration = new ApiGatewayIntegration(this.method, 'Default', {
      ...place,
      httpMethod: this.method.httpMethod,
      type: 'MOCK',
      requestTemplates: Object.fromEntries(bodyTypes.map((type) => [type, props.requestTemplate])),
    });
    this.integrationResponse = new ApiGatewayIntegrationResponse(this.integration, status, {
      ...place,
      // Refers to the integration, not the method: API Gateway rejects a response without an integration.
      httpMethod: this.integration.httpMethod,
      statusCode: this.methodResponse.statusCode,
      responseParameters: Object.fromEntries(headers),
      ...(props.responseTemplate && { responseTemplates: { 'application/json': props.responseTemplate } }),
    });
  }
}
