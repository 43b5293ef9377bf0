import { randomUUID } from 'node:crypto';

import { type Clock } from '../clock';
import { type Mailbox } from './mailbox';
import { type AppClient, type User, type UserPoolConfiguration, type UserStatus } from './model';
import { type Passwords } from './passwords';
import { type Caller, type Metadata, type Triggers } from './triggers';
import { UserPoolError } from './user-pool-error';
import { assertAddress, emailOf, type Users } from './users';
import { addressCodeLimits, VerificationCodes } from './verification-codes';

interface SignUpProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'invitationEmail' | 'selfSignUp' | 'verificationEmail'>;
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
   * @throws {UserPoolError} when the address or the password is not allowed, or the address has an account
   */
  async signUp(
    caller: Caller,
    email: string,
    password: string,
    attributes: ReadonlyMap<string, string> = new Map(),
  ): Promise<User> {
    if (!this.props.configuration.selfSignUp) {
      throw new UserPoolError('NotAuthorizedException', 'SignUp is not permitted for this user pool');
    }
    assertAddress(email);
    this.props.passwords.assertAllowed(password);
    const sub = randomUUID();
    const given = new Map([['email', email], ...attributes]);
    const { triggers } = this.props;
    const { autoConfirmUser, autoVerifyEmail, autoVerifyPhone } = await triggers.preSignUp(
      'PreSignUp_SignUp',
      sub,
      given,
      caller,
    );
    if (autoVerifyPhone && !given.get('phone_number')) {
      throw new UserPoolError('InvalidLambdaResponseException');
    }
    const verified = new Map([
      ['email_verified', String(autoVerifyEmail)],
      ...attributes,
      ...(autoVerifyPhone ? [['phone_number_verified', 'true'] as const] : []),
    ]);
    const user = this.add(sub, autoConfirmUser ? 'CONFIRMED' : 'UNCONFIRMED', email, password, verified);
    if (autoConfirmUser) {
      await triggers.postConfirmation('PostConfirmation_ConfirmSignUp', user, caller);
    } else {
      const { verificationEmail } = this.props.configuration;
      await this.codes.send(user, email, verificationEmail, 'CustomMessage_SignUp', caller);
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

  /** @throws {UserPoolError} when the user is confirmed, or there were too many requests */
  async resendCode(client: AppClient, username: string, clientMetadata?: Metadata): Promise<void> {
    const user = this.find(client, username);
    this.codes.countRequest(user?.sub ?? this.props.users.keyOf(username));
    if (!user) {
      return;
    }
    if (user.status !== 'UNCONFIRMED') {
      throw new UserPoolError('InvalidParameterException', 'User is already confirmed.');
    }
    const { verificationEmail } = this.props.configuration;
    const caller = { client, clientMetadata };
    await this.codes.send(user, emailOf(user), verificationEmail, 'CustomMessage_ResendCode', caller);
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
   * @throws {UserPoolError} when the address or the password is not allowed, or the address has an account
   */
  async createByAdmin(
    email: string,
    { temporaryPassword, attributes, sendsMail, caller }: AdminCreateUser,
  ): Promise<User> {
    assertAddress(email, 'Username should be an email.');
    const password = temporaryPassword ?? this.props.passwords.generateTemporary();
    this.props.passwords.assertAllowed(password);
    const sub = randomUUID();
    // AWS ignores the response here.
    await this.props.triggers.preSignUp(
      'PreSignUp_AdminCreateUser',
      sub,
      new Map([['email', email], ...attributes]),
      caller,
    );
    const user = this.add(sub, 'FORCE_CHANGE_PASSWORD', email, password, attributes);
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
   * with the code.
   *
   * @param attributes can say whether the address is verified; without that, it is once the user is confirmed
   * @throws {UserPoolError} when the address has an account
   */
  addWithStatus(
    status: UserStatus,
    email: string,
    password: string,
    attributes: ReadonlyMap<string, string> = new Map(),
  ): User {
    const verified: [string, string] = ['email_verified', String(status === 'CONFIRMED')];
    const user = this.add(randomUUID(), status, email, password, new Map([verified, ...attributes]));
    if (status === 'UNCONFIRMED') {
      this.codes.sendNow(user, email, this.props.configuration.verificationEmail);
    }
    return user;
  }

  private add(
    sub: string,
    status: UserStatus,
    email: string,
    password: string,
    attributes: ReadonlyMap<string, string>,
  ): User {
    const temporary = status === 'FORCE_CHANGE_PASSWORD';
    return this.props.users.add(email, {
      sub,
      attributes,
      password: this.props.passwords.create(sub, password, { temporary }),
      status,
    });
  }

  /** Finds a user. Returns nothing where the client must not know that the user does not exist. */
  private find(client: AppClient, username: string): User | undefined {
    return client.preventUserExistenceErrors ? this.props.users.find(username) : this.props.users.get(username);
  }

  private async sendInvitation(user: User, password: string): Promise<void> {
    const { configuration, mailbox, triggers } = this.props;
    const source = 'CustomMessage_AdminCreateUser';
    const message = await triggers.customMessage(source, user, configuration.invitationEmail, {});
    mailbox.send(emailOf(user), message, { username: emailOf(user), '####': password });
  }
}

export interface AdminCreateUser {
  /** @default - one is generated */
  readonly temporaryPassword: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  /** Whether the user gets an email with the temporary password. */
  readonly sendsMail: boolean;
  /** What an administrator sends along. */
  readonly caller: Caller;
}

function assertUnconfirmed({ status }: User): void {
  if (status !== 'UNCONFIRMED') {
    throw new UserPoolError('NotAuthorizedException', `User cannot be confirmed. Current status is ${status}`);
  }
}
