import { ApiGatewayMethodSettings } from '@cdktf/provider-aws/lib/api-gateway-method-settings';
import type { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { z } from 'zod';

import { addressOf, Namespace } from '../stack/address';
import { assertRules, membersRule } from '../rules/rule';
import { deletedLast, retentionRule } from './log-settings';
import { namesInAddress, parseRoute } from './route-name';
import { type Throttling, throttlingSettings } from './throttling';

/** The settings of what a stage does with each call, beside answering it. */
export const methodSettingsSettings = {
  executionLogs: membersRule({
    level: z
      .enum(['error', 'info'])
      .default('error')
      .describe('Which calls are logged: those that fail, or all; never with their bodies.'),
    retentionInDays: retentionRule.describe('Days that the execution logs are kept.'),
  })
    .optional()
    .describe('Execution logs: how API Gateway has answered a call, and why one has failed.')
    .meta({ change: 'that removes it deletes the logs' }),
  metrics: z.boolean().default(false).describe('Whether each method has CloudWatch metrics of its own.'),
  throttling: throttlingSettings
    .optional()
    .describe('How many calls each method answers. The default is the limits of the account.'),
};

export interface MethodSettingsProps extends Readonly<z.output<z.ZodObject<typeof methodSettingsSettings>>> {
  readonly stage: ApiGatewayStage;
  /** Throttling of single routes by name, `GET /orders/{id}`, instead of the stage's. */
  readonly routes: Readonly<Record<string, Throttling>>;
  /**
   * ARN of the KMS key that encrypts the execution logs.
   *
   * @default - CloudWatch's own encryption
   */
  readonly logKmsKeyArn?: string | undefined;
  /** What must exist before API Gateway can write logs. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * What a stage does with each call beside answering it: execution logs, metrics and throttling.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html
 */
export class MethodSettings extends Construct {
  readonly executionLogs: CloudwatchLogGroup | undefined;
  /** The settings of all methods, and of single ones. None when nothing is on. */
  readonly settings: readonly ApiGatewayMethodSettings[];

  constructor(scope: Construct, id: string, props: MethodSettingsProps) {
    super(scope, id);
    assertRules(this, methodSettingsSettings, props);
    const { stage, executionLogs, metrics, throttling, routes, logKmsKeyArn } = props;
    const throttledRoutes = Object.entries(routes);
    if (!executionLogs && !metrics && !throttling && throttledRoutes.length === 0) {
      this.settings = [];
      return;
    }

    this.executionLogs =
      executionLogs &&
      new CloudwatchLogGroup(this, 'execution_logs', {
        // API Gateway writes to the group of this name, and would create it with the first log, kept for ever.
        name: `API-Gateway-Execution-Logs_${stage.restApiId}/${stage.stageName}`,
        retentionInDays: executionLogs.retentionInDays,
        lifecycle: deletedLast,
        ...(logKmsKeyArn !== undefined && { kmsKeyId: logKmsKeyArn }),
      });

    const common = {
      restApiId: stage.restApiId,
      stageName: stage.stageName,
    };
    const settings = (limits: Throttling | undefined) => ({
      loggingLevel: executionLogs ? levels[executionLogs.level] : 'OFF',
      metricsEnabled: metrics,
      // The log would have tokens and bodies in it.
      dataTraceEnabled: false,
      // Explicit, because API Gateway sets limits of its own when it gets only other settings. -1 is none.
      throttlingRateLimit: limits?.rateLimit ?? -1,
      throttlingBurstLimit: limits?.burstLimit ?? -1,
    });
    const all = new ApiGatewayMethodSettings(this, 'Default', {
      ...common,
      methodPath: '*/*',
      settings: settings(throttling),
      dependsOn: [...props.dependsOn, ...(this.executionLogs ? [this.executionLogs] : [])],
    });
    const group = new Namespace(this, 'routes');
    this.settings = throttledRoutes.reduce(
      (previous, [name, limits]) => [
        ...previous,
        new ApiGatewayMethodSettings(group, addressOf(namesInAddress(name)), {
          ...common,
          methodPath: methodPath(name),
          // A method with settings has none of those of all methods, so these are complete.
          settings: settings(limits),
          // Each is a change of the stage, and API Gateway takes one at a time.
          dependsOn: previous.slice(-1),
        }),
      ],
      [all],
    );
  }
}

const levels = { error: 'ERROR', info: 'INFO' } as const;

/**
 * Writes a route as API Gateway names its settings: with `~1` for every slash of the path, also for the first.
 *
 * @throws an error for the verb ANY, for which API Gateway takes no settings
 */
function methodPath(name: string): string {
  const { httpMethod, path } = parseRoute(name);
  if (httpMethod === 'ANY') {
    throw new Error(`${name}: API Gateway has no settings for the verb ANY`);
  }
  return `${path.replaceAll('/', '~1')}/${httpMethod}`;
}
