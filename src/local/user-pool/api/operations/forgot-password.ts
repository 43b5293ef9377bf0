import { authenticateClient } from '../client';
import { codeDeliveryFor } from '../code-delivery';
import { type Operation } from '../operation';

/** Mails a code to reset a forgotten password. */
export const forgotPassword: Operation<'ForgotPassword'> = (pool, request) => {
  pool.passwordRecovery.forgotPassword(authenticateClient(pool, request), request.Username);
  return { CodeDeliveryDetails: codeDeliveryFor(pool, request.Username) };
};
