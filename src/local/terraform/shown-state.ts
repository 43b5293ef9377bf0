import {
  type ArgumentSource,
  defaultsOf,
  isComputed,
  isDefault,
  isDefaultBlock,
  isOnlyConfigured,
  sourceOf,
} from './argument-sources';
import { computedAttributes } from './computed-attributes';
import { defineLazily, own } from './lazy-attributes';
import {
  allReferences,
  type Instance,
  type Key,
  longestOf,
  type ModuleInstance,
  referencesIn,
  type Referents,
  referentsOf,
  unquoted,
} from './references';
import { type ConfigurationModule, type ModuleCall, type ModuleValues, type ShowJson } from './show-json';
import {
  type Attributes,
  hasAttributes,
  type Resource,
  type TerraformState,
  TerraformStateError,
} from './terraform-state';

export interface ShownStateProps {
  /** Name under which its outputs are. */
  readonly name: string;
  /** Folder in which terraform ran. */
  readonly folder: string;
  /** Distinguishes the generated values of two plans with the same addresses. */
  readonly seed: string;
  /** Region of a plan whose provider takes it from the environment. */
  readonly region: string | undefined;
}

/**
 * Terraform's state as `terraform show -json` writes it: of a state, or as it would be after the apply of a plan.
 *
 * In a plan, a value that is not known has one of four reasons:
 *
 * - AWS computes it, such as an ID: it is generated from the resource's address in the form that AWS uses.
 * - It names another resource. The plan says to which resources an expression refers, and only a resource that the plan
 *   creates has an ID that is not known yet. If that leaves one resource, it is that one.
 * - The configuration does not set it, and AWS sets a default. A plan can hide that the configuration sets it: the
 *   resource then says so.
 * - It is made of values that are not known. The plan does not say how, and reading it throws a TerraformStateError.
 */
export class ShownState implements TerraformState {
  private readonly instances = new Map<string, Instance[]>();
  private readonly resourcesByType = new Map<string, Resource[]>();
  private readonly unknownByAddress: ReadonlyMap<string, unknown>;
  private readonly deferredTypes: ReadonlySet<string>;
  /** Addresses of resources that a `removed` block takes out of the state. The planned values still have them. */
  private readonly forgotten: ReadonlySet<string>;
  /** Whether a local value can be unknown where AWS has a default. */
  private readonly hasUnknownValues: boolean;
  /** Whether a dynamic block can be: its values are not in the expressions that the plan shows. */
  private readonly hasHiddenValues: boolean;

  constructor(
    private readonly json: ShowJson,
    private readonly props: ShownStateProps,
  ) {
    // A deposed object is deleted, and has the address of the one that replaces it.
    const changes = (json.plan?.resource_changes ?? []).filter(({ deposed }) => deposed === undefined);
    this.unknownByAddress = new Map(changes.map(({ address, change }) => [address, change.after_unknown]));
    this.deferredTypes = new Set(changes.filter(({ mode }) => mode === 'data').map(({ type }) => type));
    this.forgotten = new Set(
      changes.filter(({ change }) => change.actions.join() === 'forget').map(({ address }) => address),
    );
    const { root_module } = json.plan?.configuration ?? {};
    const unknownValues = this.unknownValues();
    const shown = new Set(root_module && unknownValues.length > 0 ? allReferences(root_module) : []);
    this.hasUnknownValues = unknownValues.length > 0;
    this.hasHiddenValues = unknownValues.some(
      ({ resource, attribute }) =>
        !shown.has(withoutKeys(resource)) && !shown.has(withoutKeys(`${resource}.${attribute}`)),
    );
    this.addModule(json.values.root_module, root_module, undefined);
  }

  types(): string[] {
    return [...this.instances.keys()];
  }

  resources(type: string, where: Attributes = {}): Resource[] {
    const known =
      this.resourcesByType.get(type) ?? (this.instances.get(type) ?? []).map((instance) => this.resourceOf(instance));
    this.resourcesByType.set(type, known);
    return known.filter((resource) => hasAttributes(resource, where));
  }

  /** A plan and a state have the resources of all modules. */
  unread(): string[] {
    return [];
  }

  output(name: string): string | undefined {
    return own(this.knownOutputs(), name);
  }

