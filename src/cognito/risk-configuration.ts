import { CognitoRiskConfiguration } from '@cdktf/provider-aws/lib/cognito-risk-configuration';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { readProps } from '../rules/check';
import { type accountTakeoverSettings, riskConfigurationSettings } from './risk-configuration-settings';
import { type UserPoolEmail } from './user-pool-email';

export interface RiskConfigurationProps extends z.input<typeof riskConfigurationSettings> {
  readonly userPoolId: string;
  /** Sender of the notifications. `accountTakeover` requires it. */
  readonly email?: UserPoolEmail | undefined;
}

/**
 * What a user pool with threat protection does about compromised passwords and account takeovers.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html
 */
export class RiskConfiguration extends Construct {
  readonly riskConfiguration: CognitoRiskConfiguration;

  constructor(scope: Construct, id: string, { userPoolId, email, ...props }: RiskConfigurationProps) {
    super(scope, id);
    const { compromisedCredentials, accountTakeover } = readProps(this, riskConfigurationSettings, props);
    this.riskConfiguration = new CognitoRiskConfiguration(this, 'Default', {
      userPoolId,
      ...(compromisedCredentials && {
        compromisedCredentialsRiskConfiguration: {
          actions: { eventAction: compromisedCredentials === 'block' ? 'BLOCK' : 'NO_ACTION' },
        },
      }),
      ...(accountTakeover && {
        accountTakeoverRiskConfiguration: {
          actions: actionsOf(accountTakeover),
          // The provider requires it before 6.9.0.
          ...(email && {
            notifyConfiguration: {
              sourceArn: email.identityArn,
              from: email.from,
              ...(email.replyTo !== undefined && { replyTo: email.replyTo }),
            },
          }),
        },
      }),
    });
  }
}

const eventActions = {
  none: 'NO_ACTION',
  mfaIfConfigured: 'MFA_IF_CONFIGURED',
  mfaRequired: 'MFA_REQUIRED',
  block: 'BLOCK',
} as const;

function actionsOf({ notify, ...levels }: z.output<typeof accountTakeoverSettings>) {
  return Object.fromEntries(
    Object.entries(levels).map(([level, action]) => [`${level}Action`, { eventAction: eventActions[action], notify }]),
  );
}
