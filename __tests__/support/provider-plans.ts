import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PredictedState } from '../../src/local/terraform/predicted-state';
import { type PlanJson, type ResourceChange } from '../../src/terraform/plan-json';
import { type StackJson } from '../../src/terraform/synthesized-stacks';
import { terraform } from './acceptance-project';
import { stacksOf } from './main-stacks';
import { synthApp } from './synth';

/** A change of settings. */
export interface SettingsChange {
  readonly before: unknown;
  readonly after: unknown;
}

type Json = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, Json>>;

interface Block {
  readonly attributes?: Readonly<Record<string, { readonly type: unknown; readonly sensitive?: boolean }>>;
  readonly block_types?: Readonly<Record<string, { readonly block: Block }>>;
}

/**
 * Plans changes of settings with terraform and the provider, all at once and without an AWS API.
 *
 * Each stack of each change is a module. Its state is made from what terraform plans for a first deploy. A module has the
 * resources that the change is about, those that refer to them, and nothing else: everything else cannot change.
 *
 * @returns the plan of each change, with the addresses that the stacks have
 */
export function planSettingsChanges(changes: Readonly<Record<string, SettingsChange>>): Record<string, PlanJson> {
  const folder = mkdtempSync(join(tmpdir(), 'plans-'));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(terraform, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: Infinity,
      env: { GOGC: '400', ...process.env, CHECKPOINT_DISABLE: '1' },
    });
    if (status !== 0) {
      throw new Error(`terraform ${args.join(' ')}: ${stdout}${stderr}`);
    }
    return stdout;
  };
  const plan = (modules: ReadonlyMap<string, Resources>) => {
    for (const [name, resources] of modules) {
      mkdirSync(join(folder, name), { recursive: true });
      const required_providers = { aws: { source: 'hashicorp/aws' } };
      // A module that only deletes has no resource, and no block of them.
      const resource = Object.keys(resources).length === 0 ? {} : { resource: nested(resources) };
      writeFileSync(
        join(folder, name, 'main.tf.json'),
        JSON.stringify({ terraform: { required_providers }, ...resource }),
      );
    }
    const module = Object.fromEntries([...modules.keys()].map((name) => [name, { source: `./${name}` }]));
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ terraform: {}, provider, module }));
    run('init', '-input=false');
    run('plan', '-input=false', '-refresh=false', '-out=plan');
    return JSON.parse(run('show', '-json', 'plan')) as PlanOfModules;
  };

  const synthesized = new Map<string, Synthesized>();
  const synthesize = (settings: unknown) => {
    const key = JSON.stringify(settings);
    const known = synthesized.get(key) ?? readStacks(settings);
    synthesized.set(key, known);
    return known;
  };
  const bases = [...new Set(Object.values(changes).map(({ before }) => JSON.stringify(before)))];
  const created = plan(
    new Map(
      bases.flatMap((base, index) =>
        synthesize(JSON.parse(base)).stacks.map((resources, stack) => [`base${index}_${stack}`, resources] as const),
      ),
    ),
  );
  const schemas = Object.values(
    (JSON.parse(run('providers', 'schema', '-json')) as { provider_schemas: Record<string, ProviderSchema> })
      .provider_schemas,
  )[0]!.resource_schemas;

  const modules = new Map<string, Resources>();
  const state: object[] = [];
  const moduleNames = new Map<string, string>();
  Object.entries(changes).forEach(([title, { before, after }], index) => {
    const [old, next] = [synthesize(before), synthesize(after)];
    next.stacks.forEach((resources, stack) => {
      const affected = affectedBy(old.stacks[stack]!, resources);
      if (affected.size === 0) {
        return;
      }
      const name = `change${index}_${stack}`;
      moduleNames.set(`module.${name}`, title);
      modules.set(name, pruned(resources, affected, next.predicted));
      const base = `module.base${bases.indexOf(JSON.stringify(before))}_${stack}`;
      for (const { module_address, type, name: resource, change } of created.resource_changes) {
        if (module_address === base && affected.has(`${type}.${resource}`)) {
          const { version, block } = schemas[type]!;
          const known = old.predicted
            .resources(type)
            .find(({ address }) => address === `${type}.${resource}`)!.attributes;
          const sensitive = Object.entries(block.attributes ?? {}).filter(([, attribute]) => attribute.sensitive);
          state.push({
            module: `module.${name}`,
            mode: 'managed',
            type,
            name: resource,
            provider: 'provider["registry.terraform.io/hashicorp/aws"]',
            instances: [
              {
                schema_version: version,
                attributes: fill(block, change.after, change.after_unknown, known),
                sensitive_attributes: sensitive.map(([value]) => [{ type: 'get_attr', value }]),
              },
            ],
          });
        }
      }
    });
  });
  writeFileSync(
    join(folder, 'terraform.tfstate'),
    JSON.stringify({ version: 4, terraform_version: '1.5.0', serial: 1, lineage: 'plans', resources: state }),
  );
  const planned = plan(modules);
  return Object.fromEntries(
    Object.keys(changes).map((title) => {
      const own = [...moduleNames].filter(([, other]) => other === title).map(([module]) => module);
      const resource_changes = planned.resource_changes
        .filter(({ module_address }) => own.includes(module_address))
        .map((resource) => ({ ...resource, address: `${resource.type}.${resource.name}` }));
      const resources = own.flatMap(
        (module) =>
          planned.configuration.root_module.module_calls[module.slice('module.'.length)]!.module.resources ?? [],
      );
      return [title, { resource_changes, configuration: { root_module: { resources } } }];
    }),
  );
}

