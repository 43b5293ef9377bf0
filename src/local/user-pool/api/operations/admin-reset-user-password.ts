import { type Operation } from '../operation';
import { namedUser } from '../user';

/** Ends the use of a user's password, and mails a code to reset it. */
export const adminResetUserPassword: Operation<'AdminResetUserPassword'> = (pool, request) => {
  pool.passwordRecovery.resetByAdmin(namedUser(pool, request));
  return {};
};
