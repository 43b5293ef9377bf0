import { ApiGatewayResource } from '@cdktf/provider-aws/lib/api-gateway-resource';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Construct } from 'constructs';

import { Group } from '../aws-stack';
import { type Cors, CorsPreflight } from './cors-preflight';

export interface ResourceProps {
  readonly restApi: ApiGatewayRestApi;
  readonly cors: Cors;
  /**
   * The resource above, whose path this one continues with its own part.
   *
   * @default - this is the root, `/`
   */
  readonly parent?: Resource;
}

/** A resource of the API, which is the root or one part of a path, with its CORS preflight. */
export class Resource extends Construct {
  /** The resource; API Gateway makes the root by itself. */
  readonly resource: ApiGatewayResource | undefined;
  /** ID by which methods and further resources refer to this one. */
  readonly resourceId: string;
  readonly preflight: CorsPreflight;
  /** Scope of the resource's methods. */
  readonly methods: Group;
  private readonly children: Group;

  /** @param id the path's part, such as `awesomeapi` or `{id}`; `root` for the root */
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
    this.methods = new Group(this, 'methods');
    // What is below the root is not in it: the address of /awesomeapi is `awesomeapi`, and not `root_awesomeapi`.
    this.children = new Group(parent ? this : scope, 'resources');
    this.preflight = new CorsPreflight(this.methods, 'OPTIONS', { restApi, resourceId: this.resourceId, cors });
  }

  /** Returns the resource of a path below this one, defining what is missing on the way. */
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
