import { setMfaPreference } from '../mfa-preference';
import { type Operation } from '../operation';
import { namedUser } from '../user';

/** Turns the second factor of a user on or off. */
export const adminSetUserMfaPreference: Operation<'AdminSetUserMFAPreference'> = (pool, request) => {
  setMfaPreference(pool, namedUser(pool, request), request);
  return {};
};
