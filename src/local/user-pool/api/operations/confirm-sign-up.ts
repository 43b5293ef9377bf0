import { authenticateClient } from '../client';
import { type Operation } from '../operation';

export const confirmSignUp: Operation<'ConfirmSignUp'> = async (pool, request) => {
  const { Username: username, ConfirmationCode: code, ClientMetadata: clientMetadata } = request;
  await pool.signUp.confirm(authenticateClient(pool, request), username, code, clientMetadata);
  return {};
};
