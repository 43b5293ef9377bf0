import { authenticateClient } from '../client';
import { type Operation } from '../operation';

/** Resets a forgotten password with the mailed code. */
export const confirmForgotPassword: Operation<'ConfirmForgotPassword'> = (pool, request) => {
  const { Username: username, ConfirmationCode: code, Password: password } = request;
  pool.passwordRecovery.confirm(authenticateClient(pool, request), username, code, password);
  return {};
};
