import { setMfaPreference } from '../mfa-preference';
import { type Operation } from '../operation';
import { signedInUser } from '../user';

export const setUserMfaPreference: Operation<'SetUserMFAPreference'> = async (pool, request) => {
  const { user } = await signedInUser(pool, request);
  setMfaPreference(pool, user, request);
  return {};
};
