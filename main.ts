import { App } from 'cdktf';

import { ApiGatewayStack } from './src/api-gateway/api-gateway-stack';
import { CognitoStack } from './src/cognito/cognito-stack';
import { loadEnvironments } from './src/settings/environments';

const environments = loadEnvironments();

// A stack trace in the output would contain the paths of the machine that wrote it.
const app = new App({ stackTraces: false });
for (const { settings, suffix } of environments) {
  const { userPool } = new CognitoStack(app, `CognitoStack${suffix}`, settings);
  new ApiGatewayStack(app, `ApiGatewayStack${suffix}`, { settings, userPool });
}
app.synth();
