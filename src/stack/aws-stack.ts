import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Aspects, TerraformElement, TerraformOutput, TerraformStack } from 'cdktf';
import { type Construct, type IConstruct, type Node } from 'constructs';

import { policyArnRule } from '../rules/arn';
import { regionRule } from '../rules/region';
import { mapRule, textRule } from '../rules/rule';
import { addressOf, Namespace } from './address';
import { outputDescriptions, type OutputName } from './outputs';
import { defineBackend, requiredTerraform, type State, stateSettings } from './state-backend';

export interface AwsStackProps {
  /** AWS region of every resource in the stack. */
  readonly region: string;
  /** Version constraint of the AWS provider. */
  readonly providerVersion: string;
  /** Tags for every resource that takes tags. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * ARN of the managed policy that limits what each role of the stack can do, whatever its own policies allow.
   *
   * @default - no boundary
   */
  readonly permissionsBoundary?: string | undefined;
  /** Where Terraform stores the state of the stack. */
  readonly state: State;
}

/** A stack in one AWS region. Defines the provider, the backend, and the addresses of the resources. */
export abstract class AwsStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: AwsStackProps) {
    super(scope, id);
    const { region, providerVersion, tags, permissionsBoundary, state } = props;
    new AwsProvider(this, 'aws', { region, ...(Object.keys(tags).length > 0 && { defaultTags: [{ tags }] }) });
    // The bindings pin the provider version from which they were generated. Later versions have fixes that users need.
    this.addOverride('terraform.required_providers.aws.version', providerVersion);
    this.addOverride('terraform.required_version', requiredTerraform(state));
    defineBackend(this, state, region);
    if (permissionsBoundary !== undefined) {
      // An aspect, so that a role which is added later has the boundary as well.
      Aspects.of(this).add({
        visit: (construct) => {
          if (construct instanceof IamRole) {
            construct.permissionsBoundary = permissionsBoundary;
          }
        },
      });
    }
  }

  /**
   * Names an element by its construct path, so that addresses are short, readable and stable.
   *
   * Terraform replaces a resource that gets another address, unless a `moved` block says that it is the same one.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const scopes = node.scopes.slice(node.scopes.indexOf(this) + 1);
    return addressOf(scopes.filter(hasPartInAddress).map((construct) => construct.node.id));
  }

  /** Defines an output; with a suffix, that of an app client that is not the first. */
  protected output(name: OutputName, value: string, suffix = '', description: string = outputDescriptions[name]): void {
    new TerraformOutput(this, `${name}${suffix}`, {
      value,
      description,
      ...(name === 'CognitoUserPoolAppClientSecret' && { sensitive: true }),
    });
  }

  /** @throws an error when two elements have the same address: CDKTF would merge them into one resource */
  override prepareStack(): void {
    super.prepareStack();
    const paths = new Map<string, string>();
    for (const element of this.node.findAll().filter(TerraformElement.isTerraformElement)) {
      for (const address of addressesIn(element)) {
        const other = paths.get(address);
        if (other !== undefined) {
          throw new Error(
            `[${element.node.path}] has the same address as ${other} (${address}): ` +
              'Terraform would manage both as one resource. Give one of the two constructs another ID.',
          );
        }
        paths.set(address, element.node.path);
      }
    }
  }
}

function hasPartInAddress(construct: IConstruct): boolean {
  const isMainElement = construct.node.id === 'Default' && !(construct.node.scope instanceof Namespace);
  return !isMainElement && !(construct instanceof Namespace);
}

/** Lists the addresses that an element adds to the stack's JSON. */
function addressesIn(element: TerraformElement): string[] {
  const json = element.toTerraform() as Record<string, Record<string, Record<string, unknown>> | undefined>;
  const typed = ['resource', 'data'].flatMap((block) =>
    Object.entries(json[block] ?? {}).flatMap(([type, names]) =>
      Object.keys(names).map((name) => (block === 'data' ? `data.${type}.${name}` : `${type}.${name}`)),
    ),
  );
  const untyped = ['output', 'variable', 'module', 'locals'].flatMap((block) =>
    Object.keys(json[block] ?? {}).map((name) => `${block}.${name}`),
  );
  return [...typed, ...untyped];
}

/** @see https://developer.hashicorp.com/terraform/language/expressions/version-constraints */
const versionConstraintRule = textRule('a Terraform version constraint, such as ">= 5.100.0, < 7.0.0"', (text) =>
  text.split(',').every((part) => /^\s*(?:=|!=|>|>=|<|<=|~>)?\s*\d+(?:\.\d+){0,2}(?:-[\w.-]+)?\s*$/.test(part))
    ? undefined
    : 'is not a version constraint',
);

/**
 * Returns whether a version constraint of the AWS provider excludes every version before this one.
 *
 * @param minimum such as `6.12.0`
 */
export function excludesBefore(constraint: string, minimum: string): boolean {
  return constraint.split(',').some((part) => {
    const [, operator = '', version = ''] = /^\s*(=|!=|>=|>|<=|<|~>)?\s*([\d.]+)/.exec(part) ?? [];
    return ['', '=', '>', '>=', '~>'].includes(operator) && compareVersions(version, minimum) >= 0;
  });
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  return [0, 1, 2].map((index) => (left[index] ?? 0) - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const tagKeyRule = textRule('1 to 128 letters, digits, spaces and _ . : / = + - @, not starting with "aws:"', (key) =>
  /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu.test(key) ? undefined : 'is not a tag key',
);

const tagValueRule = textRule('at most 256 letters, digits, spaces and _ . : / = + - @', (value) =>
  /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value) ? undefined : 'is not a tag value',
);

/** The settings of every stack. */
export const awsStackSettings = {
  region: regionRule
    .default('us-east-1')
    .describe('AWS region of both stacks. `AWS_REGION` is not read.')
    .meta({ change: 'is rejected in running stacks: another region needs an environment of its own' }),
  providerVersion: versionConstraintRule
    .default('>= 5.100.0, < 7.0.0')
    .describe('Versions of the AWS provider that Terraform can choose from.'),
  tags: mapRule(tagKeyRule, { entry: tagValueRule, min: 0, max: 50 })
    .default({})
    .describe('Tags for every resource that takes tags.'),
  permissionsBoundary: policyArnRule
    .optional()
    .describe(
      'ARN of a managed policy that limits what each role of the stacks can do, whatever its own policies allow. The deploy policies require one: `src/policies/permissions-boundary.json`.',
    ),
  state: stateSettings
    .default('local')
    .describe("Where Terraform's state is: `local`, a file in this folder, or an object in an S3 bucket."),
};
