import { type StackJson } from '../../../src/terraform/synthesized-stacks';
import { PredictedState } from '../../../src/local/terraform/predicted-state';
import { synthApp } from '../../support/synth';

const { cognito, apiGateway } = synthApp({
  appClients: { app: { scopes: ['openid'], callbackUrls: ['https://a.b'], generateSecret: true } },
});

const state = new PredictedState([
  { name: 'CognitoStack', terraform: JSON.parse(cognito) as StackJson },
  { name: 'ApiGatewayStack', terraform: JSON.parse(apiGateway) as StackJson },
]);

describe("the synthesized stacks' state", () => {
  test("has the values that only AWS knows in AWS's form", () => {
    const only = (type: string) => state.resources(type)[0]!.attributes;

    expect(only('aws_cognito_user_pool')).toMatchObject({
      id: expect.stringMatching(/^us-east-1_[A-Za-z0-9]{9}$/) as string,
      arn: expect.stringMatching(/^arn:aws:cognito-idp:us-east-1:\d{12}:userpool\/us-east-1_\w{9}$/) as string,
      endpoint: `cognito-idp.us-east-1.amazonaws.com/${String(only('aws_cognito_user_pool').id)}`,
    });
    expect(only('aws_cognito_user_pool_client')).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{26}$/) as string,
      client_secret: expect.stringMatching(/^[a-z0-9]{51}$/) as string,
      user_pool_id: only('aws_cognito_user_pool').id,
    });
    expect(only('aws_api_gateway_rest_api').id).toMatch(/^[a-z0-9]{10}$/);
    expect(only('aws_api_gateway_stage').invoke_url).toBe(
      `https://${String(only('aws_api_gateway_rest_api').id)}.execute-api.us-east-1.amazonaws.com/prod`,
    );
  });

  test("follows a reference to another stack's output", () => {
    const [authorizer] = state.resources('aws_api_gateway_authorizer');

    expect(authorizer!.attributes.provider_arns).toEqual([state.resources('aws_cognito_user_pool')[0]!.attributes.arn]);
  });

  test('follows a reference to an output of a stack with its state in S3', () => {
    const shared = synthApp({ state: { s3: { bucket: 'my-states', keyPrefix: 'login' } } });
    const { attributes } = new PredictedState([
      { name: 'CognitoStack', terraform: JSON.parse(shared.cognito) as StackJson },
      { name: 'ApiGatewayStack', terraform: JSON.parse(shared.apiGateway) as StackJson },
    ]).resources('aws_api_gateway_authorizer')[0]!;

    expect(attributes.provider_arns).toEqual([state.resources('aws_cognito_user_pool')[0]!.attributes.arn]);
  });

  test('is the same for the same stacks', () => {
    const again = new PredictedState([{ name: 'CognitoStack', terraform: JSON.parse(cognito) as StackJson }]);

    expect(again.resources('aws_cognito_user_pool')).toEqual(state.resources('aws_cognito_user_pool'));
  });

  test('has the outputs of all stacks, but for those that one stack writes for another', () => {
    const userPoolId = state.resources('aws_cognito_user_pool')[0]!.attributes.id as string;

    expect(state.output('Issuer')).toBe(`https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`);
    expect(state.output('ProtectedResourceUrl')).toMatch(/amazonaws\.com\/prod\/awesomeapi$/);
    expect(state.output('None')).toBeUndefined();
    expect(state.outputs()).toMatchObject({ CognitoStack: { CognitoUserPoolID: userPoolId }, ApiGatewayStack: {} });
    expect(Object.keys(state.outputs().CognitoStack!).filter((name) => name.startsWith('cross-stack'))).toEqual([]);
  });

  test('leaves out outputs that are not known before a deploy', () => {
    const terraform = { output: { known: { value: 'a' }, unknown: { value: '${var.b}' } }, terraform: {} };

    expect(new PredictedState([{ name: 'Stack', terraform }]).outputs()).toEqual({ Stack: { known: 'a' } });
  });

  test('names the arguments that a stack sets, apart from what terraform alone is told', () => {
    expect(state.resources('aws_api_gateway_deployment')[0]!.argumentNames).toEqual(['rest_api_id', 'triggers']);
  });
});

/** Builds the state of one stack with a resource `aws_x.one` to refer to and a resource `aws_x.two`. */
function stateOf(two: Readonly<Record<string, unknown>>): PredictedState {
  const provider = { aws: [{ region: 'eu-west-1' }] };
  const locals = { names: ['c', '${aws_x.one.name}'], itself: '${local.itself}' };
  const one = { name: 'one', count_of: 3, names: ['a', 'b'] };
  return new PredictedState([
    { name: 'Stack', terraform: { provider, locals, resource: { aws_x: { one, two } }, terraform: {} } },
  ]);
}

function attributeOf(value: unknown): unknown {
  return stateOf({ value }).resources('aws_x')[1]!.attributes.value;
}

describe('a value in the Terraform JSON', () => {
  test.each<[string, unknown, unknown]>([
    ['a literal', 'text $5 % {}', 'text $5 % {}'],
    ['a reference', '${aws_x.one.name}', 'one'],
    ['a reference to a list', '${aws_x.one.names}', ['a', 'b']],
    ['a string with references', 'a ${aws_x.one.name}-${aws_x.one.count_of}', 'a one-3'],
    ['a string that only looks like a reference', '$${aws_x.one.name} %%{if}', '${aws_x.one.name} %{if}'],
    ['a nested value', [{ key: ['${aws_x.one.name}'] }], [{ key: ['one'] }]],
    ['a local value', '${local.names}', ['c', 'one']],
    ['a key', { '${aws_x.one.name}': true }, { one: true }],
  ])('is resolved: %s', (_, value, resolved) => {
    expect(attributeOf(value)).toEqual(resolved);
  });

  test.each([
    ['a function', '${upper(aws_x.one.name)}'],
    ['an index', '${aws_x.one.names[0]}'],
    ['a condition', '${aws_x.one.name == "a" ? 1 : 2}'],
    ['a directive', '%{ if true }a%{ endif }'],
    ['braces in braces', '${ {a = 1} }'],
    ['a variable', 'a-${var.x}'],
    ['a resource that is none', '${aws_x.three.name}'],
    ['an attribute that only AWS knows', '${aws_x.one.domain}'],
    ['an output that is none', '${data.terraform_remote_state.none.outputs.x}'],
    ['a list in a string', 'a ${aws_x.one.names}'],
    ['itself', '${aws_x.two.value}'],
    ['itself through a local value', '${local.itself}'],
    ['a member that all objects have', '${aws_x.one.constructor}'],
  ])('is rejected with its place: %s', (_, value) => {
    expect(() => attributeOf(value)).toThrow(/^Stack: (aws_x\.two|locals): /);
  });

  test('cannot make many of a resource', () => {
    const [, two] = stateOf({ count: 2 }).resources('aws_x');

    expect(() => two!.attributes.id).toThrow(
      'Stack: aws_x.two: count is not served: each block must define one resource',
    );
  });
});
