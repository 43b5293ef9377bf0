import { findClient } from '../client';
import { type Operation } from '../operation';
import { flows, startSignIn } from '../sign-in-flow';

export const initiateAuth: Operation<'InitiateAuth'> = (pool, request) =>
  startSignIn(flows, pool, findClient(pool, request.ClientId), request);
