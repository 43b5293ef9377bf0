import { randomUUID } from 'node:crypto';

import { type UserPool } from './user-pool';
import { UserPoolError } from './user-pool-error';
import { type AppClient } from './user-pool-configuration';
import { assertAddress, emailOf, type User, type UserStatus } from './users';
import { addressCodeLimits, VerificationCodes } from './verification-codes';

/** How users get an account: by themselves, or from an administrator. */
export class SignUp {
  private readonly codes: VerificationCodes;

  constructor(private readonly pool: UserPool) {
    this.codes = new VerificationCodes(pool.clock, addressCodeLimits);
  }

  /** @throws {UserPoolError} when the address or the password is not allowed, or the address has an account */
  signUp(email: string, password: string, attributes: ReadonlyMap<string, string> = new Map()): User {
    if (!this.pool.configuration.selfSignUp) {
      throw new UserPoolError('NotAuthorizedException', 'SignUp is not permitted for this user pool');
    }
    assertAddress(email);
    this.pool.passwords.assertAllowed(password);
    const sub = randomUUID();
    const user = this.pool.users.add(email, {
      sub,
      attributes: new Map([...attributes, ['email_verified', 'false']]),
      password: this.pool.passwords.create(sub, password),
      status: 'UNCONFIRMED',
    });
    this.sendCode(user);
    return user;
  }

  /** @throws {UserPoolError} when the code is not the last one sent, or the user is confirmed */
  confirm(client: AppClient, username: string, code: string): void {
    const user = this.find(client, username);
    this.codes.countTry(user?.sub ?? this.pool.users.keyOf(username));
    if (!user) {
      throw new UserPoolError('ExpiredCodeException');
    }
    assertUnconfirmed(user);
    this.codes.take(user.sub, code);
    user.status = 'CONFIRMED';
    user.attributes.set('email_verified', 'true');
    user.modifiedAt = this.pool.clock();
  }

  /** @throws {UserPoolError} when the user is confirmed, or there were too many requests */
  resendCode(client: AppClient, username: string): void {
    const user = this.find(client, username);
    this.codes.countRequest(user?.sub ?? this.pool.users.keyOf(username));
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
    user.status = 'CONFIRMED';
    user.modifiedAt = this.pool.clock();
  }

  /**
   * Adds a user who must change the password at the first sign-in.
   *
   * @throws {UserPoolError} when the address or the password is not allowed, or the address has an account
   */
  createByAdmin(email: string, { temporaryPassword, attributes, sendsMail }: AdminCreateUser): User {
    assertAddress(email);
    const password = temporaryPassword ?? this.pool.passwords.makeUp();
    this.pool.passwords.assertAllowed(password);
    const sub = randomUUID();
    const user = this.pool.users.add(email, {
      sub,
      attributes,
      password: this.pool.passwords.create(sub, password, { temporary: true }),
      status: 'FORCE_CHANGE_PASSWORD',
    });
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
    const password = temporaryPassword ?? this.pool.passwords.makeUp();
    this.pool.passwords.renewTemporary(user, password);
    this.sendInvitation(user, password);
  }

  /**
   * Adds a user as if the steps to a status were done already. One who is not confirmed gets the mail with the code.
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
    const sub = randomUUID();
    const user = this.pool.users.add(email, {
      sub,
      attributes: new Map([['email_verified', String(status === 'CONFIRMED')], ...attributes]),
      password: this.pool.passwords.create(sub, password, { temporary: status === 'FORCE_CHANGE_PASSWORD' }),
      status,
    });
    if (status === 'UNCONFIRMED') {
      this.sendCode(user);
    }
    return user;
  }

  /** Finds a user. Nobody is found where the client must not know that there is no such user. */
  private find(client: AppClient, username: string): User | undefined {
    const { users } = this.pool;
    return client.preventUserExistenceErrors ? users.find(username) : users.get(username);
  }

  private sendCode(user: User): void {
    const { subject, message } = this.pool.configuration.verificationEmail;
    const text = message.replaceAll('{####}', this.codes.create(user.sub));
    this.pool.mailbox.send({ to: emailOf(user), subject, text });
  }

  private sendInvitation(user: User, password: string): void {
    const { subject, message } = this.pool.configuration.invitationEmail;
    const text = message.replaceAll('{username}', emailOf(user)).replaceAll('{####}', password);
    this.pool.mailbox.send({ to: emailOf(user), subject, text });
  }
}

export interface AdminCreateUser {
  /** @default - one is made up */
  readonly temporaryPassword: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  /** Whether the user gets a mail with the temporary password. */
  readonly sendsMail: boolean;
}

function assertUnconfirmed({ status }: User): void {
  if (status !== 'UNCONFIRMED') {
    throw new UserPoolError('NotAuthorizedException', `User cannot be confirmed. Current status is ${status}`);
  }
}
