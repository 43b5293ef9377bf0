import { type Operation } from '../operation';
import { signedInUser } from '../user';

/** Changes the password of the signed-in user, who knows the present one. */
export const changePassword: Operation<'ChangePassword'> = async (pool, request) => {
  const { user } = await signedInUser(pool, request);
  pool.signIn.checkPassword(user, request.PreviousPassword ?? '');
  pool.passwords.set(user, request.ProposedPassword);
  return {};
};
