import { readableAttributes } from '../../users/user-attributes';
import { type Operation } from '../operation';
import { attributeTypes, mfaSettings, signedInUser } from '../user';

/** Describes the signed-in user, as far as the client can read. */
export const getUser: Operation<'GetUser'> = async (pool, request) => {
  const { user, client } = await signedInUser(pool, request);
  const UserAttributes = attributeTypes(readableAttributes(user, client));
  return { Username: user.username, UserAttributes, ...mfaSettings(user) };
};
