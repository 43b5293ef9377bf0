import { type User, type UserGroup, type UserPoolConfiguration } from './model';
import { type GroupClaims } from './token-overrides';
import { UserPoolError } from './user-pool-error';
import { type Users } from './users';

interface GroupsProps {
  readonly configuration: Pick<UserPoolConfiguration, 'groups'>;
  readonly users: Users;
}

/** The groups of a user pool, and which users are in them. */
export class Groups {
  constructor(private readonly props: GroupsProps) {}

  get all(): UserGroup[] {
    return [...this.props.configuration.groups.values()];
  }

  /** Takes users out of groups that are no longer in the configuration. */
  dropRemoved(): void {
    for (const user of this.props.users.all) {
      const groups = new Set([...user.groups].filter((name) => this.props.configuration.groups.has(name)));
      if (groups.size < user.groups.size) {
        this.props.users.record(user, { groups });
      }
    }
  }

  /** @throws {UserPoolError} when the group does not exist */
  get(name: string): UserGroup {
    const group = this.props.configuration.groups.get(name);
    if (!group) {
      throw new UserPoolError('ResourceNotFoundException', 'Group not found.');
    }
    return group;
  }

  of(user: User): UserGroup[] {
    return this.all.filter(({ name }) => user.groups.has(name));
  }

  /**
   * Returns the groups and the IAM roles that the tokens of a user have. The preferred role is that of the group with the
   * lowest precedence, if only one role has it.
   */
  claimsOf(user: User): GroupClaims {
    const withRole = this.of(user).filter(({ roleArn }) => roleArn !== undefined);
    const lowest = Math.min(...withRole.map(({ precedence = Infinity }) => precedence));
    const [preferredRole, ...others] = new Set(
      withRole.filter(({ precedence = Infinity }) => precedence === lowest).map(({ roleArn }) => roleArn!),
    );
    return {
      groups: [...user.groups],
      roles: [...new Set(withRole.map(({ roleArn }) => roleArn!))],
      preferredRole: others.length === 0 ? preferredRole : undefined,
    };
  }

  /** @throws {UserPoolError} when the group does not exist */
  add(user: User, name: string): void {
    this.props.users.record(user, { groups: new Set([...user.groups, this.get(name).name]) });
  }

  /** @throws {UserPoolError} when the group does not exist */
  remove(user: User, name: string): void {
    this.get(name);
    this.props.users.record(user, { groups: new Set([...user.groups].filter((other) => other !== name)) });
  }

  usersIn({ name }: UserGroup): User[] {
    return [...this.props.users.all].filter(({ groups }) => groups.has(name));
  }
}
