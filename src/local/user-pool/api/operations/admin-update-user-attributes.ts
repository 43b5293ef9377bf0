import { type Operation } from '../operation';
import { attributesIn, namedUser } from '../user';

export const adminUpdateUserAttributes: Operation<'AdminUpdateUserAttributes'> = async (pool, request) => {
  const { userAttributes } = pool;
  const user = namedUser(pool, request);
  const attributes = userAttributes.read(attributesIn(request.UserAttributes));
  await userAttributes.update(user, attributes, { clientMetadata: request.ClientMetadata });
  return {};
};
