import { ApiGatewayMethodSettings } from '@cdktf/provider-aws/lib/api-gateway-method-settings';
import type { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { z } from 'zod';

import { kmsKeyArnRule } from '../rules/arn';
import { readProps } from '../rules/check';
import { objectRule } from '../rules/rule';
import { addressOf, Namespace } from '../stack/address';
import { deletedLast, retentionRule } from '../stack/log-settings';
import { namesInAddress, parseRoute } from './route-name';
import { type Throttling, throttlingSettings } from './throttling';

/** The settings of the execution logs, metrics and throttling of a stage. */
export const methodSettings = {
  executionLogs: objectRule({
    level: z
      .enum(['error', 'info'])
      .default('error')
      .describe('Which calls are logged: those that fail, or all; never with their bodies.'),
    retentionInDays: retentionRule.describe('Days that the execution logs are kept. With 0, they never expire.'),
  })
    .optional()
    .describe('Execution logs: the steps of each call, and why a call failed.')
    .meta({ change: 'that removes it deletes the logs' }),
  metrics: z.boolean().default(false).describe('Whether each method has CloudWatch metrics of its own.'),
  throttling: throttlingSettings
    .optional()
    .describe('How many calls each method accepts. The default is the limits of the account.'),
};

const methodSettingsProps = objectRule({ ...methodSettings, logKmsKeyArn: kmsKeyArnRule.optional() });

export interface MethodSettingsProps extends z.input<typeof methodSettingsProps> {
  readonly stage: ApiGatewayStage;
  /**
   * Throttling of single routes by name, `GET /orders/{id}`, instead of that of the stage.
   *
   * @default - none
   */
  readonly routes?: Readonly<Record<string, Throttling>>;
  /**
   * What must exist before API Gateway can write logs.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * The execution logs, metrics and throttling of a stage.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html
 */
export class MethodSettings extends Construct {
  readonly executionLogs: CloudwatchLogGroup | undefined;
  /** The settings of all methods, and of single ones. Empty when nothing is on. */
  readonly settings: readonly ApiGatewayMethodSettings[];

  constructor(scope: Construct, id: string, { stage, routes = {}, dependsOn = [], ...props }: MethodSettingsProps) {
    super(scope, id);
    const { executionLogs, metrics, throttling, logKmsKeyArn } = readProps(this, methodSettingsProps, props);
    const throttledRoutes = Object.entries(routes);
    if (!executionLogs && !metrics && !throttling && throttledRoutes.length === 0) {
      this.settings = [];
      return;
    }

    this.executionLogs =
      executionLogs &&
      new CloudwatchLogGroup(this, 'execution_logs', {
        // API Gateway writes to the group of this name, and would create it with the first log, without an expiration.
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
      // The log would contain tokens and bodies.
      dataTraceEnabled: false,
      // Explicit, because API Gateway sets default limits when it gets only other settings. -1: no limit.
      throttlingRateLimit: limits?.rateLimit ?? -1,
      throttlingBurstLimit: limits?.burstLimit ?? -1,
    });
    const all = new ApiGatewayMethodSettings(this, 'Default', {
      ...common,
      methodPath: '*/*',
      settings: settings(throttling),
      dependsOn: [...dependsOn, ...(this.executionLogs ? [this.executionLogs] : [])],
    });
    const group = new Namespace(this, 'routes');
    this.settings = throttledRoutes.reduce(
      (previous, [name, limits]) => [
        ...previous,
        new ApiGatewayMethodSettings(group, addressOf(namesInAddress(name)), {
          ...common,
          methodPath: methodPath(name),
          // The settings of a method replace those of all methods, so these are complete.
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
 * Returns the name of a route in the settings of API Gateway: with `~1` for every slash of the path.
 *
 * @throws an error for ANY, for which API Gateway has no settings
 */
function methodPath(name: string): string {
  const { httpMethod, path } = parseRoute(name);
  if (httpMethod === 'ANY') {
    throw new Error(`${name}: API Gateway cannot throttle ANY; throttle each HTTP method`);
  }
  return `${path.replaceAll('/', '~1')}/${httpMethod}`;
}
