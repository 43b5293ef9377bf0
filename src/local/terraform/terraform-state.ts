/**
 * Attributes of a resource, by their names in Terraform.
 *
 * An attribute, and a member of a nested block, is evaluated when it is read, and throws a TerraformStateError when its
 * value is not known before a deploy. So only the values that are served must be known.
 */
export type Attributes = Readonly<Record<string, unknown>>;

export interface Resource {
  /** Address in its stack, `aws_cognito_user_pool.user_pool`. */
  readonly address: string;
  readonly attributes: Attributes;
  /** Names of the attributes that the stack sets. AWS sets the others. */
  readonly argumentNames: readonly string[];
  /** Says which arguments count as not set, although the plan can hide that they are. Undefined if there are none. */
  readonly hidden?: string | undefined;
  /** Folder in which terraform runs, to which paths are relative. Undefined for a stack without a file. */
  readonly folder: string | undefined;
}

/** Terraform JSON that cannot be read. The message says where and why. */
export class TerraformStateError extends Error {}

/** Terraform's state of one or more stacks, as the local services read it. */
export interface TerraformState {
  /** Lists the types of all resources. */
  types: () => string[];
  /**
   * Lists the resources of a type.
   *
   * @param where attributes that a resource must have. A value that is not known before a deploy matches none
   */
  resources: (type: string, where?: Attributes) => Resource[];
  /** Lists the blocks that cannot be read and that can contain resources, such as `module.network`. */
  unread: () => string[];
  /**
   * Returns the value of an output of any stack.
   *
   * @throws {TerraformStateError} when it is not known before a deploy
   */
  output: (name: string) => string | undefined;
  /**
   * Returns the values of the outputs by stack and name, except for those that one stack writes for another, and those
   * that are not known before a deploy.
   */
  outputs: () => Record<string, Record<string, unknown>>;
  /** Lists the addresses of the outputs that are not known before a deploy, such as `output.secret`. */
  unknownOutputs: () => string[];
}

/** Puts several states together. */
export function combineStates(states: readonly TerraformState[]): TerraformState {
  return {
    types: () => [...new Set(states.flatMap((state) => state.types()))],
    resources: (type, where) => states.flatMap((state) => state.resources(type, where)),
    unread: () => states.flatMap((state) => state.unread()),
    output: (name) => {
      for (const state of states) {
        const value = state.output(name);
        if (value !== undefined) {
          return value;
        }
      }
      return undefined;
    },
    outputs: () => Object.fromEntries(states.flatMap((state) => Object.entries(state.outputs()))),
    unknownOutputs: () => states.flatMap((state) => state.unknownOutputs()),
  };
}

/** Returns whether a resource has these attributes. A value that is not known before a deploy is not equal to any. */
export function hasAttributes({ attributes }: Resource, expected: Attributes): boolean {
  return Object.entries(expected).every(([name, value]) => ifKnown(() => attributes[name]) === value);
}

/** Evaluates something, and returns nothing when its value is not known before a deploy. */
export function ifKnown<Value>(evaluate: () => Value): Value | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof TerraformStateError) {
      return undefined;
    }
    throw error;
  }
}
