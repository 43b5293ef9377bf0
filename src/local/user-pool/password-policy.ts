import { z } from 'zod';

/**
 * What a password must have; its default is Cognito's, for a pool that sets no policy.
 *
 * A policy that is set asks only for what it names.
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

/** Characters that Cognito counts as special, and a space that is neither first nor last. */
const symbols = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?!^) (?!$)/;

const maximumLength = 256;

/** Lists what a policy asks for, each in the words of the hosted login, and how to see that a password has it. */
export function requirements(
  policy: PasswordPolicy,
): readonly { readonly text: string; readonly isMet: (password: string) => boolean }[] {
  return [
    { asked: policy.require_lowercase, text: 'a lower case letter', pattern: /[a-z]/ },
    { asked: policy.require_uppercase, text: 'an upper case letter', pattern: /[A-Z]/ },
    { asked: policy.require_numbers, text: 'a number', pattern: /[0-9]/ },
    { asked: policy.require_symbols, text: 'a special character', pattern: symbols },
    {
      asked: true,
      text: `at least ${policy.minimum_length} characters`,
      pattern: new RegExp(`^[\\s\\S]{${policy.minimum_length},${maximumLength}}$`),
    },
  ]
    .filter(({ asked }) => asked)
    .map(({ text, pattern }) => ({
      text: `Password must contain ${text}`,
      isMet: (password) => pattern.test(password),
    }));
}
