import { z } from 'zod';

import { kmsKeyArnRule, webAclArnRule } from '../rules/arn';
import { findTwoWebAcls, webAclRule } from '../waf/web-acl-settings';
import { charactersRule, illegalCharacter, lengthProblem, objectRule, stringRule } from '../rules/rule';
import { findRiskConflicts, riskConfigurationSettings } from './risk-configuration-settings';
import { eventVersionOf, triggerSettings } from './trigger-settings';
import { attributesRule } from './user-attributes';
import { userEventLogsSettings } from './user-event-logs';
import { userPoolEmailSettings } from './user-pool-email';

/** A character of a name. Cognito allows only the white space of ASCII. */
export const nameCharacter = /^[\w \t\n\v\f\r+=,.@-]$/;

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html */
export const cognitoNameRule = charactersRule('letters, digits, spaces and _ + = , . @ -', {
  legal: nameCharacter,
  max: 128,
});

/** A character of a message. Here as well, only the white space of ASCII is allowed. */
const messageCharacter = /^[\p{L}\p{M}\p{S}\p{N}\p{P} \t\n\v\f\r]$/u;

/**
 * The email with the code that verifies the address of a new user.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerificationMessageTemplateType.html
 */
const verificationEmailSettings = objectRule({
  subject: charactersRule('letters, marks, symbols, digits, punctuation and spaces', {
    legal: messageCharacter,
    max: 140,
  })
    .default('You need to verify your email')
    .describe('Subject of the email with the verification code.'),
  message: stringRule(
    '6 to 20000 letters, marks, symbols, digits, punctuation and spaces, with {####} where Cognito puts the code',
    (message) =>
      lengthProblem(message, 6, 20_000) ??
      illegalCharacter(message, messageCharacter) ??
      (message.includes('{####}') ? undefined : 'must contain {####}'),
  )
    .default('Thanks for signing up Your verification code is {####}')
    .describe('Body of that email. Cognito replaces `{####}` with the code.'),
});

/**
 * What a password must have. The defaults are those of Cognito.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html
 */
const passwordPolicySettings = objectRule({
  minimumLength: z.int().min(6).max(99).default(8).describe('Minimum number of characters in a password.'),
  requireLowercase: z.boolean().default(true).describe('Whether a password must have a lowercase letter.'),
  requireUppercase: z.boolean().default(true).describe('Whether a password must have an uppercase letter.'),
  requireNumbers: z.boolean().default(true).describe('Whether a password must have a digit.'),
  requireSymbols: z.boolean().default(true).describe('Whether a password must have a special character.'),
  passwordHistorySize: z
    .int()
    .min(0)
    .max(24)
    .default(0)
    .describe('Number of previous passwords that a user cannot set again. 0 allows all.'),
  temporaryPasswordValidityDays: z
    .int()
    .min(1)
    .max(365)
    .default(7)
    .describe('Days in which a user whom an administrator has added must sign in.'),
});

const replacesUserPool = 'replaces the user pool: all users are lost';

const tierRule = z.enum(['LITE', 'ESSENTIALS', 'PLUS']);

export type Tier = z.output<typeof tierRule>;

/**
 * The settings of a user pool.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
 */
