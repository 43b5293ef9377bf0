import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { computedAttributes } from './computed-attributes';
import { defineLazily, own } from './lazy-attributes';
import {
  type Attributes,
  hasAttributes,
  ifKnown,
  type Resource,
  type TerraformState,
  TerraformStateError,
} from './terraform-state';

/**
 * Terraform's state as it would be after a deploy of the synthesized stacks.
 *
 * Values that only AWS knows, such as an ID, are generated from the resource's address in the form that AWS uses. The
 * same stacks always have the same values.
 */
export class PredictedState implements TerraformState {
  /** Values by owner: a resource, the outputs or the local values of a stack. */
  private readonly values = new Map<string, Attributes>();

  constructor(private readonly stacks: readonly Stack[]) {}

  types(): string[] {
    return [...new Set(this.stacks.flatMap(({ terraform }) => Object.keys(terraform.resource ?? {})))];
  }

  resources(type: string, where: Attributes = {}): Resource[] {
    return this.stacks
      .flatMap((stack) =>
        Object.entries(own(stack.terraform.resource, type) ?? {}).map(([name, configuration]) => ({
          address: `${type}.${name}`,
          attributes: this.attributes(stack, type, name)!,
          // null stands for an argument that is not set.
          argumentNames: Object.keys(configuration).filter(
            (argument) => !metaArguments.has(argument) && configuration[argument] !== null,
          ),
          folder: stack.folder,
        })),
      )
      .filter((resource) => hasAttributes(resource, where));
  }

  unread(): string[] {
    return this.stacks.flatMap(({ terraform }) =>
      Object.entries(terraform)
        .filter(([kind]) => !readKinds.has(kind))
        // Blocks without a name are a list.
        .flatMap(([kind, block]: [string, unknown]) =>
          Array.isArray(block) ? [kind] : Object.keys(Object(block) as object).map((name) => `${kind}.${name}`),
        ),
    );
  }

  output(name: string): string | undefined {
    const stack = this.stacks.find(({ terraform }) => own(terraform.output, name));
    return stack && String(this.outputOf(stack, name));
  }

  outputs(): Record<string, Record<string, unknown>> {
    return Object.fromEntries(
      this.stacks.map((stack) => [
        stack.name,
        Object.fromEntries(
          outputNames(stack)
            .map((name) => [name, ifKnown(() => this.outputOf(stack, name))] as const)
            .filter(([, value]) => value !== undefined),
        ),
      ]),
    );
  }

  unknownOutputs(): string[] {
    const known = this.outputs();
    return this.stacks.flatMap((stack) =>
      outputNames(stack)
        .filter((name) => !Object.hasOwn(known[stack.name]!, name))
        .map((name) => `output.${name}`),
    );
  }

  private outputOf(stack: Stack, name: string): unknown {
    return this.evaluated(`${stack.name}: output`, () =>
      Object.entries(stack.terraform.output ?? {}).map(([output, { value }]) => [
        output,
        () => this.resolve(value, { stack, address: `output.${output}`, argument: 'value' }),
      ]),
    )[name];
  }

  private local(stack: Stack, name: string): unknown {
    return own(
      this.evaluated(`${stack.name}: locals`, () =>
        Object.entries(stack.terraform.locals ?? {}).map(([local, value]) => [
          local,
          () => this.resolve(value, { stack, address: 'locals', argument: local }),
        ]),
      ),
      name,
    );
  }

  /** Returns the values of a key. Each is evaluated at the first read. */
  private evaluated(key: string, list: (values: Attributes) => Iterable<readonly [string, () => unknown]>): Attributes {
    const known = this.values.get(key);
    if (known) {
      return known;
    }
    const values: Attributes = {};
    this.values.set(key, values);
    for (const [name, evaluate] of list(values)) {
      defineLazily(values, name, key, evaluate);
    }
    return values;
  }

  private attributes(stack: Stack, type: string, name: string): Attributes | undefined {
    const configuration = own(own(stack.terraform.resource, type), name);
    if (!configuration) {
      return undefined;
    }
    const address = `${type}.${name}`;
    const key = `${stack.name}/${address}`;
    const multiplier = Object.keys(configuration).find((argument) => multipliers.has(argument));
    return this.evaluated(`${stack.name}: ${address}`, (attributes) =>
      [
        ['region', () => this.region(stack)] as const,
        ...Object.entries(computedAttributes({ type, name, key, attributes })),
        ...Object.entries(configuration)
          .filter(([argument, value]) => !metaArguments.has(argument) && value !== null)
          .map(([argument, value]) => [argument, () => this.resolve(value, { stack, address, argument })] as const),
      ].map(([attribute, evaluate]) => [
        attribute,
        () => {
          if (multiplier !== undefined) {
            throw problem(
              { stack, address, argument: multiplier },
              'is not served: each block must define one resource. A plan has all of them: serve it with --plan',
            );
          }
          return evaluate();
        },
      ]),
    );
  }

  private region(stack: Stack): unknown {
    const place = { stack, address: 'provider.aws', argument: 'region' };
    const region = stack.terraform.provider?.aws?.find(({ alias }) => alias === undefined)?.region;
    if (region === undefined) {
      throw problem(place, 'is missing');
    }
    return this.resolve(region, place);
  }

