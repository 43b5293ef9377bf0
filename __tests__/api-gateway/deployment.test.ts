import { ApiGatewayDeployment } from '@cdktf/provider-aws/lib/api-gateway-deployment';
import { ApiGatewayResource } from '@cdktf/provider-aws/lib/api-gateway-resource';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { TerraformStack, Testing } from 'cdktf';

import { Deployment } from '../../src/api-gateway/deployment';
import { synthesizedByMain } from '../support/main-stacks';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

function configurationHash(settings?: unknown): unknown {
  const { apiGateway } = settings === undefined ? synthesizedByMain() : synthApp(settings);
  const { triggers } = resourceAt(apiGateway, 'aws_api_gateway_deployment.deployment');
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
  ])('takes a new snapshot when %s changes', (_what, settings) => {
    const before = 'routes' in settings ? { routes: { 'GET /awesomeapi': route() } } : undefined;
    expect(configurationHash(settings)).not.toEqual(configurationHash(before));
  });

  test.each([
    ['a tag', { tags: { team: 'identity' } }],
    ['the name of the API', { restApi: { name: 'renamed' } }],
    ['the name of the authorizer', { restApi: { authorizerName: 'renamed' } }],
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

  test('keeps the snapshot when the scopes of a route are listed in another order', () => {
    const withScopes = (...scopes: string[]) => configurationHash({ routes: { 'GET /a': { ...route(), scopes } } });
    expect(withScopes('openid', read)).toEqual(withScopes(read, 'openid'));
    expect(withScopes('openid', read)).not.toEqual(withScopes('openid'));
  });

  test('keeps the snapshot when another API of the stack changes', () => {
    const hashBeside = (pathPart: string) => {
      const stack = new TerraformStack(Testing.app({ stackTraces: false }), 'Stack');
      const restApi = new ApiGatewayRestApi(stack, 'api', { name: 'api' });
      const { deployment } = new Deployment(stack, 'deployment', { restApi, appliedValues: {} });
      const other = new ApiGatewayRestApi(stack, 'other', { name: 'other' });
      for (const [api, part] of [
        [restApi, 'a'],
        [other, pathPart],
      ] as const) {
        new ApiGatewayResource(stack, `${api.friendlyUniqueId}_resource`, {
          restApiId: api.id,
          parentId: api.rootResourceId,
          pathPart: part,
        });
      }
      return resourceAt(Testing.synth(stack), `aws_api_gateway_deployment.${deployment.friendlyUniqueId}`);
    };
    expect(hashBeside('b')).toEqual(hashBeside('c'));
    expect(hashBeside('b').depends_on).toEqual(['aws_api_gateway_resource.api_resource']);
  });

  test('takes a new snapshot when apply replaces the user pool or the authorizer', () => {
    const { triggers } = resourceAt(synthesizedByMain().apiGateway, 'aws_api_gateway_deployment.deployment');
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
    const { apiGateway, cognito } = synthesizedByMain();
    expect(`${apiGateway}${cognito}`.match(/create_before_destroy/g)).toHaveLength(1);
    expect(apiGateway).toHaveResourceWithProperties(ApiGatewayDeployment, {
      lifecycle: { create_before_destroy: true },
    });
  });
});
