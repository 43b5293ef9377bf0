import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { AwsProvider, type AwsProviderConfig } from '@cdktf/provider-aws/lib/provider';
import { Aspects, TerraformElement, TerraformOutput, TerraformStack } from 'cdktf';
import { type Construct, type IConstruct, type Node } from 'constructs';
import { type z } from 'zod';

import { readProps } from '../rules/check';
import { isObject } from '../rules/rule';
import { addressOf, Namespace } from './address';
import { awsStackSettings } from './aws-stack-settings';
import { outputDescriptions, type OutputName } from './outputs';
import { firstVersions, olderVersionProblem } from './provider-version';
import { defineBackend, requiredTerraform } from './state-backend';

/** Props of a stack. The settings have their rules and defaults. */
export type AwsStackProps = z.input<typeof awsStackSettings>;

/** A stack in one AWS region. Defines the provider, the backend, and the addresses of the resources. */
export class AwsStack extends TerraformStack {
  /** AWS region of every resource in the stack. */
  readonly region: string;
  private readonly providerVersion: string;
  private readonly globalProvider: AwsProvider | undefined;

  constructor(scope: Construct, id: string, props: AwsStackProps = {}) {
    super(scope, id);
    const { region, providerVersion, tags, permissionsBoundary, state } = readProps(this, awsStackSettings, props);
    this.region = region;
    this.providerVersion = providerVersion;
    const defaultTags = Object.keys(tags).length > 0 ? { defaultTags: [{ tags }] } : {};
    new AwsProvider(this, 'aws', { region, ...defaultTags });
    // Always, because Terraform needs it to delete what it has created.
    this.globalProvider = region === globalRegion ? undefined : defineGlobalProvider(this, defaultTags);
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

  /** Returns the stack of a construct, if it is of this kind. */
  static find(construct: Construct): AwsStack | undefined {
    const stack = TerraformStack.of(construct);
    return stack instanceof AwsStack ? stack : undefined;
  }

  /** Returns the provider of the region in which some services have all that is global; undefined for that of the stack. */
  static globalProvider(construct: Construct): AwsProvider | undefined {
    const stack = AwsStack.find(construct);
    if (stack) {
      return stack.globalProvider;
    }
    const scope = TerraformStack.of(construct);
    return (scope.node.tryFindChild(globalProviderId) as AwsProvider | undefined) ?? defineGlobalProvider(scope, {});
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

  /**
   * @throws an error when two elements have the same address, because CDKTF would merge them into one resource, and when
   * the version constraint of the provider allows versions that do not have an argument of a resource
   */
  override prepareStack(): void {
    super.prepareStack();
    const elements = this.node.findAll().filter(TerraformElement.isTerraformElement);
    const blocks = elements.map((element) => element.toTerraform() as TerraformJson);
    const paths = new Map<string, string>();
    for (const [index, element] of elements.entries()) {
      for (const address of addressesIn(blocks[index]!)) {
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
    const problem = olderVersionProblem(
      this.providerVersion,
      features
        .filter((feature) => blocks.some((json) => hasFeature(json, feature)))
        .map(({ feature, firstVersion }) => [feature, firstVersion]),
    );
    if (problem !== undefined) {
      throw new Error(`[${this.node.path}] providerVersion: ${problem}, got ${JSON.stringify(this.providerVersion)}`);
    }
  }
}

/** Region of the certificates that CloudFront uses. */
export const globalRegion = 'us-east-1';

const globalProviderId = `aws_${globalRegion}`;

function defineGlobalProvider(scope: Construct, config: AwsProviderConfig): AwsProvider {
  return new AwsProvider(scope, globalProviderId, { alias: globalRegion, region: globalRegion, ...config });
}

/** What an element adds to the stack's JSON: blocks by type and name. */
type TerraformJson = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined>>;

/** Names and first versions of the features that not all versions of the provider have, and where a resource has them. */
const features = Object.entries(firstVersions).map(([feature, firstVersion]) => {
  // `type`, `type.block.argument`, or `type.argument value`.
  const [path = '', wanted] = feature.split(' ');
  const [type = '', ...names] = path.split('.');
  return { feature, firstVersion, type, names, wanted };
});

/** Returns whether a resource has an argument, or a value of one. */
function hasFeature({ resource }: TerraformJson, { type, names, wanted }: (typeof features)[number]): boolean {
  const resources = resource?.[type];
  return (
    resources !== undefined &&
    Object.values(resources)
      .map((configuration) =>
        names.reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), configuration),
      )
      .some((value) => value !== undefined && (wanted === undefined || value === wanted))
  );
}

function hasPartInAddress(construct: IConstruct): boolean {
  const isMainElement = construct.node.id === 'Default' && !(construct.node.scope instanceof Namespace);
  return !isMainElement && !(construct instanceof Namespace);
}

/** Lists the addresses that an element adds to the stack's JSON. */
function addressesIn(json: TerraformJson): string[] {
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