  outputs(): Record<string, Record<string, unknown>> {
    return Object.fromEntries([[this.props.name, this.knownOutputs()]]);
  }

  unknownOutputs(): string[] {
    return Object.entries(this.json.values.outputs)
      .filter(([, { sensitive, value }]) => !sensitive && value === undefined)
      .map(([name]) => `output.${name}`);
  }

  /** The outputs that are no secrets. */
  private knownOutputs(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.json.values.outputs)
        .filter(([, { sensitive, value }]) => !sensitive && value !== undefined && value !== null)
        .map(([name, { value }]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  }

  private addModule(
    { address, resources, child_modules }: ModuleValues,
    configuration: ConfigurationModule | undefined,
    call: ModuleInstance['call'],
  ): ModuleInstance {
    const module = {
      address,
      configuration: configuration ?? { resources: [], outputs: {}, module_calls: {} },
      resources: [] as Instance[],
      children: [] as ModuleInstance[],
      call,
    };
    for (const { mode, type, name, index: key, values, ...resource } of resources) {
      if (mode === 'managed' && resource.deposed_key === undefined && !this.forgotten.has(resource.address)) {
        const instance: Instance = {
          address: resource.address,
          type,
          name,
          key,
          values,
          unknown: this.unknownByAddress.get(resource.address),
          module,
          configuration: module.configuration.resources.find(
            (each) => each.mode === mode && each.type === type && each.name === name,
          ),
        };
        module.resources.push(instance);
        this.instances.set(type, [...(this.instances.get(type) ?? []), instance]);
      }
    }
    const planned = child_modules.map((child) => ({ child, ...callOf(child.address, address) }));
    for (const { child, name, key } of planned) {
      const block = own(module.configuration.module_calls, name);
      module.children.push(this.addModule(child, block?.module, { from: module, name, key, block: block ?? noCall }));
    }
    // A module without resources can pass values on.
    for (const [name, block] of Object.entries(module.configuration.module_calls)) {
      if (!planned.some((each) => each.name === name)) {
        const empty = { address: `${address}.${name}`, resources: [], child_modules: [] };
        module.children.push(this.addModule(empty, block.module, { from: module, name, key: undefined, block }));
      }
    }
    return module;
  }

  private resourceOf(instance: Instance): Resource {
    const { address, type, name } = instance;
    const attributes: Attributes = {};
    defineLazily(attributes, 'region', address, () => this.regionOf(instance));
    if (this.json.plan) {
      const key = `${this.props.seed}${address}`;
      for (const [attribute, compute] of Object.entries(computedAttributes({ type, name, key, attributes }))) {
        defineLazily(attributes, attribute, address, compute);
      }
    }
    const set = this.define(attributes, instance, [], instance.values, instance.unknown);
    return {
      address,
      attributes,
      argumentNames: set.filter((argument) => {
        const value = own(instance.values, argument);
        return !isComputed(type, argument) && value !== false && value !== 0;
      }),
      hidden: this.hiddenArguments(instance),
      folder: this.props.folder,
    };
  }

  /** Says which arguments with a default of AWS can be set by a local value or a dynamic block. */
  private hiddenArguments(instance: Instance): string | undefined {
    const names = defaultsOf(instance.type).filter((argument) => {
      const path = argument.split('.');
      if (!isUnknownAt(instance.unknown, path)) {
        return false;
      }
      const { expression, isDynamic } = expressionOf(instance, path);
      if (expression === undefined) {
        return (isDynamic || isDefaultBlock(instance.type, argument)) && this.hasHiddenValues;
      }
      const referents = referentsOf(instance, expression);
      return canBeUnknown(referents) && !showsUnknown(referents) && this.hasUnknownValues;
    });
    return names.length === 0
      ? undefined
      : `${names.join(', ')}: the plan does not show whether this is set; AWS's default is served, and --state has the value`;
  }

  /** Lists the values that are not known and that the plan uses, except for IDs and ARNs, which set no defaults. */
  private unknownValues(): { readonly resource: string; readonly attribute: string }[] {
    return (this.json.plan?.relevant_attributes ?? [])
      .map(({ resource, attribute: [name = '*'] }) => ({ resource, attribute: String(name) }))
      .filter(({ resource, attribute }) =>
        // A splat expression has neither a key nor an attribute.
        attribute === '*'
          ? [...this.unknownByAddress.keys()].some((address) => address.startsWith(`${resource}[`))
          : !/(?:^|_)(?:arn|id)$/.test(attribute) &&
            isUnknown({ unknown: this.unknownByAddress.get(resource) }, attribute),
      );
  }

  /** Defines the members of a resource or of a block that are set, and returns their names. */
  private define(
    target: Attributes,
    instance: Instance,
    path: readonly string[],
    values: Attributes,
    unknown: unknown,
  ): string[] {
    return namesIn(values, unknown).filter((name) => {
      const evaluate = this.member(instance, [...path, name], own(values, name), memberOf(unknown, name));
      if (evaluate) {
        defineLazily(target, name, instance.address, evaluate);
      }
      return evaluate !== undefined;
    });
  }

  /** Returns how a member of a resource or of a block is evaluated, or nothing if it is not set. */
  private member(
    instance: Instance,
    path: readonly string[],
    value: unknown,
    unknown: unknown,
  ): (() => unknown) | undefined {
    if (unknown === true || (Array.isArray(unknown) && unknown.includes(true))) {
      return this.unknownMember(instance, path);
    }
    // The provider has a value for each argument. These stand for one that is not set.
    if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) {
      return undefined;
    }
    if (Array.isArray(value)) {
      return () => value.map((each: unknown, index) => this.element(instance, path, each, memberOf(unknown, index)));
    }
    return isObject(value) ? () => mapOf(instance, path, value, unknown) : () => value;
  }

