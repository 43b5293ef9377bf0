import { type Clock } from '../clock';
import { type Mailbox } from './mailbox';
import { type AppClient, type User, type UserPoolConfiguration } from './model';
import { type Caller, type CustomMessageSource, type Triggers } from './triggers';
import { UserPoolError } from './user-pool-error';
import { assertAddress, emailOf, isEmailVerified, type Users } from './users';
import { addressCodeLimits, VerificationCodes } from './verification-codes';

interface UserAttributesProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'verificationEmail' | 'verifiesEmailBeforeUpdate'>;
  readonly mailbox: Mailbox;
  readonly triggers: Triggers;
  readonly users: Users;
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
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
];

/** Attributes that only an administrator sets. */
export const verifications = ['email_verified', 'phone_number_verified'];

const verification = { pattern: /^(?:true|false)$/i, message: 'Invalid value for email_verified.' };

/** Formats of the attributes that have one. */
const formats = new Map<string, { readonly pattern: RegExp; readonly message: string }>([
  ['phone_number', { pattern: /^\+\d{1,15}$/, message: 'Invalid phone number format.' }],
  [
    'birthdate',
    {
      pattern: /^\d{4}-\d{2}-\d{2}$/,
      message: 'Attributes did not conform to the schema: birthdate: Invalid date',
    },
  ],
  ...verifications.map((name) => [name, { ...verification, message: `Invalid value for ${name}.` }] as const),
]);

/** The attributes of a user pool's users: who may read and write them, and the verification of an address. */
export class UserAttributes {
  private readonly codes: VerificationCodes;

  constructor(private readonly props: UserAttributesProps) {
    this.codes = new VerificationCodes({ ...props, limits: addressCodeLimits });
  }

  /**
   * Reads the attributes of a request.
   *
   * @param client nothing if an administrator sends them
   * @throws {UserPoolError} when an attribute does not exist, is not the client's to write, or has the wrong form
   */
  read(attributes: Iterable<readonly [name: string, value: string]>, client?: AppClient): Map<string, string> {
    return new Map(
      Array.from(attributes, ([name, value]) => {
        const isVerification = verifications.includes(name);
        if (!standardAttributes.includes(name) && !isVerification) {
          throw new UserPoolError(
            'InvalidParameterException',
            `Attributes did not conform to the schema: ${name}: Attribute does not exist in the schema.`,
          );
        }
        if (client && (isVerification || !(client.writeAttributes?.includes(name) ?? true))) {
          throw new UserPoolError('NotAuthorizedException', 'A client attempted to write unauthorized attribute');
        }
        const format = formats.get(name);
        if (format && value !== '' && !format.pattern.test(value)) {
          throw new UserPoolError('InvalidParameterException', format.message);
        }
        if (name === 'email') {
          assertAddress(value);
        }
        return [name, isVerification ? value.toLowerCase() : value];
      }),
    );
  }

  /**
   * Sets attributes; an empty value removes one. Mails a code to a new address, which can have to wait for that code.
   *
   * @returns the address to which a code was sent
   * @throws {UserPoolError} when another account has the new address
   */
  async update(user: User, changes: ReadonlyMap<string, string>, caller: Caller): Promise<string | undefined> {
    const email = changes.get('email') ?? emailOf(user);
    const isNew = email !== emailOf(user);
    const isVerified = changes.get('email_verified') === 'true';
    const waits = isNew && !isVerified && this.props.configuration.verifiesEmailBeforeUpdate;
    const attributes = [
      ...user.attributes,
      ...(isNew && !waits ? [['email_verified', 'false'] as const] : []),
      ...[...changes].filter(([name]) => !waits || (name !== 'email' && name !== 'email_verified')),
    ];
    this.props.users.assertAvailable(email, user);
    this.props.users.update(user, {
      attributes: new Map([...new Map(attributes)].filter(([, value]) => value !== '')),
    });
    if (isNew) {
      this.codes.delete(user.sub);
    }
    return isNew && !isVerified ? this.sendCode(user, email, 'CustomMessage_UpdateUserAttribute', caller) : undefined;
  }

  /**
   * Removes attributes.
   *
   * @throws {UserPoolError} when one does not exist, is not the client's to write, or has to have a value
   */
  async remove(user: User, names: readonly string[], client?: AppClient): Promise<void> {
    const removed = names.map((name): [string, string] => [name, '']);
    await this.update(user, this.read(removed, client), { client });
  }

  /**
   * Sends another code to the address that has one, or to the present one if that is not verified.
   *
   * @returns the address
   * @throws {UserPoolError} when the address is already verified, or there were too many requests
   */
  async requestCode(user: User, name: string, caller: Caller): Promise<string> {
    assertVerifiable(name);
    this.codes.countRequest(user.sub);
    const email = this.codes.addressOf(user.sub) ?? emailOf(user);
    if (email === emailOf(user) && isEmailVerified(user)) {
      throw new UserPoolError('InvalidParameterException', 'User is already confirmed.');
    }
    return this.sendCode(user, email, 'CustomMessage_VerifyUserAttribute', caller);
  }

  /** @throws {UserPoolError} when the code is not the last one sent, or another account has got the address */
  verify(user: User, name: string, code: string): void {
    assertVerifiable(name);
    this.codes.countTry(user.sub);
    const email = this.codes.take(user.sub, code);
    const attributes = new Map([...user.attributes, ['email', email], ['email_verified', 'true']]);
    this.props.users.update(user, { attributes });
  }

  private async sendCode(user: User, email: string, source: CustomMessageSource, caller: Caller): Promise<string> {
    await this.codes.send(user, email, this.props.configuration.verificationEmail, source, caller);
    return email;
  }
}

/** Lists the attributes of a user that a client can read, or all for an administrator. */
export function readableAttributes({ sub, attributes }: User, client?: AppClient): [name: string, value: string][] {
  return [['sub', sub], ...[...attributes].filter(([name]) => !client || canRead(client, name))];
}

export function canRead({ readAttributes }: AppClient, attribute: string): boolean {
  return readAttributes?.includes(attribute) ?? true;
}

/** @throws {UserPoolError} when nothing can be sent to the attribute: only emails are */
function assertVerifiable(name: string): void {
  if (name !== 'email') {
    throw new UserPoolError('InvalidParameterException', `Cannot verify the attribute ${name}.`);
  }
}
