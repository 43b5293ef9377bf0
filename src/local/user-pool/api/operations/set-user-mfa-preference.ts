import { setMfaPreference } from '../mfa-preference';
import { type Operation } from '../operation';
import { signedInUser } from '../user';

/** Turns the second factor of the signed-in user on or off. */
export const setUserMfaPreference: Operation<'SetUserMFAPreference'> = async (pool, request) => {
  const { user } = await signedInUser(pool, request);
  setMfaPreference(pool, user, request);
  return {};
};