  /** Returns an element of a list, which is a block if it has members. */
  private element(instance: Instance, path: readonly string[], value: unknown, unknown: unknown): unknown {
    if (!isObject(value)) {
      return value;
    }
    const members: Attributes = {};
    this.define(members, instance, path, value, unknown);
    return members;
  }

  private unknownMember(instance: Instance, path: readonly string[]): (() => unknown) | undefined {
    const { type, values } = instance;
    const argument = path.join('.');
    const { expression, isDynamic } = expressionOf(instance, path);
    const referents = expression === undefined ? undefined : referentsOf(instance, expression);
    const isSet = referents ? canBeUnknown(referents) : isDynamic;
    if (!isSet || (isDefault(type, argument) && !(referents && showsUnknown(referents)))) {
      return undefined;
    }
    const source = sourceOf(type, argument);
    if (!source || (argument === 'uri' && values.type !== 'AWS_PROXY')) {
      return () => {
        throw notKnown(instance, path);
      };
    }
    const candidates = this.candidates(instance, path.at(-1)!, source, referents);
    // A dynamic block, of which the plan does not say whether it has the argument.
    const isMaybeSet = source.isComputed === true && !referents;
    if (isMaybeSet && candidates.length === 0) {
      return undefined;
    }
    return () => {
      const names = [...new Set(candidates.map(({ name }) => name))];
      const areAll = source.isList === true && referents !== undefined && areListed(referents, source);
      const isOther = candidates.some(({ evaluate }) => !evaluate);
      if (isMaybeSet || isOther || names.length === 0 || (names.length > 1 && !areAll)) {
        throw notKnown(instance, path, names);
      }
      const named = candidates.map(({ evaluate }) => evaluate!());
      return source.isList ? named : named[0];
    };
  }

