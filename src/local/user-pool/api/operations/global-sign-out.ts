import { type Operation } from '../operation';
import { signedInUser } from '../user';

export const globalSignOut: Operation<'GlobalSignOut'> = async (pool, request) => {
  const { user } = await signedInUser(pool, request, 'NotAuthorizedException');
  pool.grants.signOutEverywhere(user);
  return {};
};
