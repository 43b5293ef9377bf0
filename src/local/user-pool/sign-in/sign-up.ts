import { type Clock } from '../../clock';
import { type Mailbox } from '../mailbox';
import { type AppClient, type User, type UserPoolConfiguration, type UserStatus } from '../model';
import { type Passwords } from '../passwords/passwords';
import { type Caller, type CustomMessageSource, type Metadata, type Triggers } from '../triggers/triggers';
import { UserPoolError } from '../user-pool-error';
import { emailOf, type NewAccount, type Users } from '../users/users';
import { addressCodeLimits, assertVerifiesEmail, VerificationCodes } from './verification-codes';

interface SignUpProps {
  readonly clock: Clock;
  readonly configuration: Pick<
    UserPoolConfiguration,
    'invitationEmail' | 'selfSignUp' | 'verificationEmail' | 'verifiesEmail'
  >;
  readonly mailbox: Mailbox;
  readonly passwords: Passwords;
  readonly triggers: Triggers;
  readonly users: Users;
}

/** How users get an account: by themselves, or from an administrator. */
export class SignUp {
  private readonly codes: VerificationCodes;

  constructor(private readonly props: SignUpProps) {
    this.codes = new VerificationCodes({ ...props, limits: addressCodeLimits });
  }

  /**
   * Adds a user, whom a trigger can confirm.
   *
   * @throws {UserPoolError} when the name or the password is not allowed, or the name has an account
   */
  async signUp(caller: Caller, name: string, password: string, attributes: ReadonlyMap<string, string>): Promise<User> {
    if (!this.props.configuration.selfSignUp) {
      throw new UserPoolError('NotAuthorizedException', 'SignUp is not permitted for this user pool');
    }
    this.props.users.assertName(name);
    this.props.passwords.assertAllowed(password, 'SignUp');
    const account = this.props.users.newAccount(name, attributes);
    const { triggers } = this.props;
    const { autoConfirmUser, autoVerifyEmail, autoVerifyPhone } = await triggers.preSignUp(
      'PreSignUp_SignUp',
      account.username,
      account.attributes,
      caller,
    );
    if (
      (autoVerifyPhone && !account.attributes.get('phone_number')) ||
      (autoVerifyEmail && emailOf(account) === undefined)
    ) {
      throw new UserPoolError('InvalidLambdaResponseException');
    }
    const verified = new Map([
      ...withVerification(account.attributes, autoVerifyEmail),
      ...(autoVerifyPhone ? [['phone_number_verified', 'true'] as const] : []),
    ]);
    const status = autoConfirmUser ? 'CONFIRMED' : 'UNCONFIRMED';
    const user = this.add({ ...account, attributes: verified }, status, password);
    if (autoConfirmUser) {
      await triggers.postConfirmation('PostConfirmation_ConfirmSignUp', user, caller);
    } else if (this.props.configuration.verifiesEmail) {
      await this.sendCode(user, 'CustomMessage_SignUp', caller);
    }
    return user;
  }

  /** @throws {UserPoolError} when the code is not the last one sent, or the user is confirmed */
  async confirm(client: AppClient, username: string, code: string, clientMetadata?: Metadata): Promise<void> {
    const user = this.find(client, username);
    this.codes.countTry(user?.sub ?? this.props.users.keyOf(username));
    if (!user) {
      throw new UserPoolError('ExpiredCodeException');
    }
    assertUnconfirmed(user);
    this.codes.take(user.sub, code);
    const attributes = new Map([...user.attributes, ['email_verified', 'true']]);
    this.props.users.update(user, { status: 'CONFIRMED', attributes });
    await this.props.triggers.postConfirmation('PostConfirmation_ConfirmSignUp', user, { client, clientMetadata });
  }

  /** @throws {UserPoolError} when the pool sends no codes, the user is confirmed, or there were too many requests */
  async resendCode(client: AppClient, username: string, clientMetadata?: Metadata): Promise<void> {
    assertVerifiesEmail(this.props.configuration);
    const user = this.find(client, username);
    this.codes.countRequest(user?.sub ?? this.props.users.keyOf(username));
    if (!user) {
      return;
    }
    if (user.status !== 'UNCONFIRMED') {
      throw new UserPoolError('InvalidParameterException', 'User is already confirmed.');
    }
    await this.sendCode(user, 'CustomMessage_ResendCode', { client, clientMetadata });
  }

  /**
   * Confirms an account without a code. The address stays unverified.
   *
   * @throws {UserPoolError} when the user is confirmed
   */
  async confirmByAdmin(user: User, clientMetadata?: Metadata): Promise<void> {
    assertUnconfirmed(user);
    this.props.users.update(user, { status: 'CONFIRMED' });
    await this.props.triggers.postConfirmation('PostConfirmation_ConfirmSignUp', user, { clientMetadata });
  }

