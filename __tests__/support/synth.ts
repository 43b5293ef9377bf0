import 'cdktf/lib/testing/adapters/jest'; // declares the matchers' types

import { tmpdir } from 'node:os';

import { AnnotationMetadataEntryType, Testing } from 'cdktf';

import { ApiGatewayStack } from '../../src/api-gateway/api-gateway-stack';
import { CognitoStack } from '../../src/cognito/cognito-stack';
import { parseSettings } from '../../src/settings/environments';
import { type Synthesized } from './stack-json';

Testing.setupJest();

const warning: string = AnnotationMetadataEntryType.WARN;

/** Builds the app as main.ts does, with the settings as a user gives them. Synthesizes each stack when it is asked for. */
export function synthApp(settings: unknown): Synthesized & { readonly warnings: readonly string[] } {
  // Testing.app makes a folder for each app that has none, although Testing.synth writes nothing.
  const app = Testing.app({ stackTraces: false, outdir: tmpdir() });
  const parsed = parseSettings(settings);
  const cognito = new CognitoStack(app, 'CognitoStack', parsed);
  const { userPool, appClients, domain } = cognito;
  const apiGateway = new ApiGatewayStack(app, 'ApiGatewayStack', {
    ...parsed,
    userPool,
    appClient: appClients[0],
    signInClients: appClients,
    loginCertificateArn: domain.certificateArn,
  });
  // As App.synth does: a stack that is not prepared writes a reference to another stack as if it were its own. The stack
  // that it refers to gets an output only then.
  const prepareApiGateway = once(() => apiGateway.prepareStack());
  const ofApiGateway = once(() => {
    prepareApiGateway();
    return Testing.synth(apiGateway);
  });
  const ofCognito = once(() => {
    cognito.prepareStack();
    prepareApiGateway();
    return Testing.synth(cognito);
  });
  const warnings = app.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === warning)
    .map(({ data }) => String(data));
  return {
    get cognito() {
      return ofCognito();
    },
    get apiGateway() {
      return ofApiGateway();
    },
    warnings,
  };
}

/** Returns a function that calls another one once, and keeps its result. */
function once<Result>(call: () => Result): () => Result {
  let kept: { readonly result: Result } | undefined;
  return () => (kept ??= { result: call() }).result;
}