  private resolve(value: unknown, place: Place): unknown {
    if (typeof value === 'string') {
      return this.resolveTemplate(value, place);
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => this.resolve(item, within(place, index)));
    }
    if (typeof value === 'object' && value !== null) {
      const resolved: Attributes = {};
      for (const [key, item] of Object.entries(value)) {
        defineLazily(resolved, this.resolveString(key, place), `${place.stack.name}: ${place.address}`, () =>
          this.resolve(item, within(place, key)),
        );
      }
      return resolved;
    }
    return value;
  }

  /** Resolves a string, which is a template. If it is only a reference, the value keeps its type. */
  private resolveTemplate(template: string, place: Place): unknown {
    const alone = /^\$\{([^{}]*)\}$/.exec(template);
    return alone ? this.dereference(alone[1]!, place) : this.resolveString(template, place);
  }

  private resolveString(template: string, place: Place): string {
    return template.replace(/\$\$\{|%%\{|%\{|\$\{([^{}]*)(\}?)/g, (token, expression?: string, end?: string) => {
      if (token === '$${' || token === '%%{') {
        return token.slice(1);
      }
      if (expression === undefined || end !== '}') {
        throw unknown(place, template);
      }
      const value = this.dereference(expression, place);
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        throw problem(place, `inserts a value that is not a string into a string, got ${template}`);
      }
      return String(value);
    });
  }

  /** Returns the value of `type.name.attribute`, of `local.name`, or of a reference to another stack's output. */
  private dereference(expression: string, place: Place): unknown {
    const { stack } = place;
    const remote = /^data\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)$/.exec(expression);
    if (remote) {
      const producer = this.producer(stack, remote[1]!);
      if (!own(producer?.terraform.output, remote[2]!)) {
        throw problem(place, `refers to an output that no stack has, got \${${expression}}`);
      }
      return this.outputOf(producer!, remote[2]!);
    }
    const local = /^local\.([\w-]+)$/.exec(expression);
    if (local) {
      const value = this.local(stack, local[1]!);
      if (value === undefined) {
        throw problem(place, `refers to a local value that the stack does not have, got \${${expression}}`);
      }
      return value;
    }
    const [, type, name, attribute] = /^(\w+)\.([\w-]+)\.(\w+)$/.exec(expression) ?? [];
    if (type === undefined || name === undefined || attribute === undefined || type === 'data') {
      throw unknown(place, `\${${expression}}`);
    }
    if (`${type}.${name}` === place.address) {
      throw problem(place, `refers to its own resource, got \${${expression}}`);
    }
    const attributes = this.attributes(stack, type, name);
    if (!attributes) {
      throw problem(place, `refers to a resource that the stack does not have, got \${${expression}}`);
    }
    const value = own(attributes, attribute);
    if (value === undefined) {
      throw unknown(place, `\${${expression}}`);
    }
    return value;
  }

  /**
   * Finds the stack whose state a remote state reads: the one with the same backend.
   *
   * A backend can have arguments that only a writer needs, such as `use_lockfile`.
   */
  private producer(stack: Stack, name: string): Stack | undefined {
    const remote = own(stack.terraform.data?.terraform_remote_state, name);
    return (
      remote &&
      this.stacks.find(({ terraform }) => {
        const backend = terraform.terraform.backend?.[remote.backend] as Attributes | undefined;
        return (
          backend &&
          Object.entries(remote.config).every(
            ([argument, value]) => JSON.stringify(backend[argument]) === JSON.stringify(value),
          )
        );
      })
    );
  }
}

/** The members of a stack on which its state depends. */
export type Stack = Pick<SynthesizedStack, 'name' | 'terraform'> & Partial<Pick<SynthesizedStack, 'folder'>>;

function outputNames({ terraform }: Stack): string[] {
  return Object.keys(terraform.output ?? {}).filter((name) => !name.startsWith('cross-stack-output-'));
}

interface Place {
  readonly stack: Stack;
  readonly address: string;
  readonly argument: string;
}

function within({ argument, ...place }: Place, member: string | number): Place {
  return { ...place, argument: `${argument}.${member}` };
}

function problem({ stack, address, argument }: Place, message: string): TerraformStateError {
  return new TerraformStateError(`${stack.name}: ${address}: ${argument} ${message}`);
}

function unknown(place: Place, expression: string): TerraformStateError {
  return problem(
    place,
    `must be known before a deploy, got ${expression}; allowed: literals, and references to arguments of resources`,
  );
}

/** Blocks that this class reads, and blocks without resources. */
const readKinds = new Set([
  '//',
  'data',
  'import',
  'locals',
  'moved',
  'output',
  'provider',
  'removed',
  'resource',
  'terraform',
  'variable',
]);

/** Meta-arguments, which are not part of the state. */
const metaArguments = new Set(['//', 'depends_on', 'lifecycle']);

/** Arguments that create several instances from one block. */
const multipliers = new Set(['count', 'for_each', 'dynamic']);
