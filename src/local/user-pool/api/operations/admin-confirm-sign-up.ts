import { type Operation } from '../operation';
import { namedUser } from '../user';

/** Confirms an account without a code. */
export const adminConfirmSignUp: Operation<'AdminConfirmSignUp'> = async (pool, request) => {
  await pool.signUp.confirmByAdmin(namedUser(pool, request), request.ClientMetadata);
  return {};
};
