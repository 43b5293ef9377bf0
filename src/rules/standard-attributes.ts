/**
 * The attributes that users of every user pool can have.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export const standardAttributes = [
  'address',
  'birthdate',
  'email',
  'family_name',
  'gender',
  'given_name',
  'locale',
  'middle_name',
  'name',
  'nickname',
  'phone_number',
  'picture',
  'preferred_username',
  'profile',
  'updated_at',
  'website',
  'zoneinfo',
] as const;

interface StandardConstraints {
  readonly type?: 'number';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
}

/** The standard attributes that are not strings of up to 2048 characters. */
export const standardConstraints: Readonly<Record<string, StandardConstraints>> = {
  birthdate: { minLength: 10, maxLength: 10 },
  updated_at: { type: 'number', minValue: 0 },
};

/** Attributes that only Cognito and an administrator set. */
export const verificationAttributes = ['email_verified', 'phone_number_verified'] as const;

/** The prefix of custom attributes. */
export const customPrefix = 'custom:';

export function isVerificationAttribute(name: string): boolean {
  return (verificationAttributes as readonly string[]).includes(name);
}

export function isStandardAttribute(name: string): boolean {
  return (standardAttributes as readonly string[]).includes(name);
}
