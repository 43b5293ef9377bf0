import { type UserPool } from './user-pool';
import { type UserGroup, type UserPoolConfiguration } from './user-pool-configuration';
import { UserPoolError } from './user-pool-error';
import { type User } from './users';

/** The groups of a user pool, and which users are in them. */
export class Groups {
  constructor(private readonly pool: UserPool) {}

  get all(): UserGroup[] {
    return [...this.pool.configuration.groups.values()];
  }

  /** Takes users out of groups that are no longer there. */
  configure({ groups }: UserPoolConfiguration): void {
    for (const user of this.pool.users.all) {
      for (const name of user.groups) {
        if (!groups.has(name)) {
          user.groups.delete(name);
        }
      }
    }
  }

  /** @throws {UserPoolError} when there is no such group */
  get(name: string): UserGroup {
    const group = this.pool.configuration.groups.get(name);
    if (!group) {
      throw new UserPoolError('ResourceNotFoundException', 'Group not found.');
    }
    return group;
  }

  of(user: User): UserGroup[] {
    return this.all.filter(({ name }) => user.groups.has(name));
  }

  /** @throws {UserPoolError} when there is no such group */
  add(user: User, name: string): void {
    user.groups.add(this.get(name).name);
  }

  /** @throws {UserPoolError} when there is no such group */
  remove(user: User, name: string): void {
    user.groups.delete(this.get(name).name);
  }

  usersIn({ name }: UserGroup): User[] {
    return [...this.pool.users.all].filter(({ groups }) => groups.has(name));
  }
}
