import { z } from 'zod';

import { objectRule, type Problem, type ValidParts } from '../rules/rule';

const takeoverAction = z.enum(['none', 'mfaIfConfigured', 'mfaRequired', 'block']);

/** What happens at a sign-in that can be a takeover of the account. The defaults are those of the console. */
export const accountTakeoverSettings = objectRule({
  low: takeoverAction.default('none').describe('What happens at a low risk.'),
  medium: takeoverAction.default('mfaIfConfigured').describe('What happens at a medium risk.'),
  high: takeoverAction.default('block').describe('What happens at a high risk.'),
  notify: z.boolean().default(false).describe('Whether the user gets an email about each risk.'),
});

/** What a user pool does at a risk. */
export const riskConfigurationSettings = objectRule(
  {
    compromisedCredentials: z
      .enum(['none', 'block'])
      .optional()
      .describe('Whether a password that is known from other services is blocked. Without it, Cognito decides.'),
    accountTakeover: accountTakeoverSettings
      .optional()
      .describe(
        'What happens at a sign-in that can be a takeover of the account: nothing, a second factor for users who have one (`mfaIfConfigured`) or for all (`mfaRequired`), or a block. It requires `userPool.email`.',
      ),
  },
  (_members, given) =>
    given.length === 0 ? [{ path: [], problem: 'requires compromisedCredentials or accountTakeover' }] : [],
);

/** Finds what a risk configuration needs of the other settings of its user pool. */
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
