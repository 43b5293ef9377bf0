import { ApiGatewayBasePathMapping } from '@cdktf/provider-aws/lib/api-gateway-base-path-mapping';
import { ApiGatewayDomainName } from '@cdktf/provider-aws/lib/api-gateway-domain-name';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import type { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { Construct } from 'constructs';
import type { z } from 'zod';

import { Alias } from '../dns/alias';
import { Certificate } from '../dns/certificate';
import { findCertificateConflicts, HostedZone, hostedZoneRule, movesRecords } from '../dns/hosted-zone';
import { certificateArnRule, findOtherRegion } from '../rules/arn';
import { hostNameProblem } from '../rules/host-name';
import { readProps } from '../rules/check';
import { objectRule, type Problem, stringRule } from '../rules/rule';
import { AwsStack } from '../stack/aws-stack';
import { type EndpointProps, setSecurityPolicy } from './endpoint';

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html */
const domainNameRule = stringRule(
  'a host name in lower case, such as api.example.com, or a wildcard for all host names of a domain, such as *.example.com',
  (name) =>
    hostNameProblem(name.replace(/^\*\./, '')) ??
    (/^\*\.[^.]+$/.test(name) ? 'must not be a wildcard for a top-level domain' : undefined),
);

/**
 * Returns what is wrong with the first part of a path under a custom domain, or undefined.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function reservedPathProblem(part: string | undefined): string | undefined {
  return part === 'ping' || part === 'sping'
    ? `must not be /${part} under a custom domain, which API Gateway reserves for its health check`
    : undefined;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html */
const basePathRule = stringRule('one part of a path: 1 to 300 letters, digits and _ . -, not only dots', (path) =>
  /^(?!\.+$)[\w.-]{1,300}$/.test(path) ? reservedPathProblem(path) : 'must be one part of a path',
);

/** The settings of a custom domain. */
export const customDomainSettings = objectRule(
  {
    name: domainNameRule
      .describe(
        'Host name. With a wildcard, the outputs have the URL of AWS, unless `disableExecuteApiEndpoint` is `true`.',
      )
      .meta({ change: 'replaces the domain, and its DNS record needs the new target' }),
    hostedZone: hostedZoneRule
      .optional()
      .describe(
        'Hosted zone of Route 53 that contains the name, by its name or its ID. The stack then creates the certificate and the DNS records.',
      )
      .meta({ change: movesRecords }),
    certificateArn: certificateArnRule
      .optional()
      .describe(
        'ACM certificate for the host name, in the region of the API, or in us-east-1 if `endpointType` is `EDGE`. `hostedZone` creates one instead.',
      ),
    basePath: basePathRule
      .optional()
      .describe('First part of every path, instead of the stage. Without it, paths start with those of the routes.')
      .meta({ change: 'takes down the URLs under the old one' }),
  },
  findCertificateConflicts,
);

export interface CustomDomainProps extends z.input<typeof customDomainSettings> {
  /**
   * How clients connect to the API.
   *
   * @default - to a regional endpoint
   */
  readonly endpoint?: EndpointProps;
  readonly restApi: ApiGatewayRestApi;
  /** The stage that the domain leads to. */
  readonly stage: ApiGatewayStage;
}

/** A host name of your own for a stage. With a hosted zone, the DNS records that lead to the target are part of it. */
export class CustomDomain extends Construct {
  readonly domainName: ApiGatewayDomainName;
  readonly basePathMapping: ApiGatewayBasePathMapping;
  readonly certificate: Certificate | undefined;
  readonly certificateArn: string;
  readonly alias: Alias | undefined;
  /** URL of the stage below the host name, without a slash at its end. */
  readonly url: string;
  /** Whether the host name stands for all host names of a domain, so that the URL cannot be called as it is. */
  readonly isWildcard: boolean;
  private readonly isEdge: boolean;

  constructor(scope: Construct, id: string, { endpoint = {}, restApi, stage, ...props }: CustomDomainProps) {
    super(scope, id);
    const { endpointType = 'REGIONAL', ipAddressType } = endpoint;
    const { name, hostedZone, basePath, ...given } = readProps(this, customDomainSettings, props, (custom) =>
      findCertificateRegion(custom.certificateArn, endpointType, AwsStack.find(this)?.region),
    );
    this.isEdge = endpointType === 'EDGE';
    const zone = hostedZone === undefined ? undefined : new HostedZone(this, 'zone', { hostedZone, names: [name] });
    // Another region has another address: Terraform would not find the old certificate there, and forget it.
    this.certificate =
      zone &&
      (this.isEdge
        ? new Certificate(this, 'edge_certificate', { hostedZone: zone, name, isGlobal: true })
        : new Certificate(this, 'certificate', { hostedZone: zone, name }));
    // The rule has required one of the two.
    this.certificateArn = this.certificate?.arn ?? given.certificateArn!;
    const { certificateArn } = this;
    this.domainName = new ApiGatewayDomainName(this, 'Default', {
      domainName: name,
      endpointConfiguration: { types: [endpointType], ...(ipAddressType && { ipAddressType }) },
      ...(this.isEdge ? { certificateArn } : { regionalCertificateArn: certificateArn }),
      // Clients with an older version of TLS are rejected.
      securityPolicy: 'TLS_1_2',
      // The provider would change it in place, which API Gateway rejects.
      lifecycle: { replaceTriggeredBy: [endpointTypeOf(restApi)] },
    });
    if (endpoint.securityPolicy !== 'TLS_1_0') {
      setSecurityPolicy(this.domainName, endpoint);
    }
    this.basePathMapping = new ApiGatewayBasePathMapping(this.domainName, 'Default', {
      domainName: this.domainName.domainName,
      apiId: stage.restApiId,
      stageName: stage.stageName,
      ...(basePath !== undefined && { basePath }),
      // It is deleted with the domain.
      lifecycle: { replaceTriggeredBy: [endpointTypeOf(this.domainName)] },
    });
    this.url = `https://${this.basePathMapping.domainName}${basePath === undefined ? '' : `/${basePath}`}`;
    this.isWildcard = name.startsWith('*');
    this.alias =
      zone &&
      new Alias(this, 'alias', {
        hostedZone: zone,
        name: this.domainName.domainName,
        target: this.target,
        targetZoneId: this.targetZoneId,
      });
  }

  /** Host name to which the DNS record of the domain leads: the target of its alias or CNAME. */
  get target(): string {
    return this.isEdge ? this.domainName.cloudfrontDomainName : this.domainName.regionalDomainName;
  }

  /** ID of the Route 53 hosted zone of the target, for an alias record. */
  get targetZoneId(): string {
    return this.isEdge ? this.domainName.cloudfrontZoneId : this.domainName.regionalZoneId;
  }
}

/** Finds a certificate in a region from which API Gateway cannot read it. */
export function findCertificateRegion(
  certificateArn: string | undefined,
  endpointType: string | undefined,
  region: string | undefined,
): Problem[] {
  return findOtherRegion(['certificateArn'], certificateArn, [endpointType === 'EDGE' ? 'us-east-1' : region]);
}

/** Returns a reference to the type of an endpoint, which replaces what it triggers when the type changes. */
function endpointTypeOf(resource: ApiGatewayRestApi | ApiGatewayDomainName): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}.endpoint_configuration[0].types`;
}
