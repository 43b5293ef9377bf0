import { ApiGatewayStack } from './src/api-gateway/api-gateway-stack';
import { CognitoStack } from './src/cognito/cognito-stack';
import { loadEnvironments } from './src/settings/environments';
import { synthesize } from './src/synthesize';

const environments = loadEnvironments();

synthesize((app) => {
  for (const { settings, suffix } of environments) {
    const { userPool } = new CognitoStack(app, `CognitoStack${suffix}`, settings);
    new ApiGatewayStack(app, `ApiGatewayStack${suffix}`, { settings, userPool });
  }
});
