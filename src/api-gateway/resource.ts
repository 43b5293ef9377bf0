import { ApiGatewayResource } from '@cdktf/provider-aws/lib/api-gateway-resource';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Annotations } from 'cdktf';
import { Construct } from 'constructs';

import { Namespace } from '../stack/address';
import { type Cors } from './cors';
import { CorsPreflight } from './cors-preflight';

export interface ResourceProps {
  readonly restApi: ApiGatewayRestApi;
  readonly cors: Cors;
  /**
   * The parent, to whose path this resource adds its path part.
   *
   * @default - this is the root, `/`
   */
  readonly parent?: Resource;
}

/** A resource of the API (the root, or one part of a path) with its CORS preflight. */
export class Resource extends Construct {
  /** The resource, except for the root, which API Gateway creates itself. */
  readonly resource: ApiGatewayResource | undefined;
  /** ID that methods and child resources refer to. */
  readonly resourceId: string;
  readonly preflight: CorsPreflight;
  /** Scope of the resource's methods. */
  readonly methods: Namespace;
  private readonly children: Namespace;

  /** @param id the path part, such as `awesomeapi` or `{id}`; `root` for the root */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ResourceProps,
  ) {
    super(scope, id);
    const { restApi, cors, parent } = props;
    this.resource =
      parent &&
      new ApiGatewayResource(this, 'Default', {
        restApiId: restApi.id,
        parentId: parent.resourceId,
        pathPart: id,
      });
    this.resourceId = this.resource?.id ?? restApi.rootResourceId;
    this.methods = new Namespace(this, 'methods');
    // The root is not the scope of its children: the address of /awesomeapi is `awesomeapi`, not `root_awesomeapi`.
    this.children = new Namespace(parent ? this : scope, 'resources');
    this.preflight = new CorsPreflight(this.methods, 'OPTIONS', { restApi, resourceId: this.resourceId, cors });
  }

  /** Lists this resource and all below it. */
  get all(): Resource[] {
    return [
      this,
      ...this.children.node.children.filter((child) => child instanceof Resource).flatMap(({ all }) => all),
    ];
  }

  /** Returns the resource at a path below this one, and defines the resources of the path that are missing. */
  at([part, ...rest]: readonly string[]): Resource {
    if (part === undefined) {
      return this;
    }
    const child =
      (this.children.node.tryFindChild(part) as Resource | undefined) ??
      new Resource(this.children, part, { ...this.props, parent: this });
    return child.at(rest);
  }
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const resourcesQuota = 300;

/** Warns of an API that has nearly as many resources as API Gateway allows, or more. */
export function warnOfResourcesQuota(root: Resource): void {
  const { length } = root.all;
  if (length > 0.9 * resourcesQuota) {
    Annotations.of(root).addWarning(
      `The API has ${length} resources, one for each path and each part of it. API Gateway allows ${resourcesQuota} ` +
        'unless AWS has raised the quota "Resources per API" of the account: a deploy of more fails half way.',
    );
  }
}
