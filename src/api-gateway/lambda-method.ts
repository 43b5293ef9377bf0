import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { type Authorization, authorizationArguments } from './authorization';
import { LambdaFunction } from '../lambda/lambda-function';
import { functionNameOf, type LambdaProps, lambdaSettings } from '../lambda/lambda-settings';
import { type RequestArguments } from './request';

export interface LambdaMethodProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the API's resource that has the method. */
  readonly resourceId: string;
  readonly httpMethod: string;
  /** Path of the resource, `/orders/{id}`. */
  readonly path: string;
  /** Name of the only stage that can invoke the function. */
  readonly stageName: string;
  /** Who can call it. */
  readonly authorization: Authorization;
  /** What API Gateway checks of a request; nothing if it is left out. */
  readonly request?: RequestArguments | undefined;
  /** The file of the handler, or all settings of the function. */
  readonly lambda: string | LambdaProps;
  /** ARN of the KMS key that encrypts the logs of the function. */
  readonly logKmsKeyArn?: string | undefined;
}

/**
 * A method with a proxy integration to a Lambda function, which gets the request as it is.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export class LambdaMethod extends Construct {
  readonly method: ApiGatewayMethod;
  readonly function: LambdaFunction;
  readonly permission: LambdaPermission;
  readonly integration: ApiGatewayIntegration;

  constructor(scope: Construct, id: string, props: LambdaMethodProps) {
    super(scope, id);
    const { restApi, resourceId } = props;
    const lambda = typeof props.lambda === 'string' ? { handler: props.lambda } : props.lambda;
    const place = { restApiId: restApi.id, resourceId };
    // The constructs nest, so that all have the method's path in their address, and differ by type.
    this.method = new ApiGatewayMethod(this, 'Default', {
      ...place,
      httpMethod: props.httpMethod,
      ...authorizationArguments(props.authorization),
      ...props.request,
    });
    this.function = new LambdaFunction(this.method, 'Default', {
      ...lambda,
      logKmsKeyArn: props.logKmsKeyArn,
      functionName: functionNameOf(restApi.nameInput!, TerraformStack.of(this).getLogicalId(this.method.node)),
    });
    const target = this.function.function;
    this.integration = new ApiGatewayIntegration(target, 'Default', {
      ...place,
      httpMethod: this.method.httpMethod,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: target.invokeArn,
      // The timeout of the function: API Gateway then responds with 504. With a longer one, it responds with 502.
      timeoutMilliseconds: 1000 * (lambda.timeout ?? lambdaSettings.shape.timeout.parse(undefined)),
    });
    this.permission = new LambdaPermission(this.integration, 'Default', {
      functionName: target.functionName,
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${restApi.executionArn}/${props.stageName}/${methodInArn(props.httpMethod)}${pathInArn(props.path)}`,
    });
    // A snapshot must not contain a function that API Gateway has no permission to call.
    const { terraformResourceType: type, friendlyUniqueId: name } = this.permission;
    this.integration.dependsOn = [`${type}.${name}`];
  }
}

function methodInArn(httpMethod: string): string {
  return httpMethod === 'ANY' ? '*' : httpMethod;
}

/** Returns a path as it is in the ARN of a call, where any value can stand for a variable. */
function pathInArn(path: string): string {
  return path.replace(/\{[^}]*\}/g, '*');
}
