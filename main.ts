import { ApiGatewayStack } from './src/api-gateway/api-gateway-stack';
import { CognitoStack } from './src/cognito/cognito-stack';
import { ExistingUserPool } from './src/cognito/existing-user-pool';
import { loadEnvironments } from './src/settings/environments';
import { synthesize } from './src/stack/synthesize';

const environments = loadEnvironments();

synthesize((app) => {
  for (const { settings, suffix } of environments) {
    const { arn } = settings.userPool;
    const { userPool, appClients, domain } = arn
      ? { userPool: new ExistingUserPool(arn), appClients: [], domain: undefined }
      : new CognitoStack(app, `CognitoStack${suffix}`, settings);
    new ApiGatewayStack(app, `ApiGatewayStack${suffix}`, {
      ...settings,
      userPool,
      appClient: appClients[0],
      signInClients: appClients,
      loginCertificateArn: domain?.certificateArn,
    });
  }
});
