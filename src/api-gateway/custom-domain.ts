import { ApiGatewayBasePathMapping } from '@cdktf/provider-aws/lib/api-gateway-base-path-mapping';
import { ApiGatewayDomainName } from '@cdktf/provider-aws/lib/api-gateway-domain-name';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import type { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { Construct } from 'constructs';
import type { z } from 'zod';

import { certificateArnRule } from '../rules/arn';
import { assertRules, membersRule, textRule } from '../rules/rule';

/** @see https://www.rfc-editor.org/rfc/rfc1123#section-2.1 */
const hostNameRule = textRule('a host name in lower case, such as api.example.com', (name) =>
  name.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
    ? undefined
    : 'is not a host name',
);

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html */
const basePathRule = textRule('one part of a path: 1 to 300 letters, digits and _ . -, not only dots', (path) =>
  /^(?!\.+$)[\w.-]{1,300}$/.test(path) ? undefined : 'is not one part of a path',
);

/** The settings of a custom domain. */
export const customDomainSettings = membersRule({
  name: hostNameRule
    .describe('Host name.')
    .meta({ change: 'replaces the domain, and its DNS record needs the new target' }),
  certificateArn: certificateArnRule.describe(
    'ACM certificate for the host name: in the region of the API, or in us-east-1 if `endpointType` is `EDGE`.',
  ),
  basePath: basePathRule
    .optional()
    .describe('First part of every path, in the place of the stage. Without it, paths start with those of the routes.')
    .meta({ change: 'takes down the URLs under the old one' }),
});

export interface CustomDomainProps extends Readonly<z.output<typeof customDomainSettings>> {
  readonly endpointType: 'REGIONAL' | 'EDGE';
  readonly restApi: ApiGatewayRestApi;
  /** The stage that the domain leads to. */
  readonly stage: ApiGatewayStage;
}

/** A host name of your own for a stage. Its DNS record, which leads to the target, is not part of it. */
export class CustomDomain extends Construct {
  readonly domainName: ApiGatewayDomainName;
  readonly basePathMapping: ApiGatewayBasePathMapping;
  /** URL of the stage below the host name, without a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: CustomDomainProps) {
    super(scope, id);
    assertRules(this, customDomainSettings.shape, props);
    const { name, certificateArn, basePath, endpointType, restApi, stage } = props;
    this.domainName = new ApiGatewayDomainName(this, 'Default', {
      domainName: name,
      endpointConfiguration: { types: [endpointType] },
      ...(endpointType === 'EDGE' ? { certificateArn } : { regionalCertificateArn: certificateArn }),
      // Clients with an older version of TLS are refused.
      securityPolicy: 'TLS_1_2',
      // The provider would change it in place, which API Gateway rejects.
      lifecycle: { replaceTriggeredBy: [endpointTypeOf(restApi)] },
    });
    this.basePathMapping = new ApiGatewayBasePathMapping(this.domainName, 'Default', {
      domainName: this.domainName.domainName,
      apiId: stage.restApiId,
      stageName: stage.stageName,
      ...(basePath !== undefined && { basePath }),
      // It is deleted with the domain.
      lifecycle: { replaceTriggeredBy: [endpointTypeOf(this.domainName)] },
    });
    this.url = `https://${this.basePathMapping.domainName}${basePath === undefined ? '' : `/${basePath}`}`;
  }

  /** Host name to which the DNS record of the domain leads: the target of its alias or CNAME. */
  get target(): string {
    return this.isEdge ? this.domainName.cloudfrontDomainName : this.domainName.regionalDomainName;
  }

  /** ID of the Route 53 hosted zone of the target, for an alias record. */
  get targetZoneId(): string {
    return this.isEdge ? this.domainName.cloudfrontZoneId : this.domainName.regionalZoneId;
  }

  private get isEdge(): boolean {
    return this.domainName.certificateArnInput !== undefined;
  }
}

/** Returns a reference to the type of an endpoint, which replaces what it triggers when the type changes. */
function endpointTypeOf(resource: ApiGatewayRestApi | ApiGatewayDomainName): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}.endpoint_configuration[0].types`;
}
