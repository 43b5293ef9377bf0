import { type Operation } from '../operation';
import { namedUser } from '../user';

/** Ends the use of a user's password, and mails a code to reset it. */
export const adminResetUserPassword: Operation<'AdminResetUserPassword'> = async (pool, request) => {
  await pool.passwordRecovery.resetByAdmin(namedUser(pool, request), request.ClientMetadata);
  return {};
};
