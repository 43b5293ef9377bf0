import { type UserPool } from './user-pool';
import { UserPoolError } from './user-pool-error';
import { type AppClient } from './user-pool-configuration';
import { emailOf, isEmailVerified, type User } from './users';
import { VerificationCodes } from './verification-codes';

/** How users who have forgotten their password get another one. */
export class PasswordRecovery {
  /** @see https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html */
  private readonly codes: VerificationCodes;

  constructor(private readonly pool: UserPool) {
    this.codes = new VerificationCodes(pool.clock, { lifetimeSeconds: 3600, requestsPerHour: 5, triesPerHour: 20 });
  }

  /**
   * Sends a code that resets the password, if the user can get one: at a verified address.
   *
   * @throws {UserPoolError} when there were too many requests, or there is no such user and the client may know
   */
  forgotPassword(client: AppClient, username: string): void {
    const user = this.pool.users.find(username);
    this.codes.countRequest(user?.sub ?? this.pool.users.keyOf(username));
    const refusal = refusalOf(user);
    if (user && !refusal) {
      this.pool.mailbox.send({
        to: emailOf(user),
        subject: 'Your verification code',
        text: `Your password reset code is ${this.codes.create(user.sub)}`,
      });
    } else if (!client.preventUserExistenceErrors) {
      throw refusal!;
    }
  }

  /**
   * Resets the password. Checks it before the user, so that the error does not reveal whether the user exists.
   *
   * @throws {UserPoolError} when the password is not allowed, the user cannot get a code, or it is not the last one sent
   */
  confirm(client: AppClient, username: string, code: string, password: string): void {
    const user = this.pool.users.find(username);
    this.codes.countTry(user?.sub ?? this.pool.users.keyOf(username));
    this.pool.passwords.assertAllowed(password);
    const refusal = refusalOf(user);
    if (!user || refusal) {
      throw client.preventUserExistenceErrors ? new UserPoolError('CodeMismatchException') : refusal!;
    }
    this.codes.take(user.sub, code);
    this.pool.passwords.set(user, password);
  }
}

/** Returns why a user cannot get a code. */
function refusalOf(user: User | undefined): UserPoolError | undefined {
  if (!user) {
    return new UserPoolError('UserNotFoundException', 'Username/client id combination not found.');
  }
  if (!user.enabled) {
    return new UserPoolError('NotAuthorizedException', 'User is disabled.');
  }
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    return new UserPoolError('NotAuthorizedException', 'User password cannot be reset in the current state.');
  }
  return isEmailVerified(user)
    ? undefined
    : new UserPoolError(
        'InvalidParameterException',
        'Cannot reset password for the user as there is no registered/verified email or phone_number',
      );
}
