import { DataAwsRoute53Records } from '@cdktf/provider-aws/lib/data-aws-route53-records';
import { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone';
import { Construct } from 'constructs';

import { hostNameProblem } from '../rules/host-name';
import { conflictOf, isToken, type Problem, stringRule } from '../rules/rule';

/** What a change of the setting `hostedZone` does. */
export const movesRecords = 'moves the DNS records of the host name to another zone';

const zoneId = /^[A-Z0-9]{1,32}$/;

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html */
export const hostedZoneRule = stringRule(
  'the name of a public hosted zone, such as example.com, or its ID, such as Z0123456789ABCDEFGHIJ',
  (zone) => (zoneId.test(zone) ? undefined : hostNameProblem(zone) && 'must be the name or the ID of a hosted zone'),
);

/** Finds a host name with both or neither of a hosted zone and a certificate, and one outside of its hosted zone. */
export function findCertificateConflicts(
  {
    name,
    hostedZone,
  }: {
    readonly name?: string | undefined;
    readonly hostedZone?: string | undefined;
    readonly certificateArn?: unknown;
  },
  given: readonly string[],
): Problem[] {
  const [hasZone, hasArn] = ['hostedZone', 'certificateArn'].map((member) => given.includes(member));
  if (hasZone === hasArn) {
    return [hasZone ? conflictOf('hostedZone', 'certificateArn') : missing];
  }
  return name === undefined ||
    hostedZone === undefined ||
    zoneId.test(hostedZone) ||
    `.${name}`.endsWith(`.${hostedZone}`)
    ? []
    : [{ path: ['name'], problem: `must be in the hosted zone ${hostedZone}` }];
}

const missing = { path: [], problem: 'requires either hostedZone or certificateArn' };

export interface HostedZoneProps {
  /** Name or ID. The ID can be a reference to a zone of the same code. */
  readonly hostedZone: string;
  /** Host names whose records each plan reads, to find those that exist already and those that are missing. */
  readonly names: readonly string[];
}

/** An existing public hosted zone of Route 53. */
export class HostedZone extends Construct {
  readonly zone: DataAwsRoute53Zone;
  readonly records: DataAwsRoute53Records;
  readonly zoneId: string;

  constructor(scope: Construct, id: string, { hostedZone, names }: HostedZoneProps) {
    super(scope, id);
    const hasId = zoneId.test(hostedZone) || isToken(hostedZone);
    this.zone = new DataAwsRoute53Zone(this, 'Default', hasId ? { zoneId: hostedZone } : { name: hostedZone });
    this.zoneId = hasId ? hostedZone : this.zone.zoneId;
    this.records = new DataAwsRoute53Records(this.zone, 'Default', {
      zoneId: this.zoneId,
      // Route 53 writes the asterisk as its code.
      nameRegex: `^(?:${names.map((name) => name.replaceAll('.', '\\.').replace('*', '\\\\052')).join('|')})\\.?$`,
    });
  }
}
