import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import type { z } from 'zod';

import { kmsKeyArnRule } from '../rules/arn';
import { readProps } from '../rules/check';
import { objectRule } from '../rules/rule';
import { deletedLast, retentionRule } from '../stack/log-settings';

/** The settings of the access logs of a stage. */
export const accessLogsSettings = objectRule({
  retentionInDays: retentionRule.describe('Days that the access logs are kept. With 0, they never expire.'),
});

const accessLogsProps = accessLogsSettings.extend({ logKmsKeyArn: kmsKeyArnRule.optional() });

export interface AccessLogsProps extends z.input<typeof accessLogsProps> {
  /** Name of the REST API. */
  readonly restApiName: string;
  readonly stageName: string;
}

/** The log group to which a stage writes one line of JSON for each call. */
export class AccessLogs extends Construct {
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, { restApiName, stageName, ...props }: AccessLogsProps) {
    super(scope, id);
    const { retentionInDays, logKmsKeyArn } = readProps(this, accessLogsProps, props);
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
 * These can contain codes, tokens, and characters that break the JSON: API Gateway does not escape values.
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