  /** Lists what an argument can name: resources whose attribute is not known either. */
  private candidates(
    self: Instance,
    argument: string,
    { attributes }: ArgumentSource,
    referents: Referents | undefined,
  ): Candidate[] {
    const attributeOf = (instance: Instance, attribute: string): Candidate => ({
      name: instance.address,
      evaluate: () => this.attributesOf(instance)[attribute],
    });
    const types = Object.keys(attributes);
    const referred = (referents?.instances ?? []).flatMap(({ instance, attribute }): Candidate[] => {
      const named = own(attributes, instance.type);
      if (named !== undefined) {
        return isUnknown(instance, named) ? [attributeOf(instance, named)] : [];
      }
      if (attribute !== undefined && !isUnknown(instance, attribute)) {
        return [];
      }
      // Such as the resource_id of a method.
      if (attribute === argument) {
        return [attributeOf(instance, attribute)];
      }
      return referents?.isMember === true && namesNoOther.test(instance.type)
        ? []
        : [{ name: `${instance.address}.${attribute ?? '*'}`, evaluate: undefined }];
    });
    if (referents && !referents.isOpaque) {
      return referred;
    }
    const created = types.flatMap((type) =>
      (this.instances.get(type) ?? [])
        .filter((instance) => instance !== self && isUnknown(instance, attributes[type]!))
        .map((instance) => attributeOf(instance, attributes[type]!)),
    );
    const deferred = [...this.deferredTypes].filter((type) => types.some((each) => type.startsWith(each)));
    return [
      ...created,
      ...referred.filter(({ name }) => !created.some((each) => each.name === name)),
      ...deferred.map((type) => ({ name: `data.${type}`, evaluate: undefined })),
    ];
  }

  private attributesOf(instance: Instance): Attributes {
    return this.resources(instance.type).find(({ address }) => address === instance.address)!.attributes;
  }

  private regionOf({ address, values, configuration, type }: Instance): string {
    const ofInstance = regionIn(values.arn) ?? regionIn(values.user_pool_id);
    if (ofInstance !== undefined) {
      return ofInstance;
    }
    const { plan } = this.json;
    if (plan) {
      const provider = own(
        plan.configuration.provider_config,
        configuration?.provider_config_key ?? type.split('_')[0]!,
      );
      const region = constantOf(provider?.expressions.region, plan.variables) ?? this.props.region;
      if (typeof region === 'string') {
        return region;
      }
      throw new TerraformStateError(
        `${address}: region: is not in the plan: set AWS_REGION to the region that Terraform had`,
      );
    }
    const regions = new Set([...this.instances.values()].flat().flatMap(({ values: { arn } }) => regionIn(arn) ?? []));
    if (regions.size !== 1) {
      throw new TerraformStateError(`${address}: region: is not in the state: no ARN has it, or several ARNs differ`);
    }
    return [...regions][0]!;
  }
}

/**
 * Types whose attributes are no names of other resources. If an argument is a member of a value, such as an output of a
 * module, it is not made of them.
 */
const namesNoOther = /^aws_(?:api_gateway|cognito|iam|lambda)_/;

/** Something that an argument can name. */
interface Candidate {
  readonly name: string;
  /** Undefined if the argument cannot name it, but can have a value made of it. */
  readonly evaluate: (() => unknown) | undefined;
}

const noCall: ModuleCall = {
  expressions: {},
  for_each_expression: undefined,
  module: { resources: [], outputs: {}, module_calls: {} },
};

