import { authenticateClient } from '../client';
import { type Operation } from '../operation';

export const confirmForgotPassword: Operation<'ConfirmForgotPassword'> = async (pool, request) => {
  const { Username: username, ConfirmationCode: code, Password: password, ClientMetadata: clientMetadata } = request;
  const client = authenticateClient(pool, request);
  await pool.passwordRecovery.confirm(client, username, code, password, clientMetadata);
  return {};
};
