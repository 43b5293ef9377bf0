import { z } from 'zod';

import { objectRule, type Problem, type ValidParts } from '../rules/rule';

const takeoverAction = z.enum(['none', 'mfaIfConfigured', 'mfaRequired', 'block']);

/** What a user pool does at a sign-in that can be an account takeover, by risk level. The defaults are those of the console. */
export const accountTakeoverSettings = objectRule({
  low: takeoverAction.default('none').describe('What happens at low risk.'),
  medium: takeoverAction.default('mfaIfConfigured').describe('What happens at medium risk.'),
  high: takeoverAction.default('block').describe('What happens at high risk.'),
  notify: z.boolean().default(false).describe('Whether the user gets an email about each of these sign-ins.'),
});

/** What a user pool with threat protection does about compromised passwords and account takeovers. */
export const riskConfigurationSettings = objectRule(
  {
    compromisedCredentials: z
      .enum(['none', 'block'])
      .optional()
      .describe(
        'What happens at a sign-in with a password that is known to be compromised: nothing, or a block. Without it, Cognito decides.',
      ),
    accountTakeover: accountTakeoverSettings
      .optional()
      .describe(
        'What happens at a sign-in that can be an account takeover: nothing, a second factor for users who have one (`mfaIfConfigured`) or for all (`mfaRequired`), or a block. It requires `userPool.email`.',
      ),
  },
  (_members, given) =>
    given.length === 0 ? [{ path: [], problem: 'requires compromisedCredentials or accountTakeover' }] : [],
);

/** Finds settings that a risk configuration requires of its user pool. */
export function findRiskConflicts(
  risk: ValidParts<z.output<typeof riskConfigurationSettings>> | undefined,
  given: readonly string[],
  mfa: string,
): Problem[] {
  const { accountTakeover: takeover } = risk ?? {};
  if (!takeover) {
    return [];
  }
  const path = ['riskConfiguration', 'accountTakeover'];
  return [
    ...(given.includes('email')
      ? []
      : [{ path, problem: 'requires userPool.email, whose identity sends notifications' }]),
    ...(['low', 'medium', 'high'] as const)
      .filter((level) => mfa === 'off' && takeover[level]?.startsWith('mfa'))
      .map((level) => ({ path: [...path, level], problem: 'requires "mfa": "optional" or "required"' })),
  ];
}
