import { join } from 'node:path';

import { mainOutdir, synthesizedByMain } from './support/main-stacks';
import { filesBelow } from './support/project';
import { parse } from './support/stack-json';
import { synthApp } from './support/synth';

const written = filesBelow(mainOutdir());

describe('main.ts', () => {
  test('writes both stacks and a manifest that names their order', () => {
    expect(Object.keys(written).sort()).toEqual(
      ['manifest.json', 'stacks/ApiGatewayStack/cdk.tf.json', 'stacks/CognitoStack/cdk.tf.json'].map((file) =>
        join(file),
      ),
    );
    expect(JSON.parse(written['manifest.json']!)).toMatchObject({
      stacks: { ApiGatewayStack: { dependencies: ['CognitoStack'] }, CognitoStack: { dependencies: [] } },
    });
  });

  test('writes what the other tests look at', () => {
    const { cognito, apiGateway } = synthApp({});
    expect(parse(synthesizedByMain().cognito)).toEqual(parse(cognito));
    expect(parse(synthesizedByMain().apiGateway)).toEqual(parse(apiGateway));
  });

  test('writes no absolute path', () => {
    expect(Object.values(written).join()).not.toContain(mainOutdir());
    expect(Object.values(written).join()).not.toContain(process.cwd());
    expect(Object.values(written).join()).not.toMatch(/"[^"]*(?:file:\/\/|node_modules|main\.ts)/);
  });
});
