import { createHash } from 'node:crypto';

import { type StackJson, type SynthesizedStack } from '../../terraform/synthesized-stacks';

/** Attributes of a resource, by their names in Terraform. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface Resource {
  /** Address in its stack, `aws_cognito_user_pool.user_pool`. */
  readonly address: string;
  readonly attributes: Attributes;
  /** Names of the attributes that the stack sets. AWS sets the others. */
  readonly argumentNames: readonly string[];
  /** Folder in which terraform would run, from which paths start; missing where the stack is in no file. */
  readonly folder: string | undefined;
}

/** Terraform JSON that cannot be read. The message says where and why. */
export class TerraformStateError extends Error {}

/**
 * Terraform's state as it would be after a deploy of the synthesized stacks.
 *
 * Values that only AWS knows, such as an ID, are generated from the resource's address in the form that AWS uses. The
 * same stacks always have the same values.
 */
export class PredictedState {
  private readonly attributesOf = new Map<string, Attributes>();
  /** Resources that are being resolved, outermost first. A resource that occurs twice refers to itself. */
  private readonly resolving = new Set<string>();

  constructor(private readonly stacks: readonly Stack[]) {}

  /** Returns the state as it would be with one more stack. */
  with(stack: Stack): PredictedState {
    return new PredictedState([...this.stacks, stack]);
  }

  /** Lists the types of all resources. */
  types(): string[] {
    return [...new Set(this.stacks.flatMap(({ terraform }) => Object.keys(terraform.resource ?? {})))];
  }

  /** Lists the resources of a type, of all stacks. */
  resources(type: string): Resource[] {
    return this.stacks.flatMap((stack) =>
      Object.entries(stack.terraform.resource?.[type] ?? {}).map(([name, configuration]) => ({
        address: `${type}.${name}`,
        attributes: this.attributes(stack, type, name)!,
        argumentNames: Object.keys(configuration).filter((argument) => !metaArguments.has(argument)),
        folder: stack.folder,
      })),
    );
  }

  /** Lists the blocks that this class does not read, such as `module.network`, except for values without a reference. */
  unread(): string[] {
    return this.stacks.flatMap(({ terraform }) =>
      Object.entries(terraform).flatMap(([kind, block]: [string, unknown]) => {
        if (readKinds.has(kind)) {
          return [];
        }
        // Blocks without a name are a list.
        if (Array.isArray(block)) {
          return [kind];
        }
        const prefix = valuePrefixes.get(kind);
        return Object.keys(Object(block) as object)
          .filter((name) => prefix === undefined || JSON.stringify(terraform).includes(`${prefix}${name}`))
          .map((name) => `${kind}.${name}`);
      }),
    );
  }

  /** Returns the value of an output of any stack. */
  output(name: string): string | undefined {
    const stack = this.stacks.find(({ terraform }) => terraform.output?.[name]);
    return stack && String(this.outputOf(stack, name));
  }

  /** Returns the values of all outputs by stack and name, except for those that one stack writes for another. */
  outputs(): Record<string, Record<string, unknown>> {
    return Object.fromEntries(
      this.stacks.map((stack) => [
        stack.name,
        Object.fromEntries(
          Object.keys(stack.terraform.output ?? {})
            .filter((name) => !name.startsWith('cross-stack-output-'))
            .map((name) => [name, this.outputOf(stack, name)]),
        ),
      ]),
    );
  }

  private outputOf(stack: Stack, name: string): unknown {
    return this.resolve(stack.terraform.output![name]!.value, { stack, address: `output.${name}`, argument: 'value' });
  }

  private attributes(stack: Stack, type: string, name: string): Attributes | undefined {
    const configuration = stack.terraform.resource?.[type]?.[name];
    if (!configuration) {
      return undefined;
    }
    const address = `${type}.${name}`;
    const key = `${stack.name}/${address}`;
    const known = this.attributesOf.get(key);
    if (known) {
      return known;
    }
    if (this.resolving.has(key)) {
      throw new TerraformStateError(`${address}: refers to itself through ${[...this.resolving].join(', ')}`);
    }
    this.resolving.add(key);
    const resolved: Record<string, unknown> = {};
    for (const [argument, value] of Object.entries(configuration)) {
      const place = { stack, address, argument };
      if (multipliers.has(argument)) {
        throw problem(place, 'is not served: each block must define one resource');
      }
      if (!metaArguments.has(argument)) {
        resolved[argument] = this.resolve(value, place);
      }
    }
    const region = (resolved.region as string | undefined) ?? regionOf(stack.terraform);
    const attributes = { ...computedAttributes({ type, name, key, region, resolved }), ...resolved };
    this.attributesOf.set(key, attributes);
    this.resolving.delete(key);
    return attributes;
  }

