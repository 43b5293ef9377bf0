import { ApiGatewayDeployment } from '@cdktf/provider-aws/lib/api-gateway-deployment';

import { resourceAt, synthApp } from '../support/synth';

function configurationHash(settings: unknown = {}): unknown {
  const { triggers } = resourceAt(synthApp(settings).apiGateway, 'aws_api_gateway_deployment.deployment');
  return (triggers as Record<string, unknown>).configuration;
}

const read = 'awesomeapi-resource-server/awesomeapi.read';
const route = (response: unknown = { body: 'hello' }) => ({ scopes: [read], response });
const twoScopes = {
  resourceServers: { 'awesomeapi-resource-server': { scopes: { 'awesomeapi.read': 'r', 'awesomeapi.write': 'w' } } },
};

describe('Deployment', () => {
  test.each([
    ['a message', { routes: { 'GET /awesomeapi': route({ body: { message: 'Changed' } }) } }],
    ['a status', { routes: { 'GET /awesomeapi': route({ body: 'hello', statusCode: 201 }) } }],
    ['a scope', { ...twoScopes, routes: { 'GET /awesomeapi': { ...route(), scopes: [read, 'openid'] } } }],
    ['a further route', { routes: { 'GET /awesomeapi': route(), 'POST /awesomeapi': route() } }],
    ['a further path', { routes: { 'GET /awesomeapi': route(), 'GET /awesomeapi/{id}': route() } }],
    ['the origin of CORS', { cors: { allowOrigin: 'https://app.example.com' } }],
    ['a header of CORS', { cors: { allowHeaders: ['Authorization'] } }],
    ['a method of CORS', { cors: { allowMethods: ['GET'] } }],
    ['the name of the authorizer', { restApi: { authorizerName: 'other' } }],
  ])('takes a new snapshot when %s changes', (_what, settings) => {
    const before = 'routes' in settings ? { routes: { 'GET /awesomeapi': route() } } : {};
    expect(configurationHash(settings)).not.toEqual(configurationHash(before));
  });

  test.each([
    ['a tag', { tags: { team: 'identity' } }],
    ['the name of the API', { restApi: { name: 'renamed' } }],
    ['the name of the stage', { restApi: { stageName: 'v1' } }],
    [
      'the description of a scope',
      { resourceServers: { 'awesomeapi-resource-server': { scopes: { 'awesomeapi.read': 'x' } } } },
    ],
    [
      'a callback URL',
      { appClients: { 'awesome-app-client': { scopes: [read], callbackUrls: ['https://a.example'] } } },
    ],
  ])('keeps the snapshot when %s changes', (_what, settings) => {
    expect(configurationHash(settings)).toEqual(configurationHash());
  });

  test('keeps the snapshot when routes are listed in another order', () => {
    const one = { 'GET /a': route(), 'GET /b/c': route() };
    const other = { 'GET /b/c': route(), 'GET /a': route() };
    expect(configurationHash({ routes: other })).toEqual(configurationHash({ routes: one }));
  });

  test('takes a new snapshot when apply replaces the user pool or the authorizer', () => {
    const { triggers } = resourceAt(synthApp().apiGateway, 'aws_api_gateway_deployment.deployment');
    expect(triggers).toMatchObject({
      authorizerId: '${aws_api_gateway_authorizer.authorizer.id}',
      userPoolArn: expect.stringMatching(/^\$\{data\.terraform_remote_state\..*user_pool_arn\}$/) as string,
    });
  });

  test('waits for all that it freezes', () => {
    const { depends_on } = resourceAt(
      synthApp({ routes: { 'GET /a/b': route(), 'PUT /': route() } }).apiGateway,
      'aws_api_gateway_deployment.deployment',
    );
    expect(depends_on).toEqual(
      expect.arrayContaining([
        'aws_api_gateway_integration.a_b_GET',
        'aws_api_gateway_integration_response.a_b_GET_200',
        'aws_api_gateway_integration_response.a_OPTIONS_204',
        'aws_api_gateway_integration_response.root_PUT_200',
        'aws_api_gateway_method.a_b_OPTIONS',
        'aws_api_gateway_gateway_response.DEFAULT_5XX',
      ]),
    );
  });

  test('alone is created before it is destroyed', () => {
    const { apiGateway, cognito } = synthApp();
    expect(`${apiGateway}${cognito}`.match(/create_before_destroy/g)).toHaveLength(1);
    expect(apiGateway).toHaveResourceWithProperties(ApiGatewayDeployment, {
      lifecycle: { create_before_destroy: true },
    });
  });
});
