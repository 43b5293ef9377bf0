/**
 * API Gateway's operations, by verb and path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
 */
export const apiGatewayCalls = {
  'POST /restapis': 'CreateRestApi',
  'GET /restapis/*': 'GetRestApi',
  'PATCH /restapis/*': 'UpdateRestApi',
  'DELETE /restapis/*': 'DeleteRestApi',
  'GET /restapis/*/resources': 'GetResources',
  'POST /restapis/*/resources/*': 'CreateResource',
  'GET /restapis/*/resources/*': 'GetResource',
  'PATCH /restapis/*/resources/*': 'UpdateResource',
  'DELETE /restapis/*/resources/*': 'DeleteResource',
  'PUT /restapis/*/resources/*/methods/*': 'PutMethod',
  'GET /restapis/*/resources/*/methods/*': 'GetMethod',
  'PATCH /restapis/*/resources/*/methods/*': 'UpdateMethod',
  'DELETE /restapis/*/resources/*/methods/*': 'DeleteMethod',
  'PUT /restapis/*/resources/*/methods/*/responses/*': 'PutMethodResponse',
  'GET /restapis/*/resources/*/methods/*/responses/*': 'GetMethodResponse',
  'PATCH /restapis/*/resources/*/methods/*/responses/*': 'UpdateMethodResponse',
  'DELETE /restapis/*/resources/*/methods/*/responses/*': 'DeleteMethodResponse',
  'PUT /restapis/*/resources/*/methods/*/integration': 'PutIntegration',
  'GET /restapis/*/resources/*/methods/*/integration': 'GetIntegration',
  'PATCH /restapis/*/resources/*/methods/*/integration': 'UpdateIntegration',
  'DELETE /restapis/*/resources/*/methods/*/integration': 'DeleteIntegration',
  'PUT /restapis/*/resources/*/methods/*/integration/responses/*': 'PutIntegrationResponse',
  'GET /restapis/*/resources/*/methods/*/integration/responses/*': 'GetIntegrationResponse',
  'PATCH /restapis/*/resources/*/methods/*/integration/responses/*': 'UpdateIntegrationResponse',
  'DELETE /restapis/*/resources/*/methods/*/integration/responses/*': 'DeleteIntegrationResponse',
  'POST /restapis/*/authorizers': 'CreateAuthorizer',
  'GET /restapis/*/authorizers/*': 'GetAuthorizer',
  'PATCH /restapis/*/authorizers/*': 'UpdateAuthorizer',
  'DELETE /restapis/*/authorizers/*': 'DeleteAuthorizer',
  'PUT /restapis/*/gatewayresponses/*': 'PutGatewayResponse',
  'GET /restapis/*/gatewayresponses/*': 'GetGatewayResponse',
  'PATCH /restapis/*/gatewayresponses/*': 'UpdateGatewayResponse',
  'DELETE /restapis/*/gatewayresponses/*': 'DeleteGatewayResponse',
  'POST /restapis/*/deployments': 'CreateDeployment',
  'GET /restapis/*/deployments/*': 'GetDeployment',
  'PATCH /restapis/*/deployments/*': 'UpdateDeployment',
  'DELETE /restapis/*/deployments/*': 'DeleteDeployment',
  'POST /restapis/*/stages': 'CreateStage',
  'GET /restapis/*/stages/*': 'GetStage',
  'PATCH /restapis/*/stages/*': 'UpdateStage',
  'DELETE /restapis/*/stages/*': 'DeleteStage',
  'GET /tags/*': 'GetTags',
  'PUT /tags/*': 'TagResource',
  'DELETE /tags/*': 'UntagResource',
};

export function apiGatewayOperation(call: string): string | undefined {
  return Object.entries(apiGatewayCalls).find(([pattern]) =>
    new RegExp(`^${pattern.replaceAll('*', '[^/]+')}$`).test(call),
  )?.[1];
}

/** Every operation that the acceptance tests have recorded. */
export const awsCalls = [];
