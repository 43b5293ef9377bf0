import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Construct } from 'constructs';

import { AwsStack } from '../stack/aws-stack';
import { type HostedZone } from './hosted-zone';

export interface CertificateProps {
  readonly hostedZone: HostedZone;
  /** A host name, or a wildcard. */
  readonly name: string;
  /**
   * Whether CloudFront uses the certificate, which then is in us-east-1.
   *
   * @default false
   */
  readonly isGlobal?: boolean;
}

/**
 * A certificate of ACM for a host name. A record in the hosted zone validates it, now and at each renewal.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export class Certificate extends Construct {
  readonly certificate: AcmCertificate;
  readonly validationRecord: Route53Record;
  readonly validation: AcmCertificateValidation;

  constructor(scope: Construct, id: string, { hostedZone, name, isGlobal = false }: CertificateProps) {
    super(scope, id);
    const provider = isGlobal ? AwsStack.globalProvider(this) : undefined;
    const common = provider ? { provider } : {};
    this.certificate = new AcmCertificate(this, 'Default', {
      ...common,
      domainName: name,
      validationMethod: 'DNS',
      // AWS does not delete a certificate in use: the new one must replace it first.
      lifecycle: { createBeforeDestroy: true },
    });
    const option = this.certificate.domainValidationOptions.get(0);
    this.validationRecord = new Route53Record(this, 'validation', {
      zoneId: hostedZone.zoneId,
      name: option.resourceRecordName,
      type: 'CNAME',
      records: [option.resourceRecordValue],
      ttl: 300,
      // All certificates of the account for a name and its wildcard have the same record.
      allowOverwrite: true,
    });
    this.validation = new AcmCertificateValidation(this.certificate, 'Default', {
      ...common,
      certificateArn: this.certificate.arn,
      validationRecordFqdns: [this.validationRecord.fqdn],
    });
  }

  /** ARN of the certificate, known when it is valid. */
  get arn(): string {
    return this.validation.certificateArn;
  }
}
