import { own } from './lazy-attributes';
import { type ConfigurationModule, type ConfigurationResource, type ModuleCall } from './show-json';
import { type Attributes } from './terraform-state';

/** The key of an instance: of `count` a number, of `for_each` a string. Undefined for a resource without them. */
export type Key = string | number | undefined;

/** An instance of a module: the root module, or one of a `module` block. */
export interface ModuleInstance {
  readonly address: string;
  readonly configuration: ConfigurationModule;
  readonly resources: readonly Instance[];
  readonly children: readonly ModuleInstance[];
  /** Undefined for the root module. */
  readonly call:
    { readonly from: ModuleInstance; readonly name: string; readonly key: Key; readonly block: ModuleCall } | undefined;
}

/** An instance of a resource, as the plan has it. */
export interface Instance {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly key: Key;
  readonly values: Attributes;
  /** Has true where a value is not known. */
  readonly unknown: unknown;
  readonly module: ModuleInstance;
  /** Undefined if the configuration does not have it. */
  readonly configuration: ConfigurationResource | undefined;
}

/** Where an expression is: in a block of a module, which has an instance for each key. */
interface Scope {
  readonly module: ModuleInstance;
  readonly key: Key;
  readonly forEach: unknown;
}

/** What an expression refers to, through variables and outputs of modules. */
export interface Referents {
  readonly instances: readonly { readonly instance: Instance; readonly attribute: string | undefined }[];
  /**
   * Whether it also refers to what the plan does not show: a local value, a data source, or calls a function
   * without a value before the deploy, such as `uuid()`.
   */
  readonly isOpaque: boolean;
  /** Whether it refers to nothing but these instances. Otherwise a variable or a key can decide between them. */
  readonly isPure: boolean;
  /** Whether it is a member of a value that refers to them: the plan does not say whether that member does. */
  readonly isMember: boolean;
}

/**
 * Lists what an argument refers to.
 *
 * A plan has only the references of an expression, and not how it uses them: `x.id` and `"${x.id}/y"` look the same.
 * `x[each.key].id` is the list of `x` and `each.key`, which is read as the instance with the same key.
 */
export function referentsOf({ module, key, configuration }: Instance, expression: unknown): Referents {
  const found = new Map<string, Referents['instances'][number]>();
  let isOpaque = false;
  let isPure = true;
  let isMember = false;
  // In a file from elsewhere, modules can refer to each other in a circle.
  const followed = new Map<unknown, Set<string>>();

  const follow = (expression: unknown, from: Scope, isForEach = false): void => {
    const scopes = followed.get(expression) ?? new Set();
    const scope = `${from.module.address} ${from.key}`;
    if (scopes.has(scope)) {
      return;
    }
    followed.set(expression, scopes.add(scope));
    isOpaque ||= hasNoReferences(expression);
    const references = longestOf(referencesIn(expression));
    const hasSameKey = (isForEach && references.length === 1) || (references.length === 2 && references.some(isOwnKey));
    for (const [root, name, ...rest] of references) {
      const [key, attribute] = typeof rest[0] === 'object' ? [rest[0].key, rest[1]] : [undefined, rest[0]];
      const wanted = key ?? (hasSameKey ? from.key : undefined);
      switch (root) {
        case 'path':
        case 'terraform':
        case 'count':
          isPure = false;
          break;
        case 'each':
          isPure = false;
          if (name === 'value') {
            isMember = true;
            follow(from.forEach, { ...from, forEach: undefined }, true);
          }
          break;
        case 'var': {
          const { call } = from.module;
          const passed = call && typeof name === 'string' ? own(call.block.expressions, name) : undefined;
          isPure &&= referencesIn(passed).length > 0;
          isMember ||= rest.length > 0;
          if (call) {
            follow(passed, {
              module: call.from,
              key: call.key,
              forEach: call.block.for_each_expression,
            });
          }
          break;
        }
        case 'module': {
          const called = from.module.children.filter(({ call }) => call!.name === name);
          for (const child of withKey(called, ({ call }) => call!.key, wanted)) {
            const { outputs } = child.configuration;
            // `module.x[each.key].id` is the list of `module.x` and `each.key`: it can be each of the outputs.
            const named = typeof attribute === 'string' ? [own(outputs, attribute)] : Object.values(outputs);
            for (const output of named) {
              if (output) {
                follow(output.expression, { module: child, key: undefined, forEach: undefined });
              }
              isOpaque ||= !output;
            }
          }
          isOpaque ||= called.length === 0;
          isPure &&= attribute !== undefined;
          isMember ||= attribute === undefined || rest.length > (key === undefined ? 1 : 2);
          break;
        }
        case 'local':
        case 'data':
        case 'self':
          isOpaque = true;
          break;
        default: {
          const named = from.module.resources.filter((each) => each.type === root && each.name === name);
          isOpaque ||= named.length === 0 && !isDefined(from.module, root, name);
          for (const instance of withKey(named, (each) => each.key, wanted)) {
            const of = typeof attribute === 'string' ? attribute : undefined;
            found.set(`${instance.address} ${of}`, { instance, attribute: of });
          }
        }
      }
    }
  };
  follow(expression, { module, key, forEach: configuration?.for_each_expression });
  return { instances: [...found.values()], isOpaque, isPure, isMember };
}

