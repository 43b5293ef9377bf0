import { customPrefix, isVerificationAttribute } from '../../../rules/standard-attributes';
import { type Clock } from '../../clock';
import { formatProblem, schemaProblem } from './attribute-schema';
import { type Mailbox } from '../mailbox';
import { type AppClient, type User, type UserPoolConfiguration } from '../model';
import { type Caller, type CustomMessageSource, type Triggers } from '../triggers/triggers';
import { UserPoolError } from '../user-pool-error';
import { assertAddress, emailOf, isEmailVerified, type Users } from './users';
import { addressCodeLimits, assertVerifiesEmail, VerificationCodes } from '../sign-in/verification-codes';

interface UserAttributesProps {
  readonly clock: Clock;
  readonly configuration: Pick<
    UserPoolConfiguration,
    'attributes' | 'verificationEmail' | 'verifiesEmail' | 'verifiesEmailBeforeUpdate'
  >;
  readonly mailbox: Mailbox;
  readonly triggers: Triggers;
  readonly users: Users;
}

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
   * @throws {UserPoolError} when an attribute does not exist, the client cannot write it, or its value is wrong
   */
  read(attributes: Iterable<readonly [name: string, value: string]>, client?: AppClient): Map<string, string> {
    const { attributes: schema } = this.props.configuration;
    const given = [...attributes];
    assertConform(
      given.filter(([name]) => !schema.has(name)).map(([name]) => `${name}: Attribute does not exist in the schema.`),
    );
    if (client && given.some(([name]) => !canWrite(client, name))) {
      throw new UserPoolError('NotAuthorizedException', 'A client attempted to write unauthorized attribute');
    }
    // An empty value removes an attribute. The address with which a user signs in cannot be removed.
    const values = given.filter(
      ([name, value]) => value !== '' || (name === 'email' && this.props.users.signsInWithEmail),
    );
    for (const [name, value] of values) {
      const problem = formatProblem(name, value);
      if (problem !== undefined) {
        throw new UserPoolError('InvalidParameterException', problem);
      }
      if (name === 'email') {
        assertAddress(value);
      }
    }
    assertConform(
      values.flatMap(([name, value]) => {
        const problem = schemaProblem(name, value, schema.get(name)!);
        return problem === undefined ? [] : [`${name}: ${problem}`];
      }),
    );
    return new Map(
      given.map(([name, value]) => [name, schema.get(name)!.type === 'Boolean' ? value.toLowerCase() : value]),
    );
  }

  /**
   * Reads the attributes that an identity provider has sent. An address is not verified unless the provider says so.
   *
   * @param client the client of the sign-in, which must be able to write them
   * @throws {UserPoolError} when an attribute does not exist, is not the client's to write, or has a wrong value
   */
  readMapped(mapped: ReadonlyMap<string, string>, client: AppClient): Map<string, string> {
    const others = [...mapped].filter(([name]) => !isVerificationAttribute(name));
    return new Map([
      ...(mapped.has('email') ? [['email_verified', 'false'] as const] : []),
      ...this.read(others, client),
      ...this.read([...mapped].filter(([name]) => isVerificationAttribute(name))),
    ]);
  }

  /**
   * Reads the attributes of a new user.
   *
   * @param client nothing if an administrator adds the user, who can set what is required at the first sign-in
   * @throws {UserPoolError} when an attribute is wrong or missing, or the address is not the one to sign in with
   */
  readNew(
    username: string,
    given: Iterable<readonly [name: string, value: string]>,
    client?: AppClient,
  ): Map<string, string> {
    const { users } = this.props;
    const attributes = new Map([...this.read(given, client)].filter(([, value]) => value !== ''));
    if (users.signsInWithEmail && users.keyOf(attributes.get('email') ?? username) !== users.keyOf(username)) {
      throw new UserPoolError(
        'InvalidParameterException',
        'User email should be empty or same as username, since username attribute is email',
      );
    }
    if (client) {
      assertConform(this.missing(attributes).map((name) => `${name}: The attribute is required`));
    }
    return attributes;
  }

  /** Lists the required attributes that are missing. An address with which users sign in is never missing. */
  missing(attributes: Pick<ReadonlyMap<string, unknown>, 'has'>): string[] {
    return [...this.props.configuration.attributes]
      .filter(([name, { required }]) => required && !(name === 'email' && this.props.users.signsInWithEmail))
      .flatMap(([name]) => (attributes.has(name) ? [] : [name]));
  }

  /**
   * Reads the attributes that a user sets together with the first permanent password.
   *
   * @throws {UserPoolError} when an attribute is wrong, a required one is missing, or one has a value that cannot change
   */
  readWithPassword(
    user: User,
    attributes: readonly (readonly [name: string, value: string])[],
    client: AppClient,
  ): Map<string, string> {
    assertNotFixed(attributes.find(([name]) => isVerificationAttribute(name))?.[0]);
    const given = this.read(attributes, client);
    const { attributes: schema } = this.props.configuration;
    const provided = [...given.keys()].find(
      (name) => user.attributes.has(name) && (name === 'email' || schema.get(name)!.required),
    );
    if (provided !== undefined) {
      throw new UserPoolError('NotAuthorizedException', `Cannot modify an already provided ${provided}`);
    }
    const missing = this.missing(user.attributes).filter((name) => (given.get(name) ?? '') === '');
    if (missing.length > 0) {
      throw new UserPoolError(
        'InvalidParameterException',
        `Invalid attributes given, ${missing.map((name) => `${name} is missing`).join(', ')}`,
      );
    }
    assertNotFixed([...given.keys()].find((name) => !schema.get(name)!.mutable));
    return given;
  }

  /**
   * Sets attributes; an empty value removes one. If the pool verifies addresses, sends a code to a new one, which may have
   * to be verified first.
   *
   * @returns the address to which a code was sent
   * @throws {UserPoolError} when another account has the new address, or an attribute cannot change
   */
  async update(user: User, changes: ReadonlyMap<string, string>, caller: Caller): Promise<string | undefined> {
    this.assertMutable(changes);
    const email = changes.get('email') ?? '';
    const isNew = email !== '' && email !== emailOf(user);
    const isVerified = changes.get('email_verified') === 'true';
    const waits = isNew && !isVerified && this.props.configuration.verifiesEmailBeforeUpdate;
    const attributes = [
      ...user.attributes,
      ...(isNew && !waits ? [['email_verified', 'false'] as const] : []),
      ...[...changes].filter(([name]) => !waits || (name !== 'email' && name !== 'email_verified')),
    ];
    this.props.users.assertAvailable(isNew ? email : undefined, user);
    this.props.users.update(user, {
      attributes: new Map([...new Map(attributes)].filter(([, value]) => value !== '')),
    });
    if (isNew) {
      this.codes.delete(user.sub);
    }
    return isNew && !isVerified && this.props.configuration.verifiesEmail
      ? this.sendCode(user, email, 'CustomMessage_UpdateUserAttribute', caller)
      : undefined;
  }

  /**
   * Removes attributes.
   *
   * @throws {UserPoolError} when one does not exist, is required, or the client cannot write it
   */
  async remove(user: User, names: readonly string[], client?: AppClient): Promise<void> {
    const removed = names.map((name): [string, string] => [name, '']);
    await this.update(user, this.read(removed, client), { client });
  }

  /**
   * Sends another code to the address that waits for one, or to the current address if it is not verified.
   *
   * @returns the address
   * @throws {UserPoolError} when the pool sends no codes, the address is verified, or there were too many requests
   */
  async requestCode(user: User, name: string, caller: Caller): Promise<string> {
    assertVerifiable(name);
    assertVerifiesEmail(this.props.configuration);
    this.codes.countRequest(user.sub);
    const email = this.codes.addressOf(user.sub) ?? emailOf(user);
    if (email === undefined) {
      throw new UserPoolError('InvalidParameterException', 'User does not have a value for the attribute email.');
    }
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

  /** @throws {UserPoolError} when one of the attributes cannot change, or is required */
  assertMutable(changes: ReadonlyMap<string, string>): void {
    const { attributes: schema } = this.props.configuration;
    const fixed = [...changes.keys()].filter((name) => !schema.get(name)!.mutable);
    if (fixed.length > 0) {
      throw new UserPoolError(
        'InvalidParameterException',
        fixed.map((name) => `user.${name}: Attribute cannot be updated.\n`).join(''),
      );
    }
    assertConform(
      [...changes]
        .filter(([name, value]) => value === '' && schema.get(name)!.required)
        .map(([name]) => `${name}: The attribute is required`),
    );
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
  return readAttributes?.includes(attribute) ?? isBuiltIn(attribute);
}

function canWrite({ writeAttributes }: AppClient, attribute: string): boolean {
  return !isVerificationAttribute(attribute) && (writeAttributes?.includes(attribute) ?? isBuiltIn(attribute));
}

/** Whether clients without a list of their own have an attribute. */
function isBuiltIn(attribute: string): boolean {
  return !attribute.startsWith(customPrefix);
}

/** @throws {UserPoolError} when there are problems */
function assertConform(problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new UserPoolError(
      'InvalidParameterException',
      `Attributes did not conform to the schema: ${problems.map((problem) => `${problem}\n`).join('')}`,
    );
  }
}

/**
 * Rejects an attribute that a user cannot set together with a password.
 *
 * @see https://github.com/aws-amplify/aws-sdk-ios/issues/2203
 */
function assertNotFixed(name: string | undefined): void {
  if (name !== undefined) {
    throw new UserPoolError('InvalidParameterException', `Cannot modify the non-mutable attribute ${name}`);
  }
}

/** @throws {UserPoolError} unless the attribute is the email address: no code can be sent to others */
function assertVerifiable(name: string): void {
  if (name !== 'email') {
    throw new UserPoolError('InvalidParameterException', `Cannot verify the attribute ${name}.`);
  }
}
