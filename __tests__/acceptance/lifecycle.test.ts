import {
  APIGatewayClient,
  GetAuthorizersCommand,
  GetDeploymentsCommand,
  GetGatewayResponsesCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  GetStagesCommand,
} from '@aws-sdk/client-api-gateway';
console.log(APIGatewayClient);