/** Reads the name and the key of a module from its address, `module.a.module.b["key"]`. */
function callOf(address: string, parent: string): { readonly name: string; readonly key: Key } {
  const own = address.slice(parent === '' ? 0 : parent.length + 1);
  const [, name = '', index, key] = /^module\.([^.[]+)(?:\[(?:(\d+)|"(.*)")\])?$/s.exec(own) ?? [];
  return { name, key: index === undefined ? (key === undefined ? undefined : unquoted(key)) : Number(index) };
}

/**
 * Finds the expression of an argument.
 *
 * A plan has no expressions of dynamic blocks: such an argument is set or not, which the plan does not say.
 */
function expressionOf(
  { type, configuration, values }: Instance,
  path: readonly string[],
): { readonly expression: unknown; readonly isDynamic: boolean } {
  if (!configuration) {
    return { expression: undefined, isDynamic: path.length > 1 };
  }
  let blocks: readonly unknown[] = [configuration.expressions];
  let planned: unknown = values;
  for (const [index, name] of path.entries()) {
    const members = blocks.flatMap((block) => memberOf(block, name) ?? []);
    planned = memberOf([planned].flat()[0], name);
    const isLast = index === path.length - 1;
    if (members.length === 0) {
      return { expression: undefined, isDynamic: !isLast || isOnlyConfigured(type, path.join('.')) };
    }
    if (isLast || members.some((member) => Array.isArray(memberOf(member, 'references')))) {
      return { expression: members, isDynamic: false };
    }
    if (Array.isArray(planned) && planned.length !== members.length) {
      return { expression: undefined, isDynamic: true };
    }
    blocks = members;
  }
  return { expression: undefined, isDynamic: false };
}

/**
 * Returns whether a list has all that its expression refers to: `[x.arn, y.arn]`, but not `var.y ? [x.arn, y.arn] :
 * [x.arn]` or `x[*].arn`, of which a plan does not say which ones.
 */
function areListed({ instances, isOpaque, isPure }: Referents, { attributes }: ArgumentSource): boolean {
  return (
    !isOpaque &&
    isPure &&
    instances.every(
      ({ instance, attribute }) => attribute !== undefined && attribute === own(attributes, instance.type),
    )
  );
}

/** Returns whether the value of an expression depends on something that is not known before a deploy. */
function canBeUnknown({ instances, isOpaque }: Referents): boolean {
  return (
    isOpaque || instances.some(({ instance, attribute }) => attribute === undefined || isUnknown(instance, attribute))
  );
}

/** Returns whether a plan shows that an expression depends on a value that is not known. */
function showsUnknown(referents: Referents): boolean {
  return !referents.isMember && canBeUnknown({ ...referents, isOpaque: false });
}

/** Returns whether an argument, or one in a list of blocks, is not known. */
function isUnknownAt(unknown: unknown, [name, ...path]: readonly string[]): boolean {
  return [unknown]
    .flat()
    .map((each) => memberOf(each, name!))
    .some((value) => (path.length === 0 ? [value].flat().includes(true) : isUnknownAt(value, path)));
}

function isUnknown({ unknown }: Pick<Instance, 'unknown'>, attribute: string): boolean {
  const isOrHas = (value: unknown): boolean =>
    value === true || (typeof value === 'object' && value !== null && Object.values(value).some(isOrHas));
  return isOrHas(memberOf(unknown, attribute));
}

/** Returns a map, whose values are all set, even where they are empty. */
function mapOf(instance: Instance, path: readonly string[], map: Attributes, unknown: unknown): Attributes {
  const members: Attributes = {};
  for (const name of namesIn(map, unknown)) {
    defineLazily(members, name, instance.address, () => {
      if (memberOf(unknown, name) === true) {
        throw notKnown(instance, [...path, name]);
      }
      return own(map, name);
    });
  }
  return members;
}

/** Most addresses that a message names. */
const namedCandidates = 3;

function notKnown({ address }: Instance, path: readonly string[], candidates: readonly string[] = []): Error {
  const some = candidates.slice(0, namedCandidates).join(', ');
  const which =
    candidates.length === 0 ? '' : ` (it depends on ${some}${candidates.length > namedCandidates ? ', …' : ''})`;
  return new TerraformStateError(
    `${address}: ${path.join('.')}: the plan does not have the value, which is not known before a deploy${which}; --state has it`,
  );
}

/** Reads the region from an ARN or from the ID of a user pool. */
function regionIn(value: unknown): string | undefined {
  const [, ofArn, ofId] = /^(?:arn:[^:]*:[^:]*:([^:]+):|([a-z]{2}(?:-[a-z]+)+-\d+)_)/.exec(String(value)) ?? [];
  return ofArn ?? ofId;
}

/** Evaluates an expression that is a constant or a variable of the root module. */
function constantOf(expression: unknown, variables: Readonly<Record<string, { readonly value?: unknown }>>): unknown {
  const constant = memberOf(expression, 'constant_value');
  if (constant !== undefined) {
    return constant;
  }
  const [[root, name, ...path] = [], ...others] = longestOf(referencesIn(expression));
  if (root !== 'var' || typeof name !== 'string' || others.length > 0) {
    return undefined;
  }
  return path.reduce<unknown>(
    (value, part) => memberOf(value, typeof part === 'string' ? part : part.key),
    own(variables, name)?.value,
  );
}

/** Returns an address without the keys of modules and resources. */
function withoutKeys(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');
}

function namesIn(values: Attributes, unknown: unknown): string[] {
  return [...new Set([...Object.keys(values), ...Object.keys(Object(unknown) as object)])];
}

function memberOf(value: unknown, name: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<PropertyKey, unknown>>)[name]
    : undefined;
}

function isObject(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
