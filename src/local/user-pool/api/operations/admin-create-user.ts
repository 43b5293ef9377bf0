import { UserPoolError } from '../../user-pool-error';
import { type Operation } from '../operation';
import { assertUserPool, attributesIn, userType, validationDataIn } from '../user';

/** Adds a user with a temporary password, or mails another one. */
export const adminCreateUser: Operation<'AdminCreateUser'> = async (pool, request) => {
  const { signUp, userAttributes, users } = pool;
  const { Username: username, TemporaryPassword: temporaryPassword } = request;
  assertUserPool(pool, request);
  if (request.DesiredDeliveryMediums?.includes('SMS')) {
    throw new UserPoolError('InvalidParameterException', 'SMS is not served on this machine.');
  }
  if (request.MessageAction === 'RESEND') {
    const user = users.get(username);
    await signUp.inviteAgain(user, temporaryPassword);
    return { User: userType(user) };
  }
  const attributes = userAttributes.readNew(username, attributesIn(request.UserAttributes));
  const sendsMail = request.MessageAction !== 'SUPPRESS';
  const { ClientMetadata: clientMetadata, ValidationData } = request;
  const caller = { clientMetadata, validationData: validationDataIn(ValidationData) };
  const user = await signUp.createByAdmin(username, { temporaryPassword, attributes, sendsMail, caller });
  return { User: userType(user) };
};
