import { randomUUID } from 'node:crypto';

import { type User } from './model';
import { type Passwords } from './passwords';
import { type Caller, type Triggers } from './triggers';
import { type UserAttributes } from './user-attributes';
import { type Users } from './users';

interface UserMigrationProps {
  readonly passwords: Passwords;
  readonly triggers: Triggers;
  readonly userAttributes: UserAttributes;
  readonly users: Users;
}

/** How a trigger adds users whom the user pool does not know. */
export class UserMigration {
  constructor(private readonly props: UserMigrationProps) {}

  /**
   * Adds the user who signs in with a password that the trigger has found right. Returns nothing if there is none.
   *
   * @throws {UserPoolError} when the trigger fails, or returns attributes that the user pool does not take
   */
  forSignIn(username: string, password: string, caller: Caller): Promise<User | undefined> {
    return this.migrate('UserMigration_Authentication', username, password, caller);
  }

  /**
   * Adds the user who has forgotten the password. Returns nothing if there is none.
   *
   * @throws {UserPoolError} when the trigger fails, or returns attributes that the user pool does not take
   */
  forPassword(username: string, caller: Caller): Promise<User | undefined> {
    return this.migrate('UserMigration_ForgotPassword', username, undefined, caller);
  }

  private async migrate(
    source: 'UserMigration_Authentication' | 'UserMigration_ForgotPassword',
    username: string,
    password: string | undefined,
    caller: Caller,
  ): Promise<User | undefined> {
    const { passwords, triggers, userAttributes, users } = this.props;
    const migrated = await triggers.userMigration(source, username, password, caller);
    if (!migrated) {
      return undefined;
    }
    const attributes = userAttributes.readNew(username, Object.entries(migrated.attributes));
    users.assertName(username, 'Username should be an email.');
    const account = users.newAccount(username, attributes);
    return users.add({
      ...account,
      // The password policy does not apply.
      password: passwords.create(account.username, password ?? randomUUID()),
      status: migrated.isConfirmed ? 'CONFIRMED' : 'RESET_REQUIRED',
    });
  }
}
