import { type Operation } from '../operation';
import { signedInUser } from '../user';

export const verifyUserAttribute: Operation<'VerifyUserAttribute'> = async (pool, request) => {
  const { user } = await signedInUser(pool, request);
  pool.userAttributes.verify(user, request.AttributeName, request.Code);
  return {};
};
