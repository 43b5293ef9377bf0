import { type Operation } from '../operation';
import { signedInUser } from '../user';

/** Verifies the address of the signed-in user with a mailed code. */
export const verifyUserAttribute: Operation<'VerifyUserAttribute'> = async (pool, request) => {
  const { user } = await signedInUser(pool, request);
  pool.userAttributes.verify(user, request.AttributeName, request.Code);
  return {};
};
