import { UserPoolError } from '../../user-pool-error';
import { authenticateClient } from '../client';
import { codeDeliveryFor } from '../code-delivery';
import { type Operation } from '../operation';
import { attributesIn, validationDataIn } from '../user';

export const signUp: Operation<'SignUp'> = async (pool, request) => {
  const { signUp, userAttributes } = pool;
  const { Username: username, Password: password } = request;
  const client = authenticateClient(pool, request);
  if (password === undefined) {
    throw new UserPoolError('InvalidParameterException', 'Password is required.');
  }
  const attributes = userAttributes.readNew(username, attributesIn(request.UserAttributes), client);
  const { ClientMetadata: clientMetadata, ValidationData } = request;
  const caller = { client, clientMetadata, validationData: validationDataIn(ValidationData) };
  const user = await signUp.signUp(caller, username, password, attributes);
  const isConfirmed = user.status === 'CONFIRMED';
  return {
    UserConfirmed: isConfirmed,
    UserSub: user.sub,
    ...(!isConfirmed && pool.configuration.verifiesEmail && { CodeDeliveryDetails: codeDeliveryFor(pool, username) }),
  };
};
