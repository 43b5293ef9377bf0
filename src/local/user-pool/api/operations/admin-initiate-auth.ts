import { findClient } from '../client';
import { type Operation } from '../operation';
import { adminFlows, startSignIn } from '../sign-in-flow';
import { assertUserPool } from '../user';

export const adminInitiateAuth: Operation<'AdminInitiateAuth'> = (pool, request) => {
  assertUserPool(pool, request);
  return startSignIn(adminFlows, pool, findClient(pool, request.ClientId), request);
};
