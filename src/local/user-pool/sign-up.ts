import { randomUUID } from 'node:crypto';

import { type Clock } from '../clock';
import { type Mailbox } from './mailbox';
import { type AppClient, type User, type UserPoolConfiguration, type UserStatus } from './model';
import { type Passwords } from './passwords';
import { UserPoolError } from './user-pool-error';
import { assertAddress, emailOf, type Users } from './users';
import { addressCodeLimits, VerificationCodes } from './verification-codes';

interface SignUpProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'invitationEmail' | 'selfSignUp' | 'verificationEmail'>;
  readonly mailbox: Mailbox;
  readonly passwords: Passwords;
  readonly users: Users;
}

/** How users get an account: by themselves, or from an administrator. */
export class SignUp {
  private readonly codes: VerificationCodes;

  constructor(private readonly props: SignUpProps) {
    this.codes = new VerificationCodes({ ...props, limits: addressCodeLimits });
  }

  /** @throws {UserPoolError} when the address or the password is not allowed, or the address has an account */
  signUp(email: string, password: string, attributes: ReadonlyMap<string, string> = new Map()): User {
    if (!this.props.configuration.selfSignUp) {
      throw new UserPoolError('NotAuthorizedException', 'SignUp is not permitted for this user pool');
    }
    assertAddress(email);
    this.props.passwords.assertAllowed(password);
    return this.addWithStatus('UNCONFIRMED', email, password, attributes);
  }

  /** @throws {UserPoolError} when the code is not the last one sent, or the user is confirmed */
  confirm(client: AppClient, username: string, code: string): void {
    const user = this.find(client, username);
    this.codes.countTry(user?.sub ?? this.props.users.keyOf(username));
    if (!user) {
      throw new UserPoolError('ExpiredCodeException');
    }
    assertUnconfirmed(user);
    this.codes.take(user.sub, code);
    const attributes = new Map([...user.attributes, ['email_verified', 'true']]);
    this.props.users.update(user, { status: 'CONFIRMED', attributes });
  }

  /** @throws {UserPoolError} when the user is confirmed, or there were too many requests */
  resendCode(client: AppClient, username: string): void {
    const user = this.find(client, username);
    this.codes.countRequest(user?.sub ?? this.props.users.keyOf(username));
    if (!user) {
      return;
    }
    if (user.status !== 'UNCONFIRMED') {
      throw new UserPoolError('InvalidParameterException', 'User is already confirmed.');
    }
    this.sendCode(user);
  }

  /**
   * Confirms an account without a code. The address stays unverified.
   *
   * @throws {UserPoolError} when the user is confirmed
   */
  confirmByAdmin(user: User): void {
    assertUnconfirmed(user);
    this.props.users.update(user, { status: 'CONFIRMED' });
  }

  /**
   * Adds a user who must change the password at the first sign-in.
   *
   * @throws {UserPoolError} when the address or the password is not allowed, or the address has an account
   */
  createByAdmin(email: string, { temporaryPassword, attributes, sendsMail }: AdminCreateUser): User {
    assertAddress(email, 'Username should be an email.');
    const password = temporaryPassword ?? this.props.passwords.generateTemporary();
    this.props.passwords.assertAllowed(password);
    const user = this.add('FORCE_CHANGE_PASSWORD', email, password, attributes);
    if (sendsMail) {
      this.sendInvitation(user, password);
    }
    return user;
  }

  /**
   * Sends a user another temporary password.
   *
   * @throws {UserPoolError} when the user has changed the password already
   */
  inviteAgain(user: User, temporaryPassword: string | undefined): void {
    if (user.status !== 'FORCE_CHANGE_PASSWORD') {
      throw new UserPoolError('UnsupportedUserStateException');
    }
    const password = temporaryPassword ?? this.props.passwords.generateTemporary();
    this.props.passwords.renewTemporary(user, password);
    this.sendInvitation(user, password);
  }

  /**
   * Adds a user as if the steps to a status were done already. One who is not confirmed gets the email with the code.
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
    const user = this.add(status, email, password, new Map([verified, ...attributes]));
    if (status === 'UNCONFIRMED') {
      this.sendCode(user);
    }
    return user;
  }

  private add(status: UserStatus, email: string, password: string, attributes: ReadonlyMap<string, string>): User {
    const sub = randomUUID();
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

  private sendCode(user: User): void {
    this.codes.send(user.sub, emailOf(user), this.props.configuration.verificationEmail);
  }

  private sendInvitation(user: User, password: string): void {
    const values = { username: emailOf(user), '####': password };
    this.props.mailbox.send(emailOf(user), this.props.configuration.invitationEmail, values);
  }
}

export interface AdminCreateUser {
  /** @default - one is generated */
  readonly temporaryPassword: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  /** Whether the user gets an email with the temporary password. */
  readonly sendsMail: boolean;
}

function assertUnconfirmed({ status }: User): void {
  if (status !== 'UNCONFIRMED') {
    throw new UserPoolError('NotAuthorizedException', `User cannot be confirmed. Current status is ${status}`);
  }
}
