import { authenticateClient } from '../client';
import { codeDeliveryFor } from '../code-delivery';
import { type Operation } from '../operation';

export const resendConfirmationCode: Operation<'ResendConfirmationCode'> = async (pool, request) => {
  await pool.signUp.resendCode(authenticateClient(pool, request), request.Username, request.ClientMetadata);
  return { CodeDeliveryDetails: codeDeliveryFor(pool, request.Username) };
};
