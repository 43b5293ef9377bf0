import { type UserPool } from '../user-pool';
import { type User } from '../users';

/** Describes a user to an administrator. */
export function userType(pool: UserPool, user: User) {
  return {
    Username: user.sub,
    Attributes: pool.userAttributes.list(user),
    UserCreateDate: new Date(user.createdAt),
    UserLastModifiedDate: new Date(user.modifiedAt),
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}