/** Returns whether an expression, or one in a list of them, is a function whose value a plan does not have. */
function hasNoReferences(expression: unknown): boolean {
  return [expression]
    .flat()
    .some((each) => typeof each === 'object' && each !== null && Object.keys(each).length === 0);
}

/** Returns whether a module defines a resource, which can have no instances. */
function isDefined({ configuration }: ModuleInstance, type: unknown, name: unknown): boolean {
  return configuration.resources.some((each) => each.type === type && each.name === name);
}

/** Returns whether a reference is the key of the instance itself. */
function isOwnKey([root, name]: Reference): boolean {
  return (root === 'each' && name === 'key') || (root === 'count' && name === 'index');
}

/** Returns the instance with a key, or all of them. */
function withKey<Each>(instances: readonly Each[], keyOf: (each: Each) => Key, wanted: Key): readonly Each[] {
  const same = wanted === undefined ? undefined : instances.find((each) => keyOf(each) === wanted);
  return same === undefined ? instances : [same];
}

/** A reference in parts: `x.y["k"].id` has the parts `x`, `y`, the key `k`, and `id`. */
type Reference = readonly (string | { readonly key: string | number })[];

/** Lists the references of an expression. */
export function referencesIn(expression: unknown): Reference[] {
  if (typeof expression !== 'object' || expression === null) {
    return [];
  }
  const { references } = expression as { readonly references?: unknown };
  if (!Array.isArray(references)) {
    return Object.values(expression).flatMap(referencesIn);
  }
  return references.filter((reference) => typeof reference === 'string').map(partsOf);
}

/**
 * Lists what the expressions of a module and of those in it refer to, without keys: `module.a.random_id.b.hex`, or
 * `module.a.random_id.b` for all of its attributes.
 */
export function* allReferences(module: ConfigurationModule, address = ''): Generator<string> {
  const { resources, outputs, module_calls: calls } = module;
  const blocks = [...resources, ...Object.values(calls)].map((block) => [block.expressions, block.for_each_expression]);
  for (const expressions of [...blocks, ...Object.values(outputs)]) {
    for (const [root, ...rest] of longestOf(referencesIn(expressions))) {
      const names = [root, ...rest].filter((part) => typeof part === 'string');
      yield [address, ...names.slice(0, root === 'data' ? 4 : 3)].filter(Boolean).join('.');
    }
  }
  for (const [name, call] of Object.entries(calls)) {
    yield* allReferences(call.module, [address, 'module', name].filter(Boolean).join('.'));
  }
}

function partsOf(reference: string): Reference {
  return Array.from(
    reference.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]"]+)/g),
    ([, index, key, name]) => name ?? { key: key === undefined ? Number(index) : unquoted(key) },
  );
}

/** Reads a key as it is between the quotation marks of an address. */
export function unquoted(key: string): string {
  return key.replace(/\\(["\\])/g, '$1').replace(/([$%])\1\{/g, '$1{');
}

/** Omits a reference that is the beginning of another: terraform lists `x.id` also as `x`. */
export function longestOf(references: readonly Reference[]): Reference[] {
  const texts = references.map((parts) => JSON.stringify(parts).slice(0, -1));
  return references.filter(
    (_, index) => !texts.some((other, at) => at !== index && other.startsWith(`${texts[index]},`)),
  );
}
