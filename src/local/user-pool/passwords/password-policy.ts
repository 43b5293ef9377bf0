import { type PasswordPolicy } from '../model';
import { UserPoolError } from '../user-pool-error';

/** Characters that Cognito counts as special, including a space that is neither first nor last. */
const symbols = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?!^) (?!$)/;

const maximumLength = 256;

/**
 * How Cognito's message begins, by the operation.
 *
 * @see https://github.com/aws-amplify/amplify-ui-android/issues/154
 * @see https://github.com/data-dot-all/dataall/issues/690
 */
const beginnings = {
  SignUp: 'Password did not conform with policy',
  AdminCreateUser: 'Password did not conform with password policy',
  other: 'Password does not conform to policy',
} as const;

/** The operation that sets a password, as far as the messages differ. */
export type PasswordOperation = keyof typeof beginnings;

/** A password that does not meet the policy. */
export class PasswordPolicyError extends UserPoolError {
  /** @param unmet what the password does not contain, in the words of {@link requirements} */
  constructor(
    message: string,
    readonly unmet: readonly string[],
  ) {
    super('InvalidPasswordException', message);
  }
}

/** Something that a password must contain. */
interface Requirement {
  /** In the words of the hosted login. */
  readonly text: string;
  /** In the words of Cognito's API. */
  readonly apiText: string;
  readonly pattern: RegExp;
}

/** Lists what a password must contain. */
export function requirements(policy: PasswordPolicy): readonly Requirement[] {
  const all: readonly (Requirement & { readonly isRequired: boolean })[] = [
    {
      isRequired: policy.requiresLowercase,
      text: 'a lower case letter',
      apiText: 'Password must have lowercase characters',
      pattern: /[a-z]/,
    },
    {
      isRequired: policy.requiresUppercase,
      text: 'an upper case letter',
      apiText: 'Password must have uppercase characters',
      pattern: /[A-Z]/,
    },
    {
      isRequired: policy.requiresNumbers,
      text: 'a number',
      apiText: 'Password must have numeric characters',
      pattern: /[0-9]/,
    },
    {
      isRequired: policy.requiresSymbols,
      text: 'a special character',
      apiText: 'Password must have symbol characters',
      pattern: symbols,
    },
    {
      isRequired: true,
      text: `at least ${policy.minimumLength} characters`,
      apiText: 'Password not long enough',
      pattern: new RegExp(`^[\\s\\S]{${policy.minimumLength},${maximumLength}}$`),
    },
  ];
  return all.filter(({ isRequired }) => isRequired);
}

/** @throws {PasswordPolicyError} when a password does not meet the policy */
export function assertPolicy(policy: PasswordPolicy, password: string, operation: PasswordOperation): void {
  const unmet = requirements(policy).filter(({ pattern }) => !pattern.test(password));
  if (unmet.length > 0) {
    throw new PasswordPolicyError(
      `${beginnings[operation]}: ${unmet.at(-1)!.apiText}`,
      unmet.map(({ text }) => text),
    );
  }
}
