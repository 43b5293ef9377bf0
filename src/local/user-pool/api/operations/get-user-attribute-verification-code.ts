import { codeDelivery } from '../code-delivery';
import { type Operation } from '../operation';
import { signedInUser } from '../user';

/** Mails a code that verifies the address of the signed-in user. */
export const getUserAttributeVerificationCode: Operation<'GetUserAttributeVerificationCode'> = async (
  pool,
  request,
) => {
  const { user, client } = await signedInUser(pool, request);
  const caller = { client, clientMetadata: request.ClientMetadata };
  const email = await pool.userAttributes.requestCode(user, request.AttributeName, caller);
  return { CodeDeliveryDetails: codeDelivery(email) };
};
