import { type Operation } from '../operation';
import { signedInUser } from '../user';

export const deleteUser: Operation<'DeleteUser'> = async (pool, request) => {
  const { user } = await signedInUser(pool, request);
  pool.deleteUser(user);
  return {};
};