export const userPoolSettings = objectRule(
  {
    name: cognitoNameRule
      .default('awesome-cognito-user-pool')
      .describe('Name of the user pool.')
      .meta({ change: replacesUserPool }),
    deletionProtection: z
      .boolean()
      .default(false)
      .describe('Whether AWS and Terraform reject the deletion of the user pool.'),
    signIn: z
      .enum(['email', 'username'])
      .default('email')
      .describe(
        'Whether users sign in with their email address, or with a user name that they choose at the sign-up. With `username`, the email address is a required attribute, and several users can have the same.',
      )
      .meta({ change: replacesUserPool }),
    attributes: attributesRule
      .default({})
      .describe(
        'Attributes of users by name: `custom:` and a name of your own, or a standard attribute that is required or immutable.',
      ),
    selfSignUpEnabled: z.boolean().default(true).describe('Whether users can sign themselves up.'),
    passwordPolicy: passwordPolicySettings
      .optional()
      .describe('What a password must have. Without it, the default of Cognito applies: 8 characters of four classes.'),
    mfa: z
      .enum(['off', 'optional', 'required'])
      .default('off')
      .describe('Whether users sign in with a second factor: a one-time password of an authenticator app (TOTP).'),
    tier: tierRule
      .optional()
      .describe('Feature plan, which determines the price. Without it, a new user pool has ESSENTIALS.'),
    threatProtection: z
      .enum(['off', 'audit', 'enforced'])
      .default('off')
      .describe('Whether Cognito logs suspicious sign-ins (`audit`) or also blocks them (`enforced`).'),
    riskConfiguration: riskConfigurationSettings
      .optional()
      .describe('What Cognito does at a risk, if `threatProtection` is `enforced`. Without it, Cognito decides.'),
    userEventLogs: userEventLogsSettings
      .optional()
      .describe(
        'Log of sign-ups and sign-ins, with the risk of each. It requires `threatProtection`, and provider 6.5.0.',
      )
      .meta({ change: 'that removes it deletes the log' }),
    caseSensitive: z
      .boolean()
      .optional()
      .describe('Whether email addresses or user names that differ in case are different users. Without it, they are.')
      .meta({ change: replacesUserPool }),
    email: userPoolEmailSettings
      .optional()
      .describe('Sends emails with Amazon SES. Without it, Cognito sends at most 50 emails a day for an account.'),
    verificationEmail: verificationEmailSettings.prefault({}),
    triggers: triggerSettings
      .optional()
      .describe('Lambda triggers: functions that Cognito invokes at a sign-up, a sign-in, an email or a token.')
      .meta({ change: 'that removes it deletes the functions and their logs' }),
    logKmsKeyArn: kmsKeyArnRule
      .optional()
      .describe(
        'KMS key that encrypts the logs of the user pool, of its web ACL and of its triggers. Its policy must allow `logs.REGION.amazonaws.com` to use it.',
      ),
    webAcl: webAclRule
      .optional()
      .describe(
        "Web ACL of AWS WAF for the hosted login and the API of the user pool, with AWS's managed rules, a rate limit and a log: whether it counts or blocks requests. AWS bills it.",
      )
      .meta({ change: 'that removes it deletes its log' }),
    webAclArn: webAclArnRule
      .optional()
      .describe('Web ACL of AWS WAF in the same region, which protects the hosted login and the API of the user pool.'),
  },
  ({ tier, threatProtection = 'off', passwordPolicy, triggers, riskConfiguration, mfa = 'off' }, given) => [
    ...(threatProtection === 'off' ? ['riskConfiguration', 'userEventLogs'] : [])
      .filter((name) => given.includes(name))
      .map((name) => ({ path: [name], problem: 'requires "threatProtection": "audit" or "enforced"' })),
    ...findRiskConflicts(riskConfiguration, given, mfa),
    ...findTwoWebAcls(given),
    ...(threatProtection !== 'off' && tier !== 'PLUS'
      ? [{ path: ['threatProtection'], problem: 'requires "tier": "PLUS"' }]
      : []),
    ...((passwordPolicy?.passwordHistorySize ?? 0) > 0 && tier === 'LITE'
      ? [{ path: ['passwordPolicy', 'passwordHistorySize'], problem: requiresTierAboveLite }]
      : []),
    ...(tier === 'LITE' && eventVersionOf(triggers?.preTokenGeneration) !== 'V1_0'
      ? [{ path: ['triggers', 'preTokenGeneration', 'eventVersion'], problem: requiresTierAboveLite }]
      : []),
  ],
);

export const requiresTierAboveLite = 'requires the tier ESSENTIALS or PLUS';
