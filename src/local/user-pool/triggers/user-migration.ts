import { randomUUID } from 'node:crypto';

import { type User } from '../model';
import { type Passwords } from '../passwords/passwords';
import { type Caller, type Triggers } from './triggers';
import { type UserAttributes } from '../users/user-attributes';
import { type Users } from '../users/users';

interface UserMigrationProps {
  readonly passwords: Passwords;
  readonly triggers: Triggers;
  readonly userAttributes: UserAttributes;
  readonly users: Users;
}

/** Adds users of another user directory, with a trigger. */
export class UserMigration {
  constructor(private readonly props: UserMigrationProps) {}

  /**
   * Adds the user with this name. Returns nothing if the trigger does not know the user.
   *
   * @param password the one that the trigger checks; nothing if the user has forgotten it
   * @throws {UserPoolError} when the trigger fails, or returns attributes that the user pool does not take
   */
  async migrate(username: string, password: string | undefined, caller: Caller): Promise<User | undefined> {
    const { passwords, triggers, userAttributes, users } = this.props;
    const migrated = await triggers.userMigration(username, password, caller);
    // Another request can have added the user while the trigger ran.
    const added = users.find(username);
    if (added || !migrated) {
      return added;
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
