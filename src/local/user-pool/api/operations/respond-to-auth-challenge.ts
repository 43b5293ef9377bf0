import { respondToChallenge } from '../challenge';
import { findClient } from '../client';
import { type Operation } from '../operation';

export const respondToAuthChallenge: Operation<'RespondToAuthChallenge'> = (pool, request) =>
  respondToChallenge(pool, findClient(pool, request.ClientId), request);
