import type { z } from 'zod';

import { apiGatewaySettings } from '../api-gateway/api-gateway-settings';
import { cognitoSettings } from '../cognito/cognito-settings';
import { userPoolSettings } from '../cognito/user-pool-settings';
import { userPoolArnRule } from '../rules/arn';
import { awsStackSettings } from '../stack/aws-stack-settings';

/** Every setting with its rule, its default and its meaning. The defaults are the reference. */
export const settingsRule = awsStackSettings.extend({
  ...cognitoSettings,
  userPool: userPoolSettings
    .safeExtend({
      arn: userPoolArnRule
        .optional()
        .describe('ARN of an existing user pool. There is then no CognitoStack, and its settings do not apply.'),
    })
    .prefault({}),
  ...apiGatewaySettings,
});

/** The settings of one environment, with every default filled in. */
export type Settings = z.output<typeof settingsRule>;

/** The settings of the reference. */
export const defaultSettings: Settings = settingsRule.parse({});
