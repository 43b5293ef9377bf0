import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { CognitoLogDeliveryConfiguration } from '@cdktf/provider-aws/lib/cognito-log-delivery-configuration';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { kmsKeyArnRule } from '../rules/arn';
import { readProps } from '../rules/check';
import { objectRule } from '../rules/rule';
import { deletedLast, retentionRule } from '../stack/log-settings';

/** The settings of the log of user events. */
export const userEventLogsSettings = objectRule({
  retentionInDays: retentionRule.describe('Days that the log is kept. With 0, it never expires.'),
});

const userEventLogsProps = userEventLogsSettings.extend({ logKmsKeyArn: kmsKeyArnRule.optional() });

export interface UserEventLogsProps extends z.input<typeof userEventLogsProps> {
  readonly userPoolId: string;
  readonly userPoolName: string;
}

/**
 * The log of users' sign-ups and sign-ins, with the risk of each.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/exporting-quotas-and-usage.html
 */
export class UserEventLogs extends Construct {
  readonly logGroup: CloudwatchLogGroup;
  readonly delivery: CognitoLogDeliveryConfiguration;

  constructor(scope: Construct, id: string, { userPoolId, userPoolName, ...props }: UserEventLogsProps) {
    super(scope, id);
    const { retentionInDays, logKmsKeyArn } = readProps(this, userEventLogsProps, props);
    this.logGroup = new CloudwatchLogGroup(this, 'Default', {
      name: userEventLogGroupName(userPoolName),
      retentionInDays,
      lifecycle: deletedLast,
      ...(logKmsKeyArn !== undefined && { kmsKeyId: logKmsKeyArn }),
    });
    this.delivery = new CognitoLogDeliveryConfiguration(this.logGroup, 'Default', {
      userPoolId,
      logConfigurations: [
        {
          eventSource: 'userAuthEvents',
          logLevel: 'INFO',
          cloudWatchLogsConfiguration: [{ logGroupArn: this.logGroup.arn }],
        },
      ],
    });
  }
}

/** AWS has no resource policy for each log group with this prefix. The number and the length of the policies are limited. */
export function userEventLogGroupName(userPoolName: string): string {
  return `/aws/vendedlogs/cognito/${userPoolName.replace(/[^\w.-]/g, '-')}/user-events`;
}
