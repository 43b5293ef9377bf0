import { textRule, type TextRule } from './rule';

/**
 * Defines a rule about the ARN of a resource in a commercial AWS region.
 *
 * @param what the kind of resource, with an article
 * @param resource the last part of the ARN, after the account
 */
function arnRule(what: string, service: string, resource: string): TextRule {
  const pattern = new RegExp(`^arn:aws:${service}:[a-z]{2}-[a-z]+-\\d:\\d{12}:${resource}$`);
  return textRule(what, (text) => (pattern.test(text) ? undefined : `is not the ARN of ${what.split(',')[0]!}`));
}

const id = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html */
export const certificateArnRule = arnRule(
  'a certificate, arn:aws:acm:REGION:ACCOUNT:certificate/ID',
  'acm',
  `certificate/${id}`,
);

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html */
export const webAclArnRule = arnRule(
  'a regional web ACL, arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID',
  'wafv2',
  `regional/webacl/[\\w-]{1,128}/${id}`,
);

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
export const kmsKeyArnRule = arnRule(
  'a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID',
  'kms',
  `key/(?:${id}|mrk-[0-9a-f]{32})`,
);

/**
 * A managed policy of the account, or one of AWS. IAM is global: its ARNs have no region.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export const policyArnRule = textRule('a managed policy, arn:aws:iam::ACCOUNT:policy/NAME', (text) =>
  /^arn:aws:iam::(?:\d{12}|aws):policy\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/.test(text)
    ? undefined
    : 'is not the ARN of a managed policy',
);

/** Returns the region in an ARN, or nothing when the value is not one. */
export function regionOfArn(arn: unknown): string | undefined {
  return typeof arn === 'string' ? /^arn:aws:\w+:([a-z0-9-]+):/.exec(arn)?.[1] : undefined;
}
