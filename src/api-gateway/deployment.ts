import { createHash } from 'node:crypto';

import { ApiGatewayDeployment } from '@cdktf/provider-aws/lib/api-gateway-deployment';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { type IResolveContext, Lazy, TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import { isObject } from '../rules/rule';

export interface DeploymentProps {
  readonly restApi: ApiGatewayRestApi;
  /**
   * Values that are known only after apply and that the snapshot contains, by name. A change deploys the API again.
   *
   * The configuration does not show such a change, because it has the same reference before and after.
   */
  readonly appliedValues: Readonly<Record<string, string>>;
}

/** Types of the resources that the snapshot contains, apart from the API itself. */
const snapshotTypes = new Set(
  ['authorizer', 'gateway_response', 'integration', 'integration_response', 'method', 'method_response', 'model']
    .concat('request_validator', 'resource', 'rest_api_policy', 'rest_api_put')
    .map((type) => `aws_api_gateway_${type}`),
);

/** Arguments that do not affect callers, by type. */
const ignoredArguments: Readonly<Record<string, readonly string[]>> = {
  aws_api_gateway_authorizer: ['name'],
  aws_api_gateway_rest_api: ['name', 'description', 'tags'],
};

/** Terraform's meta-arguments, which do not configure the resource itself. */
const metaArguments = ['//', 'depends_on', 'lifecycle', 'provider', 'provisioner'];

/**
 * A snapshot of the API's configuration, which a stage serves.
 *
 * API Gateway serves the snapshot, so every change of the configuration needs a new one.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_deployment
 */
export class Deployment extends Construct {
  readonly deployment: ApiGatewayDeployment;
  private readonly restApi: ApiGatewayRestApi;

  constructor(scope: Construct, id: string, { restApi, appliedValues }: DeploymentProps) {
    super(scope, id);
    this.restApi = restApi;
    // CDKTF resolves all values a first time to prepare the stack, and drops them.
    this.deployment = new ApiGatewayDeployment(this, 'Default', {
      restApiId: restApi.id,
      triggers: {
        configuration: Lazy.stringValue({
          produce: (context) => (context.preparing ? '' : this.configurationHash(context)),
        }),
        ...appliedValues,
      },
      // The stage moves to the new deployment before the old one is deleted, so that it always has one. Terraform
      // extends this to the dependencies of the deployment: it creates replacements before it deletes the old ones.
      lifecycle: { createBeforeDestroy: true },
    });
    // All resources in the snapshot must exist before it is taken, including those defined after this construct.
    this.deployment.dependsOn = Lazy.listValue({
      produce: (context) => (context.preparing ? [] : this.snapshotResources(context).map(addressIn)),
    });
  }

  private snapshotResources(context: IResolveContext): TerraformResource[] {
    const restApiId: unknown = context.resolve(this.restApi.id);
    return TerraformStack.of(this)
      .node.findAll()
      .filter(TerraformResource.isTerraformResource)
      .filter((resource) => snapshotTypes.has(resource.terraformResourceType))
      .filter((resource) => 'restApiIdInput' in resource && context.resolve(resource.restApiIdInput) === restApiId)
      .sort((one, other) => (addressIn(one) < addressIn(other) ? -1 : 1));
  }

  /** Lists the functions that integrations call, with the hash of their code: each version has its deployment. */
  private calledFunctions(uris: ReadonlySet<unknown>, context: IResolveContext): [string, object][] {
    return TerraformStack.of(this)
      .node.findAll()
      .filter(TerraformResource.isTerraformResource)
      .filter((resource) => uris.has(`\${${addressIn(resource)}.invoke_arn}`))
      .map((lambda): [string, object] => [
        addressIn(lambda),
        { source_code_hash: hashedArguments(lambda, context).source_code_hash },
      ])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  }

  private configurationHash(context: IResolveContext): string {
    const configuration = [this.restApi, ...this.snapshotResources(context)].map(
      (resource) => [addressIn(resource), hashedArguments(resource, context)] as const,
    );
    const uris = new Set(configuration.map(([, { uri }]) => uri));
    return createHash('sha256')
      .update(JSON.stringify([...configuration, ...this.calledFunctions(uris, context)], sortKeys))
      .digest('hex');
  }
}

/** Returns the arguments of a resource that affect callers. */
function hashedArguments(resource: TerraformResource, context: IResolveContext): Record<string, unknown> {
  const type = resource.terraformResourceType;
  const { resource: block } = resource.toTerraform() as { resource: Record<string, Record<string, unknown>> };
  const all = context.resolve(block[type]![resource.friendlyUniqueId]) as Record<string, unknown>;
  const ignored = [...metaArguments, ...(ignoredArguments[type] ?? [])];
  return Object.fromEntries(Object.entries(all).filter(([name]) => !ignored.includes(name)));
}

function addressIn(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

function sortKeys(_key: string, value: unknown): unknown {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
}
