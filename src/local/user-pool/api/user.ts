import { type AttributeType } from '@aws-sdk/client-cognito-identity-provider';

import { adminScope } from '../tokens/grants';
import { type AppClient, type User } from '../model';
import { type Metadata } from '../triggers/triggers';
import { readableAttributes } from '../users/user-attributes';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';

/** @throws {UserPoolError} when the pool has another ID */
export function assertUserPool({ configuration }: UserPool, { UserPoolId: id }: { readonly UserPoolId: string }): void {
  if (id !== configuration.id) {
    throw new UserPoolError('ResourceNotFoundException', `User pool ${id} does not exist.`);
  }
}

/**
 * Returns the user whom an administrator names.
 *
 * @throws {UserPoolError} when the pool or the user does not exist
 */
export function namedUser(pool: UserPool, request: { readonly UserPoolId: string; readonly Username: string }): User {
  assertUserPool(pool, request);
  return pool.users.get(request.Username);
}

/**
 * Returns the user whose access token a request carries, and the client of the token.
 *
 * @param errorIfDeleted the one that AWS documents for the operation
 * @throws {UserPoolError} when the token is not valid, does not have the scope of this API, or was revoked
 */
export async function signedInUser(
  { configuration, grants, tokens, users }: UserPool,
  { AccessToken: accessToken }: { readonly AccessToken: string },
  errorIfDeleted: 'NotAuthorizedException' | 'UserNotFoundException' = 'UserNotFoundException',
): Promise<{ readonly user: User; readonly client: AppClient }> {
  let message = 'Invalid Access Token';
  const claims = await tokens.verifyAccessToken(accessToken, () => {
    message = 'Access Token has expired';
  });
  const client = configuration.clients.get(String(claims?.client_id));
  if (!claims || !client) {
    throw new UserPoolError('NotAuthorizedException', message);
  }
  if (!String(claims.scope).split(' ').includes(adminScope)) {
    throw new UserPoolError('NotAuthorizedException', 'Access Token does not have required scopes');
  }
  const user = users.withSub(claims.sub!);
  if (!user) {
    throw new UserPoolError(errorIfDeleted, errorIfDeleted === 'NotAuthorizedException' ? message : undefined);
  }
  if (!user.enabled) {
    throw new UserPoolError('NotAuthorizedException', 'User is disabled.');
  }
  if (grants.isRevoked(claims, user)) {
    throw new UserPoolError('NotAuthorizedException', 'Access Token has been revoked');
  }
  if (user.status === 'RESET_REQUIRED') {
    throw new UserPoolError('PasswordResetRequiredException');
  }
  return { user, client };
}

/** Describes a user to an administrator. */
export function userType(user: User) {
  return {
    Username: user.username,
    Attributes: attributeTypes(readableAttributes(user)),
    UserCreateDate: new Date(user.createdAt),
    UserLastModifiedDate: new Date(user.modifiedAt),
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}

/** Says which second factors a user has turned on, and which one of them is preferred. */
export function mfaSettings({ softwareToken }: User) {
  return {
    ...(softwareToken?.preferred && { PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA' }),
    ...(softwareToken?.enabled && { UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] }),
  };
}

/** Writes attributes as the API has them. */
export function attributeTypes(attributes: readonly (readonly [name: string, value: string])[]) {
  return attributes.map(([Name, Value]) => ({ Name, Value }));
}

/** Reads the attributes of a request; a missing value is an empty one. */
export function attributesIn(given: readonly AttributeType[] = []): [name: string, value: string][] {
  return given.map(({ Name, Value = '' }) => [Name!, Value]);
}

/** Reads the validation data of a request, which only triggers get. */
export function validationDataIn(given: readonly AttributeType[] | undefined): Metadata | undefined {
  return given && Object.fromEntries(attributesIn(given));
}

/** The place of a user among all, by the time of creation. */
export function orderOf({ createdAt, sub }: User): string {
  return `${String(createdAt).padStart(15, '0')} ${sub}`;
}