/** No call leaves this machine: nothing is refreshed, and the credentials are not checked. */
const provider = {
  aws: {
    region: 'us-east-1',
    access_key: 'test',
    secret_key: 'test',
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_requesting_account_id: true,
  },
};

interface InModule extends ResourceChange {
  readonly module_address: string;
  readonly name: string;
}

interface PlanOfModules {
  readonly resource_changes: readonly InModule[];
  readonly configuration: {
    readonly root_module: {
      readonly module_calls: Readonly<
        Record<string, { readonly module: { readonly resources?: { readonly address: string }[] } }>
      >;
    };
  };
}

interface ProviderSchema {
  readonly resource_schemas: Readonly<Record<string, { readonly version: number; readonly block: Block }>>;
}

interface Synthesized {
  /** The resources of each stack by address. */
  readonly stacks: readonly Resources[];
  readonly predicted: PredictedState;
}

function readStacks(settings: unknown): Synthesized {
  const stacks = stacksOf(synthApp(settings));
  const predicted = new PredictedState(stacks);
  const flat = stacks.map(({ terraform }) => {
    const { resource = {}, data = {} } = terraform as StackJson & { readonly data?: Record<string, Resources> };
    const entries = Object.entries(resource).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, values]) => [`${type}.${name}`, values]),
    );
    // A module has no state of another stack to read.
    const text = JSON.stringify(Object.fromEntries(entries)).replace(
      /\$\{data\.terraform_remote_state\.[\w-]+\.outputs\.([\w-]+)\}/g,
      (_, output: string) => predicted.output(output)!,
    );
    // Nor does it read a secret: the value is what names it.
    const literal = text.replace(/\$\{data\.(\w+)\.([\w-]+)\.\w+\}/g, (_, type: string, name: string) =>
      JSON.stringify(JSON.stringify(data[type]![name])).slice(1, -1),
    );
    return JSON.parse(literal) as Resources;
  });
  return { stacks: flat, predicted };
}

function nested(resources: Resources): Record<string, Record<string, Json>> {
  const types: Record<string, Record<string, Json>> = {};
  for (const [address, values] of Object.entries(resources)) {
    const [type, name] = address.split('.') as [string, string];
    (types[type] ??= {})[name] = values;
  }
  return types;
}

/** Lists the addresses of the resources that differ, and of those that refer to them, directly or through others. */
function affectedBy(before: Resources, after: Resources): Set<string> {
  const all = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const affected = new Set(all.filter((address) => JSON.stringify(before[address]) !== JSON.stringify(after[address])));
  for (const address of affected) {
    // A set is visited up to its end, with what is added meanwhile.
    for (const other of all) {
      if (referencesIn([before[other], after[other]]).includes(address)) {
        affected.add(other);
      }
    }
  }
  return affected;
}

