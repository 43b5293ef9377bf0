import { type Operation } from '../operation';
import { namedUser } from '../user';

export const adminDeleteUserAttributes: Operation<'AdminDeleteUserAttributes'> = async (pool, request) => {
  await pool.userAttributes.remove(namedUser(pool, request), request.UserAttributeNames);
  return {};
};
