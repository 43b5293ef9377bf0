import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tables } from '../../src/local/terraform/argument-sources';
import { StateFiles } from '../../src/local/terraform/state-files';
import { type Attributes, TerraformStateError } from '../../src/local/terraform/terraform-state';
import { terraform } from '../support/acceptance-project';
import { type Json, otherProject, otherProjectFile, readOtherProject } from '../support/other-project';

const folder = join(mkdtempSync(join(tmpdir(), 'other-project-')), 'project');

function run(...args: string[]): string {
  return execFileSync(terraform, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: Infinity,
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  });
}

beforeAll(() => {
  cpSync(otherProject, folder, { recursive: true });
  run('init', '-input=false');
});

/** Returns each argument that the files in the tests have set, with its value in a file. */
function argumentsIn(file: string, expected: string): Record<string, unknown> {
  const [state, inTests] = [file, expected].map((plan) => new StateFiles({ plan: [plan] }, undefined).read());
  const all = inTests!.types().flatMap((type) =>
    inTests!.resources(type).flatMap(({ address, argumentNames }) => {
      const found = state!.resources(type).find((each) => each.address === address)!;
      return argumentNames.map((name) => [`${address}.${name}`, valueOf(found.attributes, name)] as const);
    }),
  );
  return Object.fromEntries(all);
}

/** Returns the value of an argument, or why it is not known. */
function valueOf(attributes: Attributes, name: string): unknown {
  try {
    return JSON.parse(JSON.stringify(attributes[name] ?? null));
  } catch (error) {
    if (error instanceof TerraformStateError) {
      return error.message;
    }
    throw error;
  }
}

test.each([
  ['plan.json', 'false'],
  ['plan-with-moderators.json', 'true'],
] as const)('%s has what Terraform and the AWS provider write', (name, moderators) => {
  run('plan', '-input=false', '-refresh=false', `-var=moderators=${moderators}`, '-out=plan.tfplan');
  const file = join(folder, name);
  writeFileSync(file, run('show', '-json', 'plan.tfplan'));
  expect(argumentsIn(file, otherProjectFile(name))).toEqual(
    argumentsIn(otherProjectFile(name), otherProjectFile(name)),
  );
});

interface Attribute {
  readonly type: string | readonly [string, string];
  readonly optional?: boolean;
  readonly computed?: boolean;
}

interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<Record<string, { readonly block: Block }>>;
}

describe('an argument that a plan does not know is, in the schema of the AWS provider,', () => {
  let schemas: Readonly<Record<string, { readonly block: Block }>>;

  beforeAll(() => {
    const { provider_schemas } = JSON.parse(run('providers', 'schema', '-json')) as {
      provider_schemas: Record<string, { resource_schemas: typeof schemas }>;
    };
    schemas = provider_schemas['registry.terraform.io/hashicorp/aws']!.resource_schemas;
  });

  /** Returns an attribute, or nothing if the provider does not have it. */
  function attributeOf(type: string, path: string): Attribute | undefined {
    const [name, ...blocks] = path.split('.').reverse();
    const block = blocks.reduceRight<Block | undefined>(
      (outer, each) => outer?.block_types?.[each]?.block,
      schemas[type]?.block,
    );
    return block?.attributes?.[name!];
  }

  /** Lists the addresses of a table, in the form `type.argument`, that something does not hold for. */
  function exceptions(
    table: Readonly<Record<string, readonly string[]>>,
    holds: (type: string, argument: string) => boolean | undefined,
  ): string[] {
    const all = Object.entries(table).flatMap(([type, names]) => names.map((name) => [type, name] as const));
    return all.filter((each) => holds(...each) !== true).map((each) => each.join('.'));
  }

  const keys = (table: Readonly<Record<string, object>>) =>
    Object.fromEntries(Object.entries(table).map(([type, row]) => [type, Object.keys(row)]));

  test('one that names a resource: a string, or a list of them, which AWS sets only where the table says so', () => {
    expect(
      exceptions(keys(tables.sources), (type, argument) => {
        const { isList = false, isComputed = false } = tables.sources[type]![argument]!;
        const { type: kind, computed = false } = attributeOf(type, argument) ?? {};
        return computed === isComputed && (isList ? kind?.[1] === 'string' : kind === 'string');
      }),
    ).toEqual([]);
    const common = Object.keys(tables.commonSources);
    expect(common.filter((name) => !Object.keys(schemas).some((type) => attributeOf(type, name)))).toEqual([]);
  });

  test('the value of a resource that it names: a string', () => {
    const named = [
      ...Object.values(tables.sources).flatMap((row) => Object.values(row)),
      ...Object.values(tables.commonSources),
    ];
    const values = named.flatMap(({ attributes }) =>
      Object.entries(attributes).map(([type, name]) => ({ [type]: [name] })),
    );
    expect(
      values.flatMap((value) => exceptions(value, (type, name) => attributeOf(type, name)?.type === 'string')),
    ).toEqual([]);
  });

  test('one with a default of AWS: optional, and set by AWS', () => {
    expect(
      exceptions(tables.defaults, (type, argument) => {
        const { optional, computed } = attributeOf(type, argument) ?? {};
        return optional && computed;
      }),
    ).toEqual([]);
  });

  test('a block, which AWS sets only where the table says so', () => {
    const changes: Json[] = readOtherProject('plan.json').resource_changes!;
    const isSetByAws = (type: string, block: string) =>
      changes.some((each) => each.type === type && (each.change!.after_unknown![block] as unknown) === true);
    const isBlock = (type: string, name: string) => schemas[type]?.block.block_types?.[name] !== undefined;
    // The plan has a password_policy.
    const isDefault = (type: string, name: string) => isSetByAws(type, name) || name === 'password_policy';
    expect(exceptions(tables.defaultBlocks, (...name) => isBlock(...name) && isDefault(...name))).toEqual([]);
    expect(exceptions(tables.onlyConfigured, (...name) => isBlock(...name) && !isSetByAws(...name))).toEqual([]);
  });

  test('not one that only AWS sets', () => {
    expect(
      exceptions(tables.computed, (type, name) => {
        const { optional = false, computed } = attributeOf(type, name) ?? {};
        return computed && !optional;
      }),
    ).toEqual([]);
  });
});
