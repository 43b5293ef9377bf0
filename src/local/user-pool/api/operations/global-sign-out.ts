import { type Operation } from '../operation';
import { signedInUser } from '../user';

/** Ends all tokens of the signed-in user. */
export const globalSignOut: Operation<'GlobalSignOut'> = async (pool, request) => {
  const { user } = await signedInUser(pool, request, 'NotAuthorizedException');
  pool.grants.signOutEverywhere(user);
  return {};
};
