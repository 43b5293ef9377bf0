import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Construct } from 'constructs';

import { type HostedZone } from './hosted-zone';

export interface AliasProps {
  readonly hostedZone: HostedZone;
  readonly name: string;
  /** Host name of AWS to which the name leads. */
  readonly target: string;
  /** ID of the hosted zone of the target. */
  readonly targetZoneId: string;
}

/**
 * The alias records of a host name, for IPv4 and IPv6.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
export class Alias extends Construct {
  readonly records: readonly Route53Record[];

  constructor(scope: Construct, id: string, { hostedZone, name, target, targetZoneId }: AliasProps) {
    super(scope, id);
    this.records = ['A', 'AAAA'].map(
      (type) =>
        new Route53Record(this, type, {
          zoneId: hostedZone.zoneId,
          name,
          type,
          alias: { name: target, zoneId: targetZoneId, evaluateTargetHealth: false },
        }),
    );
  }
}
