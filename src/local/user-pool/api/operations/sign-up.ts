import {
  type ConfirmSignUpRequest,
  type ConfirmSignUpResponse,
  type ResendConfirmationCodeRequest,
  type ResendConfirmationCodeResponse,
  type SignUpRequest,
  type SignUpResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { UserPoolError } from '../../user-pool-error';
import { authenticateClient } from '../api-client';
import { attributesOf } from '../attributes';
import { codeDelivery } from '../code-delivery';
import { type Operation } from '../operation';

export const signUp: Operation<SignUpRequest, SignUpResponse> = (pool, request) => {
  const client = authenticateClient(pool, request);
  if (request.Password === undefined) {
    throw new UserPoolError('InvalidParameterException', 'Password is required.');
  }
  const attributes = pool.userAttributes.read(attributesOf(request.UserAttributes), client);
  const email = attributes.get('email') ?? request.Username;
  if (pool.users.keyOf(email) !== pool.users.keyOf(request.Username)) {
    throw new UserPoolError('InvalidParameterException', 'Username should be the same as the email attribute.');
  }
  const user = pool.signUp.signUp(request.Username, request.Password, attributes);
  return { UserConfirmed: false, UserSub: user.sub, CodeDeliveryDetails: codeDelivery(pool, request.Username) };
};

export const confirmSignUp: Operation<ConfirmSignUpRequest, ConfirmSignUpResponse> = (pool, request) => {
  pool.signUp.confirm(authenticateClient(pool, request), request.Username, request.ConfirmationCode);
  return {};
};

export const resendConfirmationCode: Operation<ResendConfirmationCodeRequest, ResendConfirmationCodeResponse> = (
  pool,
  request,
) => {
  pool.signUp.resendCode(authenticateClient(pool, request), request.Username);
  return { CodeDeliveryDetails: codeDelivery(pool, request.Username) };
};
