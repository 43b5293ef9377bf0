import { z } from 'zod';

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
  })
  .default({
    minimum_length: 8,
    require_lowercase: true,
    require_uppercase: true,
    require_numbers: true,
    require_symbols: true,
  });

export type PasswordPolicy = z.output<typeof passwordPolicySchema>;

/** Characters that Cognito counts as special, including a space that is neither first nor last. */
const symbols = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?!^) (?!$)/;

const maximumLength = 256;

/** Lists the requirements of a policy, each with the text of the hosted login and a check of a password. */
export function requirements(
  policy: PasswordPolicy,
): readonly { readonly text: string; readonly isMet: (password: string) => boolean }[] {
  return [
    { required: policy.require_lowercase, text: 'a lower case letter', pattern: /[a-z]/ },
    { required: policy.require_uppercase, text: 'an upper case letter', pattern: /[A-Z]/ },
    { required: policy.require_numbers, text: 'a number', pattern: /[0-9]/ },
    { required: policy.require_symbols, text: 'a special character', pattern: symbols },
    {
      required: true,
      text: `at least ${policy.minimum_length} characters`,
      pattern: new RegExp(`^[\\s\\S]{${policy.minimum_length},${maximumLength}}$`),
    },
  ]
    .filter(({ required }) => required)
    .map(({ text, pattern }) => ({
      text: `Password must contain ${text}`,
      isMet: (password) => pattern.test(password),
    }));
}
