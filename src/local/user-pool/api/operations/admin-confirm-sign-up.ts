import { type Operation } from '../operation';
import { namedUser } from '../user';

/** Confirms an account without a code. */
export const adminConfirmSignUp: Operation<'AdminConfirmSignUp'> = (pool, request) => {
  pool.signUp.confirmByAdmin(namedUser(pool, request));
  return {};
};
