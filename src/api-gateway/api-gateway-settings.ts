import { referenceScope } from '../cognito/cognito-settings';
import { corsSettings } from './cors';
import { restApiSettings } from './rest-api-settings';
import { routesRule } from './route';

/** The settings of ApiGatewayStack, in addition to those of every stack. */
export const apiGatewaySettings = {
  restApi: restApiSettings.prefault({}),
  cors: corsSettings.prefault({}),
  routes: routesRule
    .default({
      'GET /awesomeapi': {
        scopes: [referenceScope],
        response: { statusCode: 200, body: { statusCode: 200, message: 'Hello From Protected Resource' } },
      },
    })
    .describe('Routes by HTTP method and path: who can call each, and what responds.'),
};
