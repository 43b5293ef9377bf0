import { z } from 'zod';

import { webAclArnRule } from '../rules/arn';
import { charactersRule, illegalCharacter, isObject, membersRule, type Problem, textRule } from '../rules/rule';
import { userPoolArnRule } from './existing-user-pool';
import { findSenderConflict, userPoolEmailSettings } from './user-pool-email';

/** A character of a name. Cognito allows only the white space of ASCII. */
export const nameCharacter = /^[\w \t\n\v\f\r+=,.@-]$/;

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html */
export const cognitoNameRule = charactersRule('letters, digits, spaces and _ + = , . @ -', {
  legal: nameCharacter,
  max: 128,
});

const messageCharacter = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\s]$/u;

/**
 * The e-mail with the code that verifies the address of a new user.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerificationMessageTemplateType.html
 */
const verificationEmailSettings = membersRule({
  subject: charactersRule('letters, marks, symbols, digits, punctuation and spaces', {
    legal: messageCharacter,
    max: 140,
  })
    .default('You need to verify your email')
    .describe('Subject of the e-mail with the verification code.'),
  message: textRule(
    '6 to 20000 letters, marks, symbols, digits, punctuation and spaces, with {####} where Cognito puts the code',
    (message) => {
      if (message.length < 6 || message.length > 20_000) {
        return `is ${message.length} characters long`;
      }
      return (
        illegalCharacter(message, messageCharacter) ??
        (message.includes('{####}') ? undefined : 'has no {####} for the code')
      );
    },
  )
    .default('Thanks for signing up Your verification code is {####}')
    .describe('Body of that e-mail. Cognito replaces `{####}` with the code.'),
});

/**
 * What a password must have. The defaults are Cognito's own.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html
 */
const passwordPolicySettings = membersRule({
  minimumLength: z.int().min(6).max(99).default(8).describe('Characters that a password must have at least.'),
  requireLowercase: z.boolean().default(true).describe('Whether a password must have a lowercase letter.'),
  requireUppercase: z.boolean().default(true).describe('Whether a password must have an uppercase letter.'),
  requireNumbers: z.boolean().default(true).describe('Whether a password must have a digit.'),
  requireSymbols: z.boolean().default(true).describe('Whether a password must have a special character.'),
  passwordHistorySize: z
    .int()
    .min(0)
    .max(24)
    .default(0)
    .describe('Number of earlier passwords that a user cannot set again; 0 allows all.'),
  temporaryPasswordValidityDays: z
    .int()
    .min(1)
    .max(365)
    .default(7)
    .describe('Days in which a user whom an administrator has added must sign in.'),
});

const replacesUserPool = 'replaces the user pool: all users are lost';

/** The settings of the user pool. */
export const userPoolSettings = membersRule({
  arn: userPoolArnRule
    .optional()
    .describe('ARN of a user pool that exists already. CognitoStack and the settings of a pool then do not apply.'),
  name: cognitoNameRule
    .default('awesome-cognito-user-pool')
    .describe('Name of the user pool.')
    .meta({ change: replacesUserPool }),
  deletionProtection: z.boolean().default(false).describe('Whether AWS and Terraform refuse to delete the user pool.'),
  selfSignUpEnabled: z.boolean().default(true).describe('Whether users can sign themselves up.'),
  passwordPolicy: passwordPolicySettings
    .optional()
    .describe(
      "What a password must have. Without it, Cognito's default applies, which is 8 characters of four classes.",
    ),
  mfa: z
    .enum(['off', 'optional', 'required'])
    .default('off')
    .describe('Whether users sign in with a second factor: a one-time password of an authenticator app (TOTP).'),
  tier: z
    .enum(['LITE', 'ESSENTIALS', 'PLUS'])
    .optional()
    .describe('Feature plan, which decides about the price. Without it, a new pool has ESSENTIALS.'),
  threatProtection: z
    .enum(['off', 'audit', 'enforced'])
    .default('off')
    .describe('Whether Cognito records suspicious sign-ins (`audit`) or also acts on them (`enforced`).'),
  caseSensitive: z
    .boolean()
    .optional()
    .describe('Whether the case of an e-mail address matters at the sign-in. Without it, it does.')
    .meta({ change: replacesUserPool }),
  email: userPoolEmailSettings
    .optional()
    .describe('Amazon SES as the sender of e-mails. Without it, Cognito sends them itself: 50 a day in an account.'),
  verificationEmail: verificationEmailSettings.prefault({}),
  webAclArn: webAclArnRule
    .optional()
    .describe('Web ACL of AWS WAF that protects the hosted login and the API of the user pool, in its region.'),
});

export type UserPoolSettings = z.output<typeof userPoolSettings>;

/**
 * Finds settings of the user pool that do not go together; ignores values that break a rule of their own.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
 */
export function findUserPoolConflicts(userPool: Readonly<Record<string, unknown>>): Problem[] {
  const { tier, threatProtection, passwordPolicy, email } = userPool;
  const historySize = isObject(passwordPolicy) ? passwordPolicy.passwordHistorySize : undefined;
  return [
    ...((threatProtection === 'audit' || threatProtection === 'enforced') && tier !== 'PLUS'
      ? [
          {
            path: ['threatProtection'],
            problem: 'needs the tier PLUS',
            got: threatProtection,
            allowed: 'off, or another with "tier": "PLUS"',
          },
        ]
      : []),
    ...(typeof historySize === 'number' && historySize > 0 && tier === 'LITE'
      ? [
          {
            path: ['passwordPolicy', 'passwordHistorySize'],
            problem: 'needs a tier above LITE',
            got: historySize,
            allowed: '0, or another with "tier": "ESSENTIALS" or "PLUS"',
          },
        ]
      : []),
    ...(isObject(email) ? findSenderConflict(email) : []).map((problem) => ({
      ...problem,
      path: ['email', ...problem.path],
    })),
  ];
}
