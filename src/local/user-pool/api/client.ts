import { createHmac } from 'node:crypto';

import { type AppClient } from '../model';
import { matchesSecret } from '../secrets';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';

/** @throws {UserPoolError} when the app client does not exist */
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
 * @throws {UserPoolError} when the client does not exist, or the hash is missing or wrong
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

/**
 * @param messages those that AWS has for the operation
 * @throws {UserPoolError} when the hash of a client's secret and a user name is missing or wrong
 */
export function assertSecretHash(
  { id, secret }: AppClient,
  username: string,
  hash: string | undefined,
  messages: { readonly missing?: string; readonly wrong?: string } = {},
): void {
  const { missing = secretNotReceived(id), wrong = `Unable to verify secret hash for client ${id}` } = messages;
  if (secret !== undefined && hash === undefined) {
    throw new UserPoolError('NotAuthorizedException', missing);
  }
  const expected = secret && createHmac('sha256', secret).update(`${username}${id}`).digest('base64');
  if (!matchesSecret(expected, hash)) {
    throw new UserPoolError('NotAuthorizedException', wrong);
  }
}

/** @throws {UserPoolError} when the secret of a client is missing or wrong */
export function assertSecret({ id, secret }: AppClient, given: string | undefined): void {
  if (secret !== undefined && given === undefined) {
    throw new UserPoolError('NotAuthorizedException', secretNotReceived(id));
  }
  if (!matchesSecret(secret, given)) {
    throw new UserPoolError('NotAuthorizedException', `Unable to verify secret for client ${id}`);
  }
}

function secretNotReceived(id: string): string {
  return `Client ${id} is configured for secret but secret was not received`;
}
