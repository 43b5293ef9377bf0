import { Testing } from 'cdktf';

import { ApiGatewayStack } from '../../src/api-gateway/api-gateway-stack';
import { CognitoStack } from '../../src/cognito/cognito-stack';
import { parseSettings } from '../../src/settings/environments';

/** A stack's Terraform JSON, as far as the tests look at it. */
export interface TerraformJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly output: Readonly<Record<string, Arguments>>;
  readonly provider: Readonly<Record<string, Arguments[]>>;
  readonly terraform: Arguments;
}

export type Arguments = Readonly<Record<string, unknown>>;

export interface Synthesized {
  /** The JSON's text, as the matchers take it. */
  readonly cognito: string;
  readonly apiGateway: string;
}

/** Builds the app as main.ts does and synthesizes it, with the settings as a user gives them. */
export function synthApp(settings: unknown = {}): Synthesized {
  const app = Testing.app({ stackTraces: false });
  const parsed = parseSettings(settings);
  const cognito = new CognitoStack(app, 'CognitoStack', parsed);
  const apiGateway = new ApiGatewayStack(app, 'ApiGatewayStack', {
    settings: parsed,
    userPool: cognito.userPool,
  });
  // As App.synth does: a stack that is not prepared writes a reference to another stack as if it were its own.
  for (const stack of [cognito, apiGateway]) {
    stack.prepareStack();
  }
  return { cognito: Testing.synth(cognito), apiGateway: Testing.synth(apiGateway) };
}

export function parse(json: string): TerraformJson {
  return JSON.parse(json) as TerraformJson;
}

/** Returns the arguments of one resource, by its address. */
export function resourceAt(json: string, address: `${string}.${string}`): Arguments {
  const [type, name] = address.split('.') as [string, string];
  const found = parse(json).resource[type]?.[name];
  if (!found) {
    throw new Error(`no ${address} in the stack`);
  }
  return found;
}

/** Lists the addresses of all resources of a stack. */
export function addresses(json: string): string[] {
  return Object.entries(parse(json).resource).flatMap(([type, resources]) =>
    Object.keys(resources).map((name) => `${type}.${name}`),
  );
}
