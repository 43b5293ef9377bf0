import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool';
import { TerraformOutput, Testing } from 'cdktf';
import { Construct } from 'constructs';

import { Namespace } from '../../src/stack/address';
import { AwsStack } from '../../src/stack/aws-stack';
import { synthesizedByMain } from '../support/main-stacks';
import { addresses, parse } from '../support/stack-json';

class Stack extends AwsStack {
  constructor(scope: Construct) {
    super(scope, 'Stack', {
      region: 'eu-central-1',
      providerVersion: '~> 6.0',
      tags: { team: 'identity' },
      state: 'local',
    });
  }
}

function synthStack(define: (stack: Stack) => void): string {
  const stack = new Stack(Testing.app({ stackTraces: false }));
  define(stack);
  stack.prepareStack();
  return Testing.synth(stack);
}

function pool(scope: Construct, id: string): CognitoUserPool {
  return new CognitoUserPool(scope, id, { name: 'pool' });
}

describe('AwsStack', () => {
  test('gives terraform the region, the tags, the versions and a place for the state outside of cdktf.out', () => {
    const { provider, terraform } = parse(synthStack((stack) => pool(stack, 'pool')));
    const default_tags = [{ tags: { team: 'identity' } }];
    expect(provider).toEqual({
      aws: [
        { region: 'eu-central-1', default_tags },
        // Terraform needs it to delete what a setting has created in that region.
        { alias: 'us-east-1', region: 'us-east-1', default_tags },
      ],
    });
    expect(terraform).toEqual({
      backend: { local: { path: '../../../terraform.Stack.tfstate' } },
      required_providers: { aws: { source: 'aws', version: '~> 6.0' } },
      required_version: '>= 1.5.0',
    });
  });

  test.each([
    ['its path', (stack: Stack) => new Construct(stack, 'outer'), 'inner', 'outer_inner'],
    ['its path without Default', (stack: Stack) => new Construct(stack, 'outer'), 'Default', 'outer'],
    ['its path without namespaces', (stack: Stack) => new Namespace(stack, 'namespace'), 'inner', 'inner'],
    ['Default where a user named it so', (stack: Stack) => new Namespace(stack, 'namespace'), 'Default', 'Default'],
    ['its path with illegal characters replaced', (stack: Stack) => stack, '{id+} ä', '_id____'],
    ['its path after a letter or _', (stack: Stack) => stack, '2nd', '_2nd'],
    ['its path after a letter or _, not -', (stack: Stack) => stack, '-a', '_-a'],
  ])('names an element by %s', (_what, scope, id, name) => {
    expect(addresses(synthStack((stack) => pool(scope(stack), id)))).toEqual([`aws_cognito_user_pool.${name}`]);
  });

  test('names the outputs that other stacks read in the same way', () => {
    expect(Object.keys(parse(synthesizedByMain().cognito).output)).toContain(
      'cross-stack-output-aws_cognito_user_pool_user_pool_arn',
    );
  });

  test('fails when two resources have one address, which CDKTF would merge', () => {
    expect(() =>
      synthStack((stack) => {
        pool(stack, 'a_b');
        pool(new Construct(stack, 'a'), 'b');
      }),
    ).toThrowErrorMatchingInlineSnapshot(
      `"[Stack/a/b] has the same address as Stack/a_b (aws_cognito_user_pool.a_b): Terraform would manage both as one resource. Give one of the two constructs another ID."`,
    );
  });
});

test('AwsStack fails when two outputs have one name', () => {
  expect(() =>
    synthStack((stack) => {
      new TerraformOutput(stack, 'a_b', { value: 1 });
      new TerraformOutput(new Construct(stack, 'a'), 'b', { value: 2 });
    }),
  ).toThrow('[Stack/a/b] has the same address as Stack/a_b (output.a_b)');
});

// A rename below destroys the resource and makes it anew; for aws_cognito_user_pool.user_pool, with all its users.
// Where it must be, tell Terraform that it is the same one: the next test shows how.
test('the resources have these addresses', () => {
  const { cognito, apiGateway } = synthesizedByMain();
  expect([...addresses(cognito), ...addresses(apiGateway)]).toMatchInlineSnapshot(`
   [
     "aws_cognito_resource_server.awesomeapi-resource-server",
     "aws_cognito_user_pool.user_pool",
     "aws_cognito_user_pool_client.awesome-app-client",
     "aws_cognito_user_pool_domain.domain",
     "aws_api_gateway_authorizer.authorizer",
     "aws_api_gateway_deployment.deployment",
     "aws_api_gateway_gateway_response.DEFAULT_4XX",
     "aws_api_gateway_gateway_response.DEFAULT_5XX",
     "aws_api_gateway_integration.awesomeapi_GET",
     "aws_api_gateway_integration.awesomeapi_OPTIONS",
     "aws_api_gateway_integration.root_OPTIONS",
     "aws_api_gateway_integration_response.awesomeapi_GET_200",
     "aws_api_gateway_integration_response.awesomeapi_OPTIONS_204",
     "aws_api_gateway_integration_response.root_OPTIONS_204",
     "aws_api_gateway_method.awesomeapi_GET",
     "aws_api_gateway_method.awesomeapi_OPTIONS",
     "aws_api_gateway_method.root_OPTIONS",
     "aws_api_gateway_method_response.awesomeapi_GET_200",
     "aws_api_gateway_method_response.awesomeapi_OPTIONS_204",
     "aws_api_gateway_method_response.root_OPTIONS_204",
     "aws_api_gateway_resource.awesomeapi",
     "aws_api_gateway_rest_api.rest_api",
     "aws_api_gateway_stage.stage",
   ]
  `);
});

test('a resource keeps what it holds under a new address when it says where it moved from', () => {
  const json = synthStack((stack) => {
    pool(stack, 'people').moveFromId('aws_cognito_user_pool.user_pool');
  });
  expect(JSON.parse(json)).toMatchObject({
    moved: [
      {
        from: 'aws_cognito_user_pool.user_pool',
        to: 'aws_cognito_user_pool.people',
      },
    ],
  });
});
