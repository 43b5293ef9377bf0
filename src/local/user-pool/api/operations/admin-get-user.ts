import { type Operation } from '../operation';
import { mfaSettings, namedUser, userType } from '../user';

export const adminGetUser: Operation<'AdminGetUser'> = (pool, request) => {
  const user = namedUser(pool, request);
  const { Attributes: UserAttributes, ...details } = userType(user);
  return { ...details, UserAttributes, ...mfaSettings(user) };
};
