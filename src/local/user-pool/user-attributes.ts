import { type UserPool } from './user-pool';
import { type AppClient } from './user-pool-configuration';
import { UserPoolError } from './user-pool-error';
import { assertAddress, emailOf, isEmailVerified, type User } from './users';
import { addressCodeLimits, VerificationCodes } from './verification-codes';

/** An attribute as Cognito's API writes it. */
export interface Attribute {
  readonly Name: string;
  readonly Value: string;
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const standardAttributes = new Set([
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
]);

/** Attributes that only an administrator sets. */
const verifications = ['email_verified', 'phone_number_verified'];

/** Formats of the attributes that have one. */
const formats: Readonly<Record<string, { readonly pattern: RegExp; readonly message: string }>> = {
  phone_number: { pattern: /^\+\d{1,15}$/, message: 'Invalid phone number format.' },
  birthdate: {
    pattern: /^\d{4}-\d{2}-\d{2}$/,
    message: 'Attributes did not conform to the schema: birthdate: Invalid date',
  },
  email_verified: { pattern: /^(?:true|false)$/, message: 'Invalid value for email_verified.' },
  phone_number_verified: { pattern: /^(?:true|false)$/, message: 'Invalid value for phone_number_verified.' },
};

/** The attributes of a user pool's users: who may read and write them, and the verification of an address. */
export class UserAttributes {
  private readonly codes: VerificationCodes;

  constructor(private readonly pool: UserPool) {
    this.codes = new VerificationCodes(pool.clock, addressCodeLimits);
  }

  /** Lists the attributes of a user that a client can read, or all for an administrator. */
  list(user: User, client?: AppClient): Attribute[] {
    return [['sub', user.sub] as const, ...user.attributes]
      .filter(([name]) => name === 'sub' || !client || client.reads(name))
      .map(([Name, Value]) => ({ Name, Value }));
  }

  /**
   * Reads the attributes of a request.
   *
   * @param client nothing if an administrator sends them
   * @throws {UserPoolError} when an attribute does not exist, is not the client's to write, or has the wrong form
   */
  read(attributes: readonly Attribute[], client?: AppClient): ReadonlyMap<string, string> {
    for (const { Name, Value } of attributes) {
      const isVerification = verifications.includes(Name);
      if (!standardAttributes.has(Name) && !isVerification) {
        throw new UserPoolError(
          'InvalidParameterException',
          `Attributes did not conform to the schema: ${Name}: Attribute does not exist in the schema.`,
        );
      }
      if (client && (isVerification || !client.writes(Name))) {
        throw new UserPoolError('NotAuthorizedException', 'A client attempted to write unauthorized attribute');
      }
      const format = Object.hasOwn(formats, Name) ? formats[Name] : undefined;
      if (format && Value !== '' && !format.pattern.test(Value)) {
        throw new UserPoolError('InvalidParameterException', format.message);
      }
      if (Name === 'email') {
        assertAddress(Value);
      }
    }
    return new Map(attributes.map(({ Name, Value }) => [Name, Value]));
  }

  /**
   * Sets attributes; an empty value removes one. Mails a code to a new address.
   *
   * @returns whether a code was sent
   * @throws {UserPoolError} when another account has the new address
   */
  update(user: User, attributes: ReadonlyMap<string, string>): boolean {
    const email = attributes.get('email');
    const isNewAddress = email !== undefined && email !== emailOf(user);
    if (isNewAddress) {
      this.pool.users.changeEmail(user, email);
      user.attributes.set('email_verified', 'false');
      this.codes.delete(user.sub);
    }
    for (const [name, value] of attributes) {
      if (value === '') {
        user.attributes.delete(name);
      } else {
        user.attributes.set(name, value);
      }
    }
    user.modifiedAt = this.pool.clock();
    const sendsCode = isNewAddress && !isEmailVerified(user);
    if (sendsCode) {
      this.sendCode(user);
    }
    return sendsCode;
  }

  /** @throws {UserPoolError} when the address is verified, or there were too many requests */
  requestCode(user: User, name: string): void {
    assertVerifiable(name);
    this.codes.countRequest(user.sub);
    if (isEmailVerified(user)) {
      throw new UserPoolError('InvalidParameterException', 'User is already confirmed.');
    }
    this.sendCode(user);
  }

  /** @throws {UserPoolError} when the code is not the last one sent */
  verify(user: User, name: string, code: string): void {
    assertVerifiable(name);
    this.codes.countTry(user.sub);
    this.codes.take(user.sub, code);
    user.attributes.set('email_verified', 'true');
    user.modifiedAt = this.pool.clock();
  }

  private sendCode(user: User): void {
    const { subject, message } = this.pool.configuration.verificationEmail;
    const text = message.replaceAll('{####}', this.codes.create(user.sub));
    this.pool.mailbox.send({ to: emailOf(user), subject, text });
  }
}

/** @throws {UserPoolError} when nothing can be sent to the attribute: only mails are */
function assertVerifiable(name: string): void {
  if (name !== 'email') {
    throw new UserPoolError('InvalidParameterException', `Cannot verify the attribute ${name}.`);
  }
}
