import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { readProps } from '../rules/check';
import { deletedLast } from '../stack/log-settings';
import { webAclName, webAclSettings } from './web-acl-settings';

export interface WebAclProps extends z.input<typeof webAclSettings> {
  /** Name of the user pool or the API. It starts the name of the web ACL. */
  readonly name: string;
  /** What it protects, which ends its name. Rules that would block valid requests to it only count. */
  readonly protects: keyof typeof exceptions;
  /**
   * KMS key that encrypts the log.
   *
   * @default - the encryption of CloudWatch
   */
  readonly logKmsKeyArn?: string | undefined;
}

/**
 * The managed rule groups, in the order in which AWS WAF evaluates them.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const ruleGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];

/**
 * Rules of the common rule set that only count.
 *
 * A login gets callback URLs of this machine and of IP addresses, long states, responses of identity providers, and requests
 * of programs. An API gets bodies up to 10 MB.
 */
const exceptions = {
  login: [
    ...['EC2MetaDataSSRF_BODY', 'EC2MetaDataSSRF_QUERYARGUMENTS', 'GenericRFI_BODY', 'GenericRFI_QUERYARGUMENTS'],
    ...['NoUserAgent_HEADER', 'SizeRestrictions_BODY', 'SizeRestrictions_QUERYSTRING'],
  ],
  api: ['SizeRestrictions_BODY'],
} as const;

/** A web ACL of AWS WAF with AWS's managed rules and a rate limit, and the log of what they match. */
export class WebAcl extends Construct {
  readonly webAcl: Wafv2WebAcl;
  readonly logGroup: CloudwatchLogGroup;
  readonly logging: Wafv2WebAclLoggingConfiguration;

  constructor(scope: Construct, id: string, { name: given, protects, logKmsKeyArn, ...props }: WebAclProps) {
    super(scope, id);
    const { action, requestsPerFiveMinutes, logRetentionInDays } = readProps(this, webAclSettings, props);
    const name = webAclName(given, protects);
    const visibilityConfig = (metricName: string) => ({
      cloudwatchMetricsEnabled: true,
      metricName,
      // Samples would show tokens and codes.
      sampledRequestsEnabled: false,
    });
    this.webAcl = new Wafv2WebAcl(this, 'Default', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rule: [
        {
          name: 'requests-per-address',
          priority: 0,
          action: { [action]: {} },
          statement: {
            rate_based_statement: {
              aggregate_key_type: 'IP',
              limit: requestsPerFiveMinutes,
              evaluation_window_sec: 300,
            },
          },
          visibilityConfig: visibilityConfig('requests-per-address'),
        },
        ...ruleGroups.map((group, index) => ({
          name: group,
          priority: index + 1,
          overrideAction: action === 'count' ? { count: {} } : { none: {} },
          statement: {
            managed_rule_group_statement: {
              vendor_name: 'AWS',
              name: group,
              ...(group === 'AWSManagedRulesCommonRuleSet' && {
                rule_action_override: exceptions[protects].map((rule) => ({
                  name: rule,
                  action_to_use: { count: {} },
                })),
              }),
            },
          },
          visibilityConfig: visibilityConfig(group),
        })),
      ],
      visibilityConfig: visibilityConfig(name),
    });
    this.logGroup = new CloudwatchLogGroup(this, 'logs', {
      // AWS WAF requires the prefix.
      name: `aws-waf-logs-${name}`,
      retentionInDays: logRetentionInDays,
      lifecycle: deletedLast,
      ...(logKmsKeyArn !== undefined && { kmsKeyId: logKmsKeyArn }),
    });
    this.logging = new Wafv2WebAclLoggingConfiguration(this.webAcl, 'Default', {
      resourceArn: this.webAcl.arn,
      logDestinationConfigs: [this.logGroup.arn],
      // They contain tokens, codes and session cookies.
      redactedFields: [
        { singleHeader: { name: 'authorization' } },
        { singleHeader: { name: 'cookie' } },
        { queryString: {} },
      ],
      // Requests that match no rule are not logged.
      loggingFilter: {
        defaultBehavior: 'DROP',
        filter: [
          {
            behavior: 'KEEP',
            requirement: 'MEETS_ANY',
            condition: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((each) => ({ actionCondition: { action: each } })),
          },
        ],
      },
    });
  }

  get arn(): string {
    return this.webAcl.arn;
  }
}
