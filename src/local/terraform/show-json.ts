import { z } from 'zod';

import { type Attributes } from './terraform-state';

/** A file that is not what `terraform show -json` writes of a plan or a state. The message says why, and what to do. */
export class ShowJsonError extends Error {}

const object = z.custom<Attributes>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
/** A text that goes to a terminal: escape sequences in names of a file from elsewhere become visible. */
const shown = z.string().transform((text) => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped));

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

const key = z.union([z.string(), z.number()]);
const ofResource = { address: shown, mode: z.enum(['managed', 'data']), type: z.string(), name: z.string() };
const resource = z.object({
  ...ofResource,
  index: key.optional(),
  deposed_key: z.string().optional(),
  values: object.default({}),
});

/** The resources of a module and of the modules in it. */
export interface ModuleValues {
  readonly address: string;
  readonly resources: readonly z.output<typeof resource>[];
  readonly child_modules: readonly ModuleValues[];
}

const moduleValues: z.ZodType<ModuleValues, object> = z.object({
  address: z.string().default(''),
  resources: z.array(resource).default([]),
  child_modules: z.array(z.lazy(() => moduleValues)).default([]),
});

const output = z.object({ sensitive: z.boolean().default(false), value: z.unknown().optional() });
const values = z.object({ outputs: z.record(z.string(), output).default({}), root_module: moduleValues.prefault({}) });

const configurationResource = z.object({
  ...ofResource,
  provider_config_key: z.string().optional(),
  expressions: object.default({}),
  for_each_expression: z.unknown().optional(),
});

export type ConfigurationResource = z.output<typeof configurationResource>;

/** What a module defines, with the references of its expressions. */
export interface ConfigurationModule {
  readonly resources: readonly ConfigurationResource[];
  readonly outputs: Readonly<Record<string, { readonly expression?: unknown }>>;
  readonly module_calls: Readonly<Record<string, ModuleCall>>;
}

/** A `module` block. */
export interface ModuleCall {
  /** Its arguments. */
  readonly expressions: Attributes;
  readonly for_each_expression?: unknown;
  readonly module: ConfigurationModule;
}

const configurationModule: z.ZodType<ConfigurationModule, object> = z.object({
  resources: z.array(configurationResource).default([]),
  outputs: z.record(z.string(), z.object({ expression: z.unknown().optional() })).default({}),
  module_calls: z
    .record(
      z.string(),
      z.object({
        expressions: object.default({}),
        for_each_expression: z.unknown().optional(),
        module: z.lazy(() => configurationModule).prefault({}),
      }),
    )
    .default({}),
});

const change = z.object({ actions: z.array(z.string()), after_unknown: z.unknown().optional() });
const provider = z.object({ expressions: object.default({}) });
/** An attribute of a resource to which something of the plan refers, also through local values and dynamic blocks. */
const relevantAttribute = z.object({ resource: shown, attribute: z.array(z.unknown()).default([]) });

const planJson = z.object({
  errored: z.boolean().default(false),
  complete: z.boolean().default(true),
  variables: z.record(z.string(), z.object({ value: z.unknown().optional() })).default({}),
  planned_values: values.prefault({}),
  resource_changes: z.array(z.object({ ...ofResource, deposed: z.string().optional(), change })).default([]),
  relevant_attributes: z.array(relevantAttribute).default([]),
  configuration: z
    .object({
      provider_config: z.record(z.string(), provider).default({}),
      root_module: configurationModule.prefault({}),
    })
    .prefault({}),
});

/** The parts of the JSON that are read. */
export interface ShowJson {
  readonly values: z.output<typeof values>;
  /** Undefined for a state, whose values are all known. */
  readonly plan: z.output<typeof planJson> | undefined;
}

/**
 * Reads the JSON of a plan or of a state.
 *
 * @param file names it in messages
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 * @throws {ShowJsonError} when it is something else, or of a plan that failed
 */
export function readShowJson(value: unknown, kind: 'plan' | 'state', file: string): ShowJson {
  const json = object.safeParse(value).data ?? {};
  const has = (name: string) => Object.hasOwn(json, name);
  if (!has('format_version')) {
    throw new ShowJsonError(
      has('terraform_version') && has('lineage')
        ? `${file} is Terraform's own file of a state, and not its JSON: ${howToMake.state}.`
        : `${file} is neither a plan nor a state in JSON: ${howToMake[kind]}.`,
    );
  }
  if (typeof json.format_version !== 'string' || !/^1\.\d+$/.test(json.format_version)) {
    throw new ShowJsonError(
      `${file} has the format_version ${shown.parse(JSON.stringify(json.format_version)).slice(0, 40)}: only 1.x, of Terraform 1.1 or later, can be read.`,
    );
  }
  const isPlan = ['planned_values', 'resource_changes', 'configuration', 'errored'].some(has);
  if (isPlan && kind === 'state') {
    throw new ShowJsonError(`${file} is a plan, and --state takes a state: serve it with --plan.`);
  }
  if (!isPlan && kind === 'plan') {
    throw new ShowJsonError(`${file} is a state, and --plan takes a plan: serve it with --state.`);
  }
  if (!isPlan) {
    return { values: parse(z.object({ values: values.prefault({}) }), json, file).values, plan: undefined };
  }
  const plan = parse(planJson, json, file);
  if (plan.errored) {
    throw new ShowJsonError(`${file} is a plan that failed: correct what terraform plan reports, and plan again.`);
  }
  if (!plan.complete) {
    throw new ShowJsonError(
      `${file} is a plan of some of the resources: plan without -target, or serve the state with --state.`,
    );
  }
  return { values: plan.planned_values, plan };
}

/** How to make the JSON. */
export const howToMake = {
  plan: 'make it with terraform plan -out plan.tfplan and terraform show -json plan.tfplan > plan.json',
  state: 'make it with terraform show -json > state.json',
} as const;

function parse<Schema extends z.ZodType>(schema: Schema, json: unknown, file: string): z.output<Schema> {
  const { data, error } = schema.safeParse(json);
  if (error) {
    const path = error.issues[0]!.path.slice(0, 12).join('.').slice(0, 200);
    throw new ShowJsonError(`${file} does not have the form that Terraform writes: ${shown.parse(path)}.`);
  }
  return data;
}