  private resolve(value: unknown, place: Place): unknown {
    if (typeof value === 'string') {
      return this.resolveTemplate(value, place);
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item, place));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [this.resolveString(key, place), this.resolve(item, place)]),
      );
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
        throw problem(place, `has an expression that is not a reference, got ${template}`);
      }
      const value = this.dereference(expression, place);
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        throw problem(place, `inserts a value that is not a string into a string, got ${template}`);
      }
      return String(value);
    });
  }

  /** Returns the value of `type.name.attribute`, or of a reference to another stack's output. */
  private dereference(expression: string, place: Place): unknown {
    const { stack } = place;
    const remote = /^data\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)$/.exec(expression);
    if (remote) {
      const producer = this.producer(stack, remote[1]!);
      if (!producer?.terraform.output?.[remote[2]!]) {
        throw problem(place, `refers to an output that no stack has, got \${${expression}}`);
      }
      return this.outputOf(producer, remote[2]!);
    }
    const [, type, name, attribute] = /^(\w+)\.([\w-]+)\.(\w+)$/.exec(expression) ?? [];
    if (type === undefined || name === undefined || attribute === undefined) {
      throw problem(place, `has an expression that is not a reference, got \${${expression}}`);
    }
    const attributes = this.attributes(stack, type, name);
    if (!attributes) {
      throw problem(place, `refers to a resource that the stack does not have, got \${${expression}}`);
    }
    if (attributes[attribute] === undefined) {
      throw problem(place, `refers to a value that only AWS knows, got \${${expression}}`);
    }
    return attributes[attribute];
  }

  /**
   * Finds the stack whose state a remote state reads: the one with the same backend.
   *
   * A backend can have arguments that only a writer needs, such as `use_lockfile`.
   */
  private producer(stack: Stack, name: string): Stack | undefined {
    const remote = stack.terraform.data?.terraform_remote_state?.[name];
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

/** Returns a nested block, which is one object in the JSON, or a list of one object. */
export function block(attributes: Attributes, name: string): Attributes | undefined {
  return blocks(attributes, name)[0];
}

/** Returns the nested blocks of a name, which are one object in the JSON, or a list. */
export function blocks(attributes: Attributes, name: string): Attributes[] {
  const value = attributes[name];
  return value === undefined || value === null ? [] : ([value].flat() as Attributes[]);
}

/** A stack, as far as its state depends on it. */
export type Stack = Pick<SynthesizedStack, 'name' | 'terraform'> & Partial<Pick<SynthesizedStack, 'folder'>>;

interface Place {
  readonly stack: Stack;
  readonly address: string;
  readonly argument: string;
}

function problem({ stack, address, argument }: Place, message: string): TerraformStateError {
  return new TerraformStateError(`${stack.name}: ${address}: ${argument} ${message}`);
}

/** Blocks that this class reads, and blocks that do not affect the state: comments and changes of addresses. */
const readKinds = new Set(['//', 'data', 'output', 'provider', 'resource', 'terraform', 'import', 'moved', 'removed']);

/** Prefixes of the expressions that refer to a value, by block. */
const valuePrefixes = new Map([
  ['locals', 'local.'],
  ['variable', 'var.'],
]);

/** Meta-arguments, which are not part of the state. */
const metaArguments = new Set(['//', 'depends_on', 'lifecycle']);

/** Arguments that create several instances from one block. */
const multipliers = new Set(['count', 'for_each', 'dynamic']);

function regionOf({ provider }: StackJson): string {
  const region = provider?.aws?.find(({ alias }) => alias === undefined)?.region;
  if (region === undefined) {
    throw new TerraformStateError('provider.aws: region is missing');
  }
  return region;
}

/** The account that owns all resources: the one in AWS's examples. */
const accountId = '123456789012';

interface Computed {
  readonly type: string;
  readonly name: string;
  /** Seed of the generated values: the stack's name and the resource's address. */
  readonly key: string;
  readonly region: string;
  /** The resolved arguments. */
  readonly resolved: Attributes;
}

/** Generates the attributes that AWS would compute. */
function computedAttributes({ type, name, key, region, resolved }: Computed): Attributes {
  const text = (attribute: string) => String(resolved[attribute]);
  const generated = (attribute: string, alphabet: string, length: number) =>
    generate(`${key}.${attribute}`, alphabet, length);
  const computed = (): Attributes => {
    switch (type) {
      case 'aws_cognito_user_pool': {
        const id = `${region}_${generated('id', letters.toUpperCase() + letters + digits, 9)}`;
        return {
          id,
          arn: `arn:aws:cognito-idp:${region}:${accountId}:userpool/${id}`,
          endpoint: `cognito-idp.${region}.amazonaws.com/${id}`,
        };
      }
      case 'aws_cognito_user_pool_client':
        return {
          id: generated('id', letters + digits, 26),
          client_secret: resolved.generate_secret === true ? generated('client_secret', letters + digits, 51) : '',
        };
      case 'aws_cognito_user_pool_domain':
        return {
          id: text('domain'),
          aws_account_id: accountId,
          cloudfront_distribution: `d${generated('cloudfront_distribution', letters + digits, 13)}.cloudfront.net`,
        };
      case 'aws_cognito_resource_server':
        return {
          id: `${text('user_pool_id')}|${text('identifier')}`,
          scope_identifiers: blocks(resolved, 'scope').map(
            ({ scope_name }) => `${text('identifier')}/${String(scope_name)}`,
          ),
        };
      case 'aws_api_gateway_rest_api': {
        const id = generated('id', letters + digits, 10);
        return {
          id,
          root_resource_id: generated('root_resource_id', letters + digits, 10),
          arn: `arn:aws:apigateway:${region}::/restapis/${id}`,
          execution_arn: `arn:aws:execute-api:${region}:${accountId}:${id}`,
        };
      }
      case 'aws_api_gateway_stage': {
        const [api, stage] = [text('rest_api_id'), text('stage_name')];
        return {
          id: `ags-${api}-${stage}`,
          arn: `arn:aws:apigateway:${region}::/restapis/${api}/stages/${stage}`,
          execution_arn: `arn:aws:execute-api:${region}:${accountId}:${api}/${stage}`,
          invoke_url: `https://${api}.execute-api.${region}.amazonaws.com/${stage}`,
        };
      }
      case 'aws_api_gateway_domain_name': {
        const target = generated('regional_domain_name', letters + digits, 10);
        return {
          id: text('domain_name'),
          arn: `arn:aws:apigateway:${region}::/domainnames/${text('domain_name')}`,
          regional_domain_name: `d-${target}.execute-api.${region}.amazonaws.com`,
          regional_zone_id: generated('regional_zone_id', letters.toUpperCase() + digits, 14),
          cloudfront_domain_name: `${generated('cloudfront_domain_name', letters + digits, 13)}.cloudfront.net`,
          // The same for every distribution of CloudFront.
          cloudfront_zone_id: 'Z2FDTNDATAQYW2',
        };
      }
      case 'aws_lambda_function': {
        const arn = `arn:aws:lambda:${region}:${accountId}:function:${text('function_name')}`;
        return {
          id: text('function_name'),
          arn,
          invoke_arn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
        };
      }
      case 'aws_iam_role': {
        const { name = `${text('name_prefix')}${generated('name', digits, 26)}`, path = '/' } = resolved;
        const roleName = name as string;
        return {
          id: roleName,
          name: roleName,
          arn: `arn:aws:iam::${accountId}:role${path as string}${roleName}`,
        };
      }
      default:
        // Nothing else of a resource that is not served can matter.
        return {
          id: generated('id', letters + digits, 6),
          arn: `arn:aws:${type.split('_')[1] ?? type}:${region}:${accountId}:${name}`,
        };
    }
  };
  return { region, ...computed() };
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

/** Generates a string from an alphabet, always the same for the same seed. */
function generate(seed: string, alphabet: string, length: number): string {
  const bytes = createHash('sha512').update(seed).digest();
  return Array.from(bytes.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
}
