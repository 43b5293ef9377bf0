import { Testing } from 'cdktf';

import { ApiGatewayStack } from '../../src/api-gateway/api-gateway-stack';
import { ExistingUserPool } from '../../src/cognito/existing-user-pool';
import { parseSettings } from '../../src/settings/environments';
import { parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const arn = 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbC123';

function synth(userPoolArn: string): string {
  const response = { body: 1 };
  const settings = parseSettings({
    userPool: { arn: userPoolArn },
    routes: {
      'GET /b': { scopes: ['orders/write', 'orders/read'], response },
      'GET /a': { scopes: ['orders/read'], response },
      'GET /health': { public: true, response },
    },
  });
  const app = Testing.app({ stackTraces: false });
  const stack = new ApiGatewayStack(app, 'Api', {
    ...settings,
    userPool: new ExistingUserPool(userPoolArn),
  });
  stack.prepareStack();
  return Testing.synth(stack);
}

describe('an API with an existing user pool', () => {
  test('names its ARN in the authorizer and in the trigger of the deployment, and reads no other stack', () => {
    const api = synth(arn);
    expect(resourceAt(api, 'aws_api_gateway_authorizer.authorizer').provider_arns).toEqual([arn]);
    expect(resourceAt(api, 'aws_api_gateway_deployment.deployment').triggers).toMatchObject({ userPoolArn: arn });
    expect(parse(api)).not.toHaveProperty('data');
    expect(parse(synthApp({}).apiGateway)).toHaveProperty('data.terraform_remote_state');
  });

  test('has the outputs with which the pool’s own clients find the login and what to ask for', () => {
    const outputs = Object.entries(parse(synth(arn)).output).map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(outputs)).toEqual({
      ApiEndpoint: '${aws_api_gateway_stage.stage.invoke_url}',
      ProtectedResourceUrl: '${aws_api_gateway_stage.stage.invoke_url}/b',
      CognitoUserPoolID: 'eu-central-1_AbC123',
      Issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123',
      Scopes: 'orders/read orders/write',
    });
  });

  test('is rejected where the ARN is of something else', () => {
    expect(() => new ExistingUserPool('eu-central-1_AbC123')).toThrow('must be the ARN of a user pool');
  });
});
