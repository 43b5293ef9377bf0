import { z } from 'zod';

import { UserPoolError } from './user-pool-error';

/**
 * The password policy of a user pool. The default is Cognito's, for a pool without a policy.
 *
 * A policy requires only what it sets.
 */
export const passwordPolicySchema = z
  .object({
    minimum_length: z.number().default(8),
    require_lowercase: z.boolean().default(false),
    require_uppercase: z.boolean().default(false),
    require_numbers: z.boolean().default(false),
    require_symbols: z.boolean().default(false),
    password_history_size: z.number().default(0),
    temporary_password_validity_days: z.number().default(0),
  })
  .default({
    minimum_length: 8,
    require_lowercase: true,
    require_uppercase: true,
    require_numbers: true,
    require_symbols: true,
    password_history_size: 0,
    temporary_password_validity_days: 0,
  });

export type PasswordPolicy = z.output<typeof passwordPolicySchema>;

/** Characters that Cognito counts as special, including a space that is neither first nor last. */
const symbols = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?!^) (?!$)/;

const maximumLength = 256;

/** What a policy requires of a password. */
interface Requirement {
  /** In the words of the hosted login. */
  readonly text: string;
  /** In the words of Cognito's API. */
  readonly apiText: string;
  readonly isMet: (password: string) => boolean;
}

export function requirements(policy: PasswordPolicy): readonly Requirement[] {
  return [
    {
      required: policy.require_lowercase,
      text: 'a lower case letter',
      apiText: 'Password must have lowercase characters',
      pattern: /[a-z]/,
    },
    {
      required: policy.require_uppercase,
      text: 'an upper case letter',
      apiText: 'Password must have uppercase characters',
      pattern: /[A-Z]/,
    },
    {
      required: policy.require_numbers,
      text: 'a number',
      apiText: 'Password must have numeric characters',
      pattern: /[0-9]/,
    },
    {
      required: policy.require_symbols,
      text: 'a special character',
      apiText: 'Password must have symbol characters',
      pattern: symbols,
    },
    {
      required: true,
      text: `at least ${policy.minimum_length} characters`,
      apiText: 'Password not long enough',
      pattern: new RegExp(`^[\\s\\S]{${policy.minimum_length},${maximumLength}}$`),
    },
  ]
    .filter(({ required }) => required)
    .map(({ text, apiText, pattern }) => ({
      text: `Password must contain ${text}`,
      apiText,
      isMet: (password) => pattern.test(password),
    }));
}

/** @throws {UserPoolError} when a password does not meet the policy */
export function assertPolicy(policy: PasswordPolicy, password: string): void {
  const unmet = requirements(policy).filter(({ isMet }) => !isMet(password));
  if (unmet.length > 0) {
    throw new UserPoolError(
      'InvalidPasswordException',
      `Password did not conform with policy: ${unmet.at(-1)!.apiText}`,
      unmet.map(({ text }) => text).join('\n'),
    );
  }
}
