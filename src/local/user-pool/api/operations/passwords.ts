import {
  type ChangePasswordRequest,
  type ChangePasswordResponse,
  type ConfirmForgotPasswordRequest,
  type ConfirmForgotPasswordResponse,
  type ForgotPasswordRequest,
  type ForgotPasswordResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { UserPoolError } from '../../user-pool-error';
import { authenticateClient } from '../api-client';
import { codeDelivery } from '../code-delivery';
import { type Operation } from '../operation';
import { signedInUser } from '../signed-in-user';

export const forgotPassword: Operation<ForgotPasswordRequest, ForgotPasswordResponse> = (pool, request) => {
  const client = authenticateClient(pool, request);
  assertRecovers(pool.configuration.recoversByEmail);
  pool.passwordRecovery.forgotPassword(client, request.Username);
  return { CodeDeliveryDetails: codeDelivery(pool, request.Username) };
};

export const confirmForgotPassword: Operation<ConfirmForgotPasswordRequest, ConfirmForgotPasswordResponse> = (
  pool,
  request,
) => {
  const client = authenticateClient(pool, request);
  assertRecovers(pool.configuration.recoversByEmail);
  pool.passwordRecovery.confirm(client, request.Username, request.ConfirmationCode, request.Password);
  return {};
};

export const changePassword: Operation<ChangePasswordRequest, ChangePasswordResponse> = async (pool, request) => {
  const { user } = await signedInUser(pool, request.AccessToken);
  pool.passwords.change(user, request.PreviousPassword ?? '', request.ProposedPassword);
  return {};
};

/** @throws {UserPoolError} when only an administrator resets passwords */
function assertRecovers(byEmail: boolean): void {
  if (!byEmail) {
    throw new UserPoolError('NotAuthorizedException', 'Contact administrator to reset password.');
  }
}
