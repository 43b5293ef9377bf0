import { isRegion } from './region';
import { isToken, type Problem, stringRule, type StringRule } from './rule';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const kmsKeyId = `(?:${uuid}|mrk-[0-9a-f]{32})`;

/** Returns the pattern of the ARN of a resource in a region of the partition `aws`; the first group is the region. */
function arnPattern(service: string, resource: string): RegExp {
  return new RegExp(`^arn:aws:${service}:([a-z0-9-]+):\\d{12}:${resource}$`);
}

/**
 * Defines a rule about the ARN of a resource.
 *
 * @param what the kind of resource, with an article
 * @param form the form of the ARN, which is shown as allowed
 */
function arnRule(what: string, form: string, pattern: RegExp): StringRule {
  return stringRule(form, (arn) =>
    isRegion(pattern.exec(arn)?.[1] ?? '') ? undefined : `must be the ARN of ${what} in a known region`,
  );
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html */
export const certificateArnRule = arnRule(
  'an ACM certificate',
  'arn:aws:acm:REGION:ACCOUNT:certificate/ID',
  arnPattern('acm', `certificate/${uuid}`),
);

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html */
export const webAclArnRule = arnRule(
  'a regional web ACL',
  'arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID',
  arnPattern('wafv2', `regional/webacl/[\\w-]{1,128}/${uuid}`),
);

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
export const kmsKeyArnRule = arnRule(
  'a KMS key',
  'arn:aws:kms:REGION:ACCOUNT:key/ID',
  arnPattern('kms', `key/${kmsKeyId}`),
);

/** @see https://developer.hashicorp.com/terraform/language/backend/s3#kms_key_id */
export const kmsKeyRule = stringRule('the ID or the ARN of a KMS key, not an alias', (key) =>
  new RegExp(`^${kmsKeyId}$`).test(key) || kmsKeyArnRule.safeParse(key).success
    ? undefined
    : 'must be the ID or the ARN of a KMS key',
);

/**
 * A managed policy of the account, or one of AWS. IAM is global: its ARNs have no region.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export const policyArnRule = stringRule('arn:aws:iam::ACCOUNT:policy/NAME', (arn) => {
  const [, path] = /^arn:aws:iam::(?:\d{12}|aws):policy(\/(?:[\w+=,.@-]+\/)*)[\w+=,.@-]{1,128}$/.exec(arn) ?? [];
  return path === undefined || path.length > 512 ? 'must be the ARN of a managed policy' : undefined;
});

const userPoolArn = arnPattern('cognito-idp', 'userpool/([a-z0-9-]+)_[0-9A-Za-z]+');

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html */
export const userPoolArnRule = stringRule(
  'arn:aws:cognito-idp:REGION:ACCOUNT:userpool/REGION_ID',
  (arn) => {
    const [, region = '', poolRegion] = userPoolArn.exec(arn) ?? [];
    if (!isRegion(region)) {
      return 'must be the ARN of a user pool in a known region';
    }
    return poolRegion === region ? undefined : `must have the region ${region} in the ID of the user pool`;
  },
  { isKnown: true },
);

const sesIdentityArn = arnPattern('ses', 'identity/((?:[^\\s@/]+@)?[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+)');

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html */
export const sesIdentityArnRule = arnRule(
  'an SES identity',
  'arn:aws:ses:REGION:ACCOUNT:identity/IDENTITY, with a domain or an email address',
  sesIdentityArn,
);

/** Returns the domain or the email address of an SES identity, in lower case. */
export function identityOf(sesIdentity: string): string | undefined {
  return sesIdentityArn.exec(sesIdentity)?.[2]?.toLowerCase();
}

/** ARN of a topic of Amazon SNS; not of a FIFO topic, which gets no alarms. */
export const topicArn = arnPattern('sns', '[\\w-]{1,256}');

/** ARN of a parameter of AWS Systems Manager. */
export const parameterArn = arnPattern('ssm', 'parameter/[\\w.\\-/]+');

/** ARN of a secret of AWS Secrets Manager. */
export const secretArn = arnPattern('secretsmanager', 'secret:[\\w/+=.@-]+');

/**
 * Finds an ARN in another region, which AWS rejects at apply, after other resources have been created.
 *
 * @param regions the regions that are allowed
 */
export function findOtherRegion(
  path: readonly string[],
  arn: string | undefined,
  regions: readonly (string | undefined)[],
): Problem[] {
  const known = regions.filter((region) => region !== undefined);
  const region = arn?.split(':')[3];
  return region === undefined || known.length < regions.length || isToken(arn) || known.includes(region)
    ? []
    : [{ path, problem: `must be in ${[...new Set(known)].join(', ')}` }];
}
