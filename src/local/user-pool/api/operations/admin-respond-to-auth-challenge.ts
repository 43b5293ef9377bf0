import { respondToChallenge } from '../challenge';
import { findClient } from '../client';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

export const adminRespondToAuthChallenge: Operation<'AdminRespondToAuthChallenge'> = (pool, request) => {
  assertUserPool(pool, request);
  return respondToChallenge(pool, findClient(pool, request.ClientId), request);
};
