import { codeDelivery } from '../code-delivery';
import { type Operation } from '../operation';
import { signedInUser } from '../user';

/** Mails a code that verifies the address of the signed-in user. */
export const getUserAttributeVerificationCode: Operation<'GetUserAttributeVerificationCode'> = async (
  pool,
  request,
) => {
  const { user } = await signedInUser(pool, request);
  return { CodeDeliveryDetails: codeDelivery(pool.userAttributes.requestCode(user, request.AttributeName)) };
};
