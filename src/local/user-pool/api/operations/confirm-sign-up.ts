import { authenticateClient } from '../client';
import { type Operation } from '../operation';

/** Confirms an account with the code that the sign-up has mailed. */
export const confirmSignUp: Operation<'ConfirmSignUp'> = async (pool, request) => {
  const { Username: username, ConfirmationCode: code, ClientMetadata: clientMetadata } = request;
  await pool.signUp.confirm(authenticateClient(pool, request), username, code, clientMetadata);
  return {};
};
