import { type Operation } from '../operation';
import { signedInUser } from '../user';

export const deleteUserAttributes: Operation<'DeleteUserAttributes'> = async (pool, request) => {
  const { user, client } = await signedInUser(pool, request);
  await pool.userAttributes.remove(user, request.UserAttributeNames, client);
  return {};
};
