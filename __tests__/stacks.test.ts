import { synthesizedByMain } from './support/main-stacks';
import { parse } from './support/stack-json';

const { cognito, apiGateway } = synthesizedByMain();

test('CognitoStack is this Terraform JSON', () => {
  expect(parse(cognito)).toMatchSnapshot();
});

test('ApiGatewayStack is this Terraform JSON', () => {
  const json = parse(apiGateway);
  // Every change of the API moves this hash, and another test says which do.
  expect(json).toMatchSnapshot({
    resource: {
      aws_api_gateway_deployment: { deployment: { triggers: { configuration: expect.any(String) as string } } },
    },
  });
});

describe('the arguments of every resource', () => {
  // Programs that read the JSON without evaluating Terraform's language rely on this.
  test('are literals, references, cross-stack references and strings that interpolate these', () => {
    const reference = /\$\{(?:[a-z_]+\.[\w-]+\.[a-z_]+|data\.terraform_remote_state\.[\w-]+\.outputs\.[\w-]+)\}/g;
    const texts = textsIn([parse(cognito).resource, parse(apiGateway).resource]);
    expect(texts.filter((text) => text.includes('${')).length).toBeGreaterThan(50);
    expect(texts.filter((text) => /[$%]\{/.test(text.replace(reference, '')))).toEqual([]);
  });
});

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
