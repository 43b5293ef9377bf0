import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { type User } from '../users';

/** @throws {UserPoolError} when the pool has another ID */
export function assertUserPool({ configuration }: UserPool, id: string): void {
  if (id !== configuration.id) {
    throw new UserPoolError('ResourceNotFoundException', `User pool ${id} does not exist.`);
  }
}

/**
 * Returns the user whom an administrator names.
 *
 * @throws {UserPoolError} when there is no such pool or no such user
 */
export function namedUser(pool: UserPool, request: { readonly UserPoolId: string; readonly Username: string }): User {
  assertUserPool(pool, request.UserPoolId);
  return pool.users.get(request.Username);
}
