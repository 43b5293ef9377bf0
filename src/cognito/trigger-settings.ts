import { z } from 'zod';

import { handlerRule, lambdaSettings } from '../lambda/lambda-settings';
import { objectRule } from '../rules/rule';

/** The seconds that Cognito waits. */
export const longestTimeout = 5;

const functionSettings = lambdaSettings.extend({
  timeout: z
    .int()
    .min(1)
    .max(longestTimeout)
    .default(longestTimeout)
    .describe(`Maximum seconds that Cognito waits, including a cold start. It waits ${longestTimeout} at most.`),
});

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PreTokenGenerationVersionConfigType.html */
const tokenFunctionSettings = functionSettings.extend({
  eventVersion: z
    .enum(['V1_0', 'V2_0', 'V3_0'])
    .default('V1_0')
    .describe(
      'Event of the function. `V1_0` changes the ID token, `V2_0` the access token as well, `V3_0` also that of a machine. The last two require a tier above `LITE`.',
    ),
});

const trigger = (when: string) =>
  z
    .union([handlerRule, functionSettings])
    .optional()
    .describe(`${when} The file of its handler, or an object with more settings.`)
    .meta({ change: 'that removes it deletes the function and its logs' });

const challenges = 'custom authentication challenges are not supported';
const senders = 'custom senders are not supported: use customMessage';

/**
 * The settings of the Lambda triggers of a user pool, by name.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export const triggerSettings = objectRule({
  preSignUp: trigger('Before a user is added: confirms or verifies the user, or rejects the sign-up.'),
  postConfirmation: trigger('After a user has confirmed the account or reset the password.'),
  preAuthentication: trigger('Before the password is checked: can reject the sign-in.'),
  postAuthentication: trigger('After a sign-in.'),
  preTokenGeneration: z
    .union([handlerRule, tokenFunctionSettings])
    .optional()
    .describe(
      'Before tokens are issued: adds and removes claims and scopes. The file of its handler, or an object with more settings.',
    )
    .meta({ change: 'that removes it deletes the function and its logs, and is rejected while other triggers stay' }),
  customMessage: trigger('Before an email is sent: sets its subject and its message.'),
  userMigration: trigger('At the sign-in or forgotten password of an unknown user: can add the user.'),
}).meta({
  rejected: {
    createAuthChallenge: challenges,
    defineAuthChallenge: challenges,
    verifyAuthChallengeResponse: challenges,
    customEmailSender: senders,
    customSMSSender: senders,
    customSmsSender: senders,
    inboundFederation: 'the inbound federation trigger is not supported',
  },
});

export type TriggerSettings = z.output<typeof triggerSettings>;

export type TriggerName = keyof TriggerSettings;

/** The settings of the function of one trigger. */
export type TriggerFunction = z.input<typeof functionSettings>;

/** Returns the version of the event that a pre token generation trigger gets. */
export function eventVersionOf(trigger: string | { readonly eventVersion?: string | undefined } | undefined): string {
  return (typeof trigger === 'object' ? trigger.eventVersion : undefined) ?? 'V1_0';
}
