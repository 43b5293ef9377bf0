import { authenticateClient } from '../client';
import { codeDeliveryFor } from '../code-delivery';
import { type Operation } from '../operation';

export const forgotPassword: Operation<'ForgotPassword'> = async (pool, request) => {
  const client = authenticateClient(pool, request);
  await pool.passwordRecovery.forgotPassword(client, request.Username, request.ClientMetadata);
  return { CodeDeliveryDetails: codeDeliveryFor(pool, request.Username) };
};
