import { ApiGatewayStack } from './src/api-gateway/api-gateway-stack';
import { CognitoStack } from './src/cognito/cognito-stack';
import { ExistingUserPool } from './src/cognito/existing-user-pool';
import { loadEnvironments } from './src/settings/environments';
import { synthesize } from './src/stack/synthesize';

const environments = loadEnvironments();

synthesize((app) => {
  for (const { settings, suffix } of environments) {
    const { arn } = settings.userPool;
    const userPool = arn
      ? new ExistingUserPool(arn)
      : new CognitoStack(app, `CognitoStack${suffix}`, settings).userPool;
    new ApiGatewayStack(app, `ApiGatewayStack${suffix}`, { settings, userPool });
  }
});