/** Lists the resources to which values refer, but not by `depends_on`, which changes nothing. */
function referencesIn(values: unknown): string[] {
  const text = JSON.stringify(values, (key, value: unknown) => (key === 'depends_on' ? undefined : value));
  return [...text.matchAll(/(aws_\w+\.[\w-]+)\.\w+/g)].map(([, address]) => address!);
}

/** Returns the resources that are affected, with values instead of references to others. */
function pruned(resources: Resources, affected: ReadonlySet<string>, predicted: PredictedState): Resources {
  const kept = Object.fromEntries(Object.entries(resources).filter(([address]) => affected.has(address)));
  const text = JSON.stringify(kept, (key, value: unknown) => {
    if (
      key === 'depends_on' ||
      (key === 'replace_triggered_by' && !referencesIn(value).every((each) => affected.has(each)))
    ) {
      return undefined;
    }
    return value;
  });
  const literal = text.replace(
    /\$\{(aws_\w+)\.([\w-]+)\.(\w+)\}/g,
    (reference, type: string, name: string, attribute: string) => {
      const address = `${type}.${name}`;
      const found = affected.has(address)
        ? undefined
        : predicted.resources(type).find((each) => each.address === address);
      return found ? JSON.stringify(String(member(found.attributes, attribute))).slice(1, -1) : reference;
    },
  );
  // A block that AWS computes, of a resource that is not affected.
  const whole = literal.replace(
    /\$\{tolist\((aws_[\w.-]+)\.\w+\)\.0\.(\w+)\}/g,
    (reference, address: string, name: string) => (affected.has(address) ? reference : name),
  );
  return JSON.parse(whole) as Resources;
}

/** Completes what terraform plans to create with what AWS would set. */
function fill(block: Block, after: Json | null, unknown: unknown, known: unknown): Json {
  const filled: Record<string, unknown> = { ...after };
  for (const [name, { type }] of Object.entries(block.attributes ?? {})) {
    const isUnknown = member(unknown, name);
    if (isUnknown === true) {
      filled[name] = member(known, name) ?? emptyValue(type);
    } else if (typeof isUnknown === 'object' && isUnknown !== null) {
      filled[name] = fillValue(after?.[name], isUnknown, member(known, name));
    }
  }
  for (const [name, { block: inner }] of Object.entries(block.block_types ?? {})) {
    const isUnknown = member(unknown, name);
    if (isUnknown === true) {
      filled[name] = [];
    } else if (Array.isArray(isUnknown)) {
      const values = [member(known, name) ?? []].flat();
      filled[name] = ((after?.[name] ?? []) as Json[]).map((each, index) =>
        fill(inner, each, isUnknown[index], values[index]),
      );
    }
  }
  return filled;
}

function fillValue(after: unknown, unknown: unknown, known: unknown): unknown {
  if (unknown === true) {
    return known ?? '';
  }
  if (Array.isArray(unknown)) {
    return unknown.map((each, index) => fillValue(member(after, index), each, member(known, index)));
  }
  if (typeof unknown === 'object' && unknown !== null) {
    const names = new Set([...Object.keys(Object(after) as object), ...Object.keys(unknown)]);
    return Object.fromEntries(
      [...names].map((name) => [name, fillValue(member(after, name), member(unknown, name), member(known, name))]),
    );
  }
  return after;
}

function emptyValue(type: unknown): unknown {
  const kind: unknown = Array.isArray(type) ? type[0] : type;
  const values: Readonly<Record<string, unknown>> = { string: '', bool: false, number: 0, map: {}, object: {} };
  return typeof kind === 'string' && kind in values ? values[kind] : [];
}

/** Reads a member, or nothing where a predicted value is not known. */
function member(value: unknown, name: PropertyKey): unknown {
  try {
    return (Object(value) as Readonly<Record<PropertyKey, unknown>>)[name];
  } catch {
    return undefined;
  }
}
