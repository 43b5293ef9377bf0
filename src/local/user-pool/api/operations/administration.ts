import {
  type AdminConfirmSignUpRequest,
  type AdminConfirmSignUpResponse,
  type AdminCreateUserRequest,
  type AdminCreateUserResponse,
  type AdminDeleteUserRequest,
  type AdminDisableUserRequest,
  type AdminDisableUserResponse,
  type AdminEnableUserRequest,
  type AdminEnableUserResponse,
  type AdminGetUserRequest,
  type AdminGetUserResponse,
  type AdminSetUserPasswordRequest,
  type AdminSetUserPasswordResponse,
  type AdminUpdateUserAttributesRequest,
  type AdminUpdateUserAttributesResponse,
  type AdminUserGlobalSignOutRequest,
  type AdminUserGlobalSignOutResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { UserPoolError } from '../../user-pool-error';
import { attributesOf } from '../attributes';
import { mfaSettings } from '../mfa-settings';
import { type Operation } from '../operation';
import { assertUserPool, namedUser } from '../user-pool-id';
import { userType } from '../user-type';

export const adminCreateUser: Operation<AdminCreateUserRequest, AdminCreateUserResponse> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  if (request.DesiredDeliveryMediums?.includes('SMS')) {
    throw new UserPoolError('InvalidParameterException', 'SMS is not served on this machine.');
  }
  if (request.MessageAction === 'RESEND') {
    const user = pool.users.get(request.Username);
    pool.signUp.inviteAgain(user, request.TemporaryPassword);
    return { User: userType(pool, user) };
  }
  const attributes = pool.userAttributes.read(attributesOf(request.UserAttributes));
  const email = attributes.get('email') ?? request.Username;
  if (pool.users.keyOf(email) !== pool.users.keyOf(request.Username)) {
    throw new UserPoolError('InvalidParameterException', 'Username should be the same as the email attribute.');
  }
  const user = pool.signUp.createByAdmin(request.Username, {
    temporaryPassword: request.TemporaryPassword,
    attributes,
    sendsMail: request.MessageAction !== 'SUPPRESS',
  });
  return { User: userType(pool, user) };
};

export const adminSetUserPassword: Operation<AdminSetUserPasswordRequest, AdminSetUserPasswordResponse> = (
  pool,
  request,
) => {
  const user = namedUser(pool, request);
  pool.passwords.set(user, request.Password, { temporary: !request.Permanent });
  return {};
};

export const adminConfirmSignUp: Operation<AdminConfirmSignUpRequest, AdminConfirmSignUpResponse> = (pool, request) => {
  pool.signUp.confirmByAdmin(namedUser(pool, request));
  return {};
};

export const adminGetUser: Operation<AdminGetUserRequest, AdminGetUserResponse> = (pool, request) => {
  const user = namedUser(pool, request);
  const { Attributes: UserAttributes, ...details } = userType(pool, user);
  return { ...details, UserAttributes, ...mfaSettings(user) };
};

export const adminUpdateUserAttributes: Operation<
  AdminUpdateUserAttributesRequest,
  AdminUpdateUserAttributesResponse
> = (pool, request) => {
  const user = namedUser(pool, request);
  pool.userAttributes.update(user, pool.userAttributes.read(attributesOf(request.UserAttributes)));
  return {};
};

export const adminDeleteUser: Operation<AdminDeleteUserRequest, object> = (pool, request) => {
  pool.deleteUser(namedUser(pool, request));
  return {};
};

export const adminDisableUser: Operation<AdminDisableUserRequest, AdminDisableUserResponse> = (pool, request) => {
  pool.setEnabled(namedUser(pool, request), false);
  return {};
};

export const adminEnableUser: Operation<AdminEnableUserRequest, AdminEnableUserResponse> = (pool, request) => {
  pool.setEnabled(namedUser(pool, request), true);
  return {};
};

export const adminUserGlobalSignOut: Operation<AdminUserGlobalSignOutRequest, AdminUserGlobalSignOutResponse> = (
  pool,
  request,
) => {
  pool.grants.signOutEverywhere(namedUser(pool, request));
  return {};
};
