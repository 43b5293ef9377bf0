import { addresses, parse, synthApp } from './support/synth';

const { cognito, apiGateway } = synthApp();

describe('the default app', () => {
  test('is this CognitoStack', () => {
    expect(parse(cognito)).toMatchSnapshot();
  });

  test('is this ApiGatewayStack', () => {
    expect(parse(apiGateway)).toMatchSnapshot();
  });

  test('has these addresses', () => {
    expect([...addresses(cognito), ...addresses(apiGateway)]).toMatchInlineSnapshot(`
     [
       "aws_cognito_resource_server.awesomeapi-resource-server",
       "aws_cognito_user_pool.user_pool",
       "aws_cognito_user_pool_client.awesome-app-client",
       "aws_cognito_user_pool_domain.domain",
       "aws_api_gateway_authorizer.authorizer",
       "aws_api_gateway_deployment.deployment",
       "aws_api_gateway_gateway_response.DEFAULT_4XX",
       "aws_api_gateway_gateway_response.DEFAULT_5XX",
       "aws_api_gateway_integration.awesomeapi_GET",
       "aws_api_gateway_integration.awesomeapi_OPTIONS",
       "aws_api_gateway_integration.root_OPTIONS",
       "aws_api_gateway_integration_response.awesomeapi_GET_200",
       "aws_api_gateway_integration_response.awesomeapi_OPTIONS_204",
       "aws_api_gateway_integration_response.root_OPTIONS_204",
       "aws_api_gateway_method.awesomeapi_GET",
       "aws_api_gateway_method.awesomeapi_OPTIONS",
       "aws_api_gateway_method.root_OPTIONS",
       "aws_api_gateway_method_response.awesomeapi_GET_200",
       "aws_api_gateway_method_response.awesomeapi_OPTIONS_204",
       "aws_api_gateway_method_response.root_OPTIONS_204",
       "aws_api_gateway_resource.awesomeapi",
       "aws_api_gateway_rest_api.rest_api",
       "aws_api_gateway_stage.stage",
     ]
    `);
  });
});
