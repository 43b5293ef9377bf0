import { findClient } from '../client';
import { type Operation } from '../operation';
import { adminFlows, startSignIn } from '../sign-in-flow';
import { assertUserPool } from '../user';

/** Starts a sign-in, or refreshes tokens, for an administrator. */
export const adminInitiateAuth: Operation<'AdminInitiateAuth'> = (pool, request) => {
  assertUserPool(pool, request);
  return startSignIn(adminFlows, pool, findClient(pool, request.ClientId), request);
};
