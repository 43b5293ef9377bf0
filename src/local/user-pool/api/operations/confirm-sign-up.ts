import { authenticateClient } from '../client';
import { type Operation } from '../operation';

/** Confirms an account with the code that the sign-up has mailed. */
export const confirmSignUp: Operation<'ConfirmSignUp'> = (pool, request) => {
  pool.signUp.confirm(authenticateClient(pool, request), request.Username, request.ConfirmationCode);
  return {};
};
