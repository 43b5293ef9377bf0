import type { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';
import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayIntegrationResponse } from '@cdktf/provider-aws/lib/api-gateway-integration-response';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import { ApiGatewayMethodResponse } from '@cdktf/provider-aws/lib/api-gateway-method-response';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Construct } from 'constructs';

export interface MockMethodProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the API's resource that has the method. */
  readonly resourceId: string;
  readonly httpMethod: string;
  /** Who may call it. */
  readonly authorization: CognitoAuthorization | 'NONE';
  /** Template that turns a request into the status of the mock answer: `{"statusCode": 200}`. */
  readonly requestTemplate: string;
  /** Status of the answer. */
  readonly statusCode: number;
  /** Headers of the answer, each value an expression of API Gateway's parameter mapping. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Template of the answer's body, in JSON.
   *
   * @default - no body
   */
  readonly responseTemplate?: string;
}

/** Access for those who bring an access token of a user pool with one of the scopes. */
export interface CognitoAuthorization {
  readonly authorizer: ApiGatewayAuthorizer;
  /** At least one: without a scope API Gateway asks for an ID token and refuses every access token. */
  readonly scopes: readonly [string, ...string[]];
}

/** Writes a text as a literal of API Gateway's parameter mapping. */
export function literal(text: string): string {
  return `'${text}'`;
}

/** A method that API Gateway answers by itself, from a mock integration, always in the same way. */
export class MockMethod extends Construct {
  readonly method: ApiGatewayMethod;
  readonly methodResponse: ApiGatewayMethodResponse;
  readonly integration: ApiGatewayIntegration;
  readonly integrationResponse: ApiGatewayIntegrationResponse;

  constructor(scope: Construct, id: string, props: MockMethodProps) {
    super(scope, id);
    const { authorization } = props;
    const status = String(props.statusCode);
    const place = { restApiId: props.restApi.id, resourceId: props.resourceId };
    const headers = Object.entries(props.headers).map(
      ([name, value]) => [`method.response.header.${name}`, value] as const,
    );

    // The constructs nest as in API Gateway, a method's integration in the method and each response in its owner:
    // all four have the method's path in their address, and differ by type.
    this.method = new ApiGatewayMethod(this, 'Default', {
      ...place,
      httpMethod: props.httpMethod,
      ...(authorization === 'NONE'
        ? { authorization }
        : {
            authorization: 'COGNITO_USER_POOLS',
            authorizerId: authorization.authorizer.id,
            // A set to Terraform: sorted, so that an order of the settings is no change.
            authorizationScopes: [...new Set(authorization.scopes)].sort(),
          }),
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
      requestTemplates: { 'application/json': props.requestTemplate },
    });
    this.integrationResponse = new ApiGatewayIntegrationResponse(this.integration, status, {
      ...place,
      // The verb of the integration and not of the method: API Gateway refuses a response to no integration.
      httpMethod: this.integration.httpMethod,
      statusCode: this.methodResponse.statusCode,
      responseParameters: Object.fromEntries(headers),
      ...(props.responseTemplate !== undefined && {
        responseTemplates: { 'application/json': props.responseTemplate },
      }),
    });
  }
}
