import { type Operation } from '../operation';
import { attributesIn, namedUser } from '../user';

/** Sets attributes of a user. */
export const adminUpdateUserAttributes: Operation<'AdminUpdateUserAttributes'> = (pool, request) => {
  const { userAttributes } = pool;
  const user = namedUser(pool, request);
  userAttributes.update(user, userAttributes.read(attributesIn(request.UserAttributes)));
  return {};
};
