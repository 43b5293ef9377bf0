import { findClient } from '../client';
import { type Operation } from '../operation';
import { flows, startSignIn } from '../sign-in-flow';

/** Starts a sign-in, or refreshes tokens. */
export const initiateAuth: Operation<'InitiateAuth'> = (pool, request) =>
  startSignIn(flows, pool, findClient(pool, request.ClientId), request);
