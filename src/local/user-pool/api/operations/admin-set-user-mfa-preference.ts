import { setMfaPreference } from '../mfa-preference';
import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminSetUserMfaPreference: Operation<'AdminSetUserMFAPreference'> = (pool, request) => {
  setMfaPreference(pool, namedUser(pool, request), request);
  return {};
};
