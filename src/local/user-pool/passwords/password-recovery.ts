import { type Clock } from '../../clock';
import { type Mailbox } from '../mailbox';
import { type AppClient, type User, type UserPoolConfiguration } from '../model';
import { type Passwords } from './passwords';
import { type Metadata, type Triggers } from '../triggers/triggers';
import { type UserMigration } from '../triggers/user-migration';
import { UserPoolError } from '../user-pool-error';
import { emailOf, isEmailVerified, type Users } from '../users/users';
import { VerificationCodes } from '../sign-in/verification-codes';

interface PasswordRecoveryProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'recoveryMechanisms'>;
  readonly mailbox: Mailbox;
  readonly passwords: Passwords;
  readonly triggers: Triggers;
  readonly userMigration: UserMigration;
  readonly users: Users;
}

const template = { subject: 'Your verification code', message: 'Your password reset code is {####}' };

/** How users who have forgotten their password get another one. */
export class PasswordRecovery {
  private readonly codes: VerificationCodes;

  constructor(private readonly props: PasswordRecoveryProps) {
    const limits = { lifetimeSeconds: 3600, requestsPerHour: 5, triesPerHour: 20 };
    this.codes = new VerificationCodes({ ...props, limits });
  }

  /**
   * Sends a code that resets the password, if the user can get one: at a verified address.
   *
   * @throws {UserPoolError} when there were too many requests, or the user does not exist and the client may know
   */
  async forgotPassword(client: AppClient, username: string, clientMetadata?: Metadata): Promise<void> {
    this.assertAvailable();
    const caller = { client, clientMetadata };
    const user =
      this.props.users.find(username) ?? (await this.props.userMigration.migrate(username, undefined, caller));
    this.codes.countRequest(user?.sub ?? this.props.users.keyOf(username));
    const problem = problemOf(user);
    if (user && !problem) {
      await this.codes.send(user, emailOf(user)!, template, 'CustomMessage_ForgotPassword', caller);
    } else if (!client.preventUserExistenceErrors) {
      throw problem!;
    }
  }

  /**
   * Resets the password. Checks it before the user, so that the error does not reveal whether the user exists.
   *
   * @throws {UserPoolError} when the password is not allowed, the user cannot get a code, or it is not the last one sent
   */
  async confirm(
    client: AppClient,
    username: string,
    code: string,
    password: string,
    clientMetadata?: Metadata,
  ): Promise<void> {
    this.assertAvailable();
    const user = this.props.users.find(username);
    this.codes.countTry(user?.sub ?? this.props.users.keyOf(username));
    this.props.passwords.assertAllowed(password);
    const problem = problemOf(user);
    if (!user || problem) {
      throw client.preventUserExistenceErrors ? new UserPoolError('CodeMismatchException') : problem!;
    }
    this.codes.take(user.sub, code);
    this.props.passwords.set(user, password);
    const source = 'PostConfirmation_ConfirmForgotPassword';
    await this.props.triggers.postConfirmation(source, user, { client, clientMetadata });
  }

  /**
   * Ends the use of the password, and sends a code that resets it.
   *
   * @throws {UserPoolError} when there were too many requests, or the user cannot get a code
   */
  async resetByAdmin(user: User, clientMetadata?: Metadata): Promise<void> {
    this.assertAvailable();
    const problem = problemOf(user);
    if (problem) {
      throw problem;
    }
    this.codes.countRequest(user.sub);
    this.props.users.update(user, { status: 'RESET_REQUIRED' });
    await this.codes.send(user, emailOf(user)!, template, 'CustomMessage_ForgotPassword', { clientMetadata });
  }

  /** Whether users get codes, which are mailed. */
  get isAvailable(): boolean {
    return this.props.configuration.recoveryMechanisms.some(({ name }) => name === 'verified_email');
  }

  /** @throws {UserPoolError} when only an administrator sets passwords */
  private assertAvailable(): void {
    if (!this.isAvailable) {
      throw new UserPoolError('NotAuthorizedException', 'Contact administrator to reset password.');
    }
  }
}

/** Returns why a user cannot get a code. */
function problemOf(user: User | undefined): UserPoolError | undefined {
  if (!user) {
    return new UserPoolError('UserNotFoundException', 'Username/client id combination not found.');
  }
  if (!user.enabled) {
    return new UserPoolError('NotAuthorizedException', 'User is disabled.');
  }
  if (user.status === 'FORCE_CHANGE_PASSWORD' || user.status === 'EXTERNAL_PROVIDER') {
    return new UserPoolError('NotAuthorizedException', 'User password cannot be reset in the current state.');
  }
  return isEmailVerified(user)
    ? undefined
    : new UserPoolError(
        'InvalidParameterException',
        'Cannot reset password for the user as there is no registered/verified email or phone_number',
      );
}
