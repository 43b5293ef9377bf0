import { createHmac } from 'node:crypto';

import { equalSecrets } from '../secrets';
import { type UserPool } from '../user-pool';
import { type AppClient } from '../user-pool-configuration';
import { UserPoolError } from '../user-pool-error';

/** @throws {UserPoolError} when there is no such app client */
export function findClient({ configuration }: UserPool, id: string): AppClient {
  const client = configuration.clients.get(id);
  if (!client) {
    throw new UserPoolError('ResourceNotFoundException', `User pool client ${id} does not exist.`);
  }
  return client;
}

/**
 * Finds an app client, and checks the SECRET_HASH that a client with a secret sends.
 *
 * @throws {UserPoolError} when there is no such client, or the hash is missing or wrong
 */
export function authenticateClient(
  pool: UserPool,
  { ClientId: id, Username: username, SecretHash: hash }: ClientRequest,
): AppClient {
  const client = findClient(pool, id);
  assertSecretHash(client, username, hash);
  return client;
}

interface ClientRequest {
  readonly ClientId: string;
  readonly Username: string;
  readonly SecretHash?: string | undefined;
}

/** @throws {UserPoolError} when the hash of a client's secret and a user name is missing or wrong */
export function assertSecretHash({ id, secret }: AppClient, username: string, hash: string | undefined): void {
  if (secret === undefined) {
    if (hash !== undefined) {
      throw new UserPoolError('NotAuthorizedException', `Unable to verify secret hash for client ${id}`);
    }
    return;
  }
  if (hash === undefined) {
    throw secretNotReceived(id);
  }
  const expected = createHmac('sha256', secret).update(`${username}${id}`).digest('base64');
  if (!equalSecrets(hash, expected)) {
    throw new UserPoolError('NotAuthorizedException', `Unable to verify secret hash for client ${id}`);
  }
}

/** @throws {UserPoolError} when the secret of a client is missing or wrong */
export function assertSecret(client: AppClient, given: string | undefined): void {
  if (client.secret !== undefined && given === undefined) {
    throw secretNotReceived(client.id);
  }
  if (!isSecret(client, given)) {
    throw new UserPoolError('NotAuthorizedException', `Unable to verify secret for client ${client.id}`);
  }
}

/** Returns whether a client has this secret, or none if none is given. */
export function isSecret({ secret }: AppClient, given: string | undefined): boolean {
  return secret === undefined || given === undefined ? secret === given : equalSecrets(secret, given);
}

function secretNotReceived(id: string): UserPoolError {
  return new UserPoolError(
    'NotAuthorizedException',
    `Client ${id} is configured for secret but secret was not received`,
  );
}
