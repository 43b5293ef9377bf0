import { App } from 'cdktf';

import { ApiGatewayStack } from './src/api-gateway/api-gateway-stack';
import { CognitoStack } from './src/cognito/cognito-stack';
import { loadSettings } from './src/settings/settings';

const settings = loadSettings();

// A stack trace in the output would hold the paths of the machine that wrote it.
const app = new App({ stackTraces: false });
const { userPool } = new CognitoStack(app, 'CognitoStack', settings);
new ApiGatewayStack(app, 'ApiGatewayStack', { settings, userPool });
app.synth();
