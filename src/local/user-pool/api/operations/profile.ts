import {
  type DeleteUserRequest,
  type GetUserAttributeVerificationCodeRequest,
  type GetUserAttributeVerificationCodeResponse,
  type GetUserRequest,
  type GetUserResponse,
  type UpdateUserAttributesRequest,
  type UpdateUserAttributesResponse,
  type VerifyUserAttributeRequest,
  type VerifyUserAttributeResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { attributesOf } from '../attributes';
import { codeDelivery } from '../code-delivery';
import { mfaSettings } from '../mfa-settings';
import { type Operation } from '../operation';
import { signedInUser } from '../signed-in-user';

export const getUser: Operation<GetUserRequest, GetUserResponse> = async (pool, request) => {
  const { user, client } = await signedInUser(pool, request.AccessToken);
  return { Username: user.sub, UserAttributes: pool.userAttributes.list(user, client), ...mfaSettings(user) };
};

export const updateUserAttributes: Operation<UpdateUserAttributesRequest, UpdateUserAttributesResponse> = async (
  pool,
  request,
) => {
  const { user, client } = await signedInUser(pool, request.AccessToken);
  const sendsCode = pool.userAttributes.update(
    user,
    pool.userAttributes.read(attributesOf(request.UserAttributes), client),
  );
  return { CodeDeliveryDetailsList: sendsCode ? [codeDelivery(pool, user.sub)] : [] };
};

export const getUserAttributeVerificationCode: Operation<
  GetUserAttributeVerificationCodeRequest,
  GetUserAttributeVerificationCodeResponse
> = async (pool, request) => {
  const { user } = await signedInUser(pool, request.AccessToken);
  pool.userAttributes.requestCode(user, request.AttributeName);
  return { CodeDeliveryDetails: codeDelivery(pool, user.sub) };
};

export const verifyUserAttribute: Operation<VerifyUserAttributeRequest, VerifyUserAttributeResponse> = async (
  pool,
  request,
) => {
  const { user } = await signedInUser(pool, request.AccessToken);
  pool.userAttributes.verify(user, request.AttributeName, request.Code);
  return {};
};

export const deleteUser: Operation<DeleteUserRequest, object> = async (pool, request) => {
  const { user } = await signedInUser(pool, request.AccessToken);
  pool.deleteUser(user);
  return {};
};
