import { codeDelivery } from '../code-delivery';
import { type Operation } from '../operation';
import { attributesIn, signedInUser } from '../user';

export const updateUserAttributes: Operation<'UpdateUserAttributes'> = async (pool, request) => {
  const { user, client } = await signedInUser(pool, request);
  const { userAttributes } = pool;
  const attributes = userAttributes.read(attributesIn(request.UserAttributes), client);
  const sentTo = await userAttributes.update(user, attributes, { client, clientMetadata: request.ClientMetadata });
  return { CodeDeliveryDetailsList: sentTo === undefined ? [] : [codeDelivery(sentTo)] };
};