  /**
   * Adds a user who must change the password at the first sign-in.
   *
   * @throws {UserPoolError} when the name or the password is not allowed, or the name has an account
   */
  async createByAdmin(
    name: string,
    { temporaryPassword, attributes, sendsMail, caller }: AdminCreateUser,
  ): Promise<User> {
    this.props.users.assertName(name, 'Username should be an email.');
    const password = temporaryPassword ?? this.props.passwords.generateTemporary();
    this.props.passwords.assertAllowed(password, 'AdminCreateUser');
    const account = this.props.users.newAccount(name, attributes);
    // AWS ignores the response here.
    await this.props.triggers.preSignUp('PreSignUp_AdminCreateUser', account.username, account.attributes, caller);
    const user = this.add(account, 'FORCE_CHANGE_PASSWORD', password, 'User account already exists');
    if (sendsMail) {
      await this.sendInvitation(user, password);
    }
    return user;
  }

  /**
   * Sends a user another temporary password.
   *
   * @throws {UserPoolError} when the user has changed the password already
   */
  async inviteAgain(user: User, temporaryPassword: string | undefined): Promise<void> {
    if (user.status !== 'FORCE_CHANGE_PASSWORD') {
      throw new UserPoolError('UnsupportedUserStateException');
    }
    const password = temporaryPassword ?? this.props.passwords.generateTemporary();
    this.props.passwords.renewTemporary(user, password);
    await this.sendInvitation(user, password);
  }

  /**
   * Adds a user as if the steps to a status were done already, without triggers. One who is not confirmed gets the email
   * with the code, if the pool sends one.
   *
   * @param attributes can say whether the address is verified; without that, it is once the user is confirmed
   * @throws {UserPoolError} when the name has an account
   */
  addWithStatus(
    status: UserStatus,
    name: string,
    password: string,
    attributes: ReadonlyMap<string, string> = new Map(),
  ): User {
    const account = this.props.users.newAccount(name, attributes);
    const verified = withVerification(account.attributes, status === 'CONFIRMED');
    const user = this.add({ ...account, attributes: verified }, status, password);
    const email = emailOf(user);
    if (status === 'UNCONFIRMED' && email !== undefined && this.props.configuration.verifiesEmail) {
      this.codes.sendNow(user, email, this.props.configuration.verificationEmail);
    }
    return user;
  }

  private add(account: NewAccount, status: UserStatus, password: string, message?: string): User {
    const temporary = status === 'FORCE_CHANGE_PASSWORD';
    const created = this.props.passwords.create(account.username, password, { temporary });
    return this.props.users.add({ ...account, password: created, status }, message);
  }

  /** Finds a user. Returns nothing where the client must not know that the user does not exist. */
  private find(client: AppClient, username: string): User | undefined {
    return client.preventUserExistenceErrors ? this.props.users.find(username) : this.props.users.get(username);
  }

  private async sendCode(user: User, source: CustomMessageSource, caller: Caller): Promise<void> {
    const email = emailOf(user);
    if (email !== undefined) {
      await this.codes.send(user, email, this.props.configuration.verificationEmail, source, caller);
    }
  }

  private async sendInvitation(user: User, password: string): Promise<void> {
    const { configuration, mailbox, triggers, users } = this.props;
    const email = emailOf(user);
    if (email !== undefined) {
      const source = 'CustomMessage_AdminCreateUser';
      const message = await triggers.customMessage(source, user, configuration.invitationEmail, {});
      mailbox.send(email, message, { username: users.nameOf(user), '####': password });
    }
  }
}

export interface AdminCreateUser {
  /** @default - one is generated */
  readonly temporaryPassword: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  /** Whether the user gets an email with the temporary password. */
  readonly sendsMail: boolean;
  /** What an administrator sends for the triggers. */
  readonly caller: Caller;
}

/** Says whether the address is verified, if there is one and the attributes do not say it. */
function withVerification(attributes: ReadonlyMap<string, string>, isVerified: boolean): ReadonlyMap<string, string> {
  const email = attributes.get('email');
  return email === undefined
    ? attributes
    : new Map([['email', email], ['email_verified', String(isVerified)], ...attributes]);
}

function assertUnconfirmed({ status }: User): void {
  if (status !== 'UNCONFIRMED') {
    throw new UserPoolError('NotAuthorizedException', `User cannot be confirmed. Current status is ${status}`);
  }
}
