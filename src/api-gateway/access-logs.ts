import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import type { z } from 'zod';

import { assertRules, membersRule } from '../rules/rule';
import { deletedLast, retentionRule } from './log-settings';

/** The settings of a stage's access logs. */
export const accessLogsSettings = membersRule({
  retentionInDays: retentionRule.describe('Days that the access logs are kept.'),
});

export interface AccessLogsProps extends Readonly<z.output<typeof accessLogsSettings>> {
  /** Name of the REST API. */
  readonly restApiName: string;
  readonly stageName: string;
  /**
   * ARN of the KMS key that encrypts the logs.
   *
   * @default - CloudWatch's own encryption
   */
  readonly logKmsKeyArn?: string | undefined;
}

/** The log group to which a stage writes one line of JSON for each call. */
export class AccessLogs extends Construct {
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id);
    assertRules(this, accessLogsSettings.shape, props);
    const { restApiName, stageName, retentionInDays, logKmsKeyArn } = props;
    this.logGroup = new CloudwatchLogGroup(this, 'Default', {
      name: accessLogGroupName(restApiName, stageName),
      retentionInDays,
      lifecycle: deletedLast,
      ...(logKmsKeyArn !== undefined && { kmsKeyId: logKmsKeyArn }),
    });
  }

  /** The argument of the stage that writes to these logs. */
  get settings(): { destinationArn: string; format: string } {
    return { destinationArn: this.logGroup.arn, format };
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export function accessLogGroupName(restApiName: string, stageName: string): string {
  return `/aws/apigateway/${restApiName.replace(/[^\w.#-]/g, '-').slice(0, 300)}/${stageName}`;
}

/**
 * The line of a call, without its query string, its headers, and the values of its path variables.
 *
 * These can be codes, tokens, or what breaks the JSON: API Gateway inserts the values as they are.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const format = JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  httpMethod: '$context.httpMethod',
  resourcePath: '$context.resourcePath',
  status: '$context.status',
  errorResponseType: '$context.error.responseType',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  clientId: '$context.authorizer.claims.client_id',
  sub: '$context.authorizer.claims.sub',
});
