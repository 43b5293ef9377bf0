import { UserPoolError } from '../../user-pool-error';
import { type Operation } from '../operation';
import { assertUserPool, attributesIn, userType } from '../user';

/** Adds a user with a temporary password, or mails another one. */
export const adminCreateUser: Operation<'AdminCreateUser'> = (pool, request) => {
  const { signUp, userAttributes, users } = pool;
  const { Username: username, TemporaryPassword: temporaryPassword } = request;
  assertUserPool(pool, request);
  if (request.DesiredDeliveryMediums?.includes('SMS')) {
    throw new UserPoolError('InvalidParameterException', 'SMS is not served on this machine.');
  }
  if (request.MessageAction === 'RESEND') {
    const user = users.get(username);
    signUp.inviteAgain(user, temporaryPassword);
    return { User: userType(user) };
  }
  const attributes = userAttributes.read(attributesIn(request.UserAttributes));
  users.assertIsEmail(username, attributes);
  const sendsMail = request.MessageAction !== 'SUPPRESS';
  return { User: userType(signUp.createByAdmin(username, { temporaryPassword, attributes, sendsMail })) };
};
