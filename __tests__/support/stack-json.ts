/** A stack's Terraform JSON, as far as the tests look at it. */
export interface TerraformJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly output: Readonly<Record<string, Arguments>>;
  readonly provider: Readonly<Record<string, Arguments[]>>;
  readonly terraform: Arguments;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** The JSON texts of both stacks. */
export interface Synthesized {
  readonly cognito: string;
  readonly apiGateway: string;
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
