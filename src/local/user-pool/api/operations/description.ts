import {
  type DescribeUserPoolClientRequest,
  type DescribeUserPoolClientResponse,
  type DescribeUserPoolRequest,
  type DescribeUserPoolResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { findClient } from '../api-client';
import { type Operation } from '../operation';
import { assertUserPool } from '../user-pool-id';

export const describeUserPool: Operation<DescribeUserPoolRequest, DescribeUserPoolResponse> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  const { configuration, users } = pool;
  const policy = configuration.passwordPolicy;
  return {
    UserPool: {
      Id: configuration.id,
      Name: configuration.name,
      Arn: configuration.arn,
      Policies: {
        PasswordPolicy: {
          MinimumLength: policy.minimum_length,
          RequireUppercase: policy.require_uppercase,
          RequireLowercase: policy.require_lowercase,
          RequireNumbers: policy.require_numbers,
          RequireSymbols: policy.require_symbols,
          PasswordHistorySize: policy.password_history_size,
          TemporaryPasswordValidityDays: policy.temporary_password_validity_days,
        },
      },
      AutoVerifiedAttributes: ['email'],
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: configuration.caseSensitive },
      MfaConfiguration: configuration.mfa,
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: !configuration.selfSignUp },
      EstimatedNumberOfUsers: users.count,
    },
  };
};

export const describeUserPoolClient: Operation<DescribeUserPoolClientRequest, DescribeUserPoolClientResponse> = (
  pool,
  request,
) => {
  assertUserPool(pool, request.UserPoolId);
  const client = findClient(pool, request.ClientId);
  return {
    UserPoolClient: {
      UserPoolId: pool.configuration.id,
      ClientId: client.id,
      ClientName: client.name,
      ...(client.secret !== undefined && { ClientSecret: client.secret }),
      AccessTokenValidity: client.accessTokenValidity,
      IdTokenValidity: client.idTokenValidity,
      RefreshTokenValidity: client.refreshTokenValidity,
      TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' },
      ExplicitAuthFlows: [...client.authFlows],
      AllowedOAuthFlows: [
        ...(client.codeGrant ? (['code'] as const) : []),
        ...(client.clientCredentialsGrant ? (['client_credentials'] as const) : []),
      ],
      AllowedOAuthFlowsUserPoolClient: client.codeGrant || client.clientCredentialsGrant,
      AllowedOAuthScopes: [...client.scopes],
      CallbackURLs: [...client.callbackUrls],
      LogoutURLs: [...client.logoutUrls],
      PreventUserExistenceErrors: client.preventUserExistenceErrors ? 'ENABLED' : 'LEGACY',
      EnableTokenRevocation: client.tokenRevocation,
      AuthSessionValidity: client.authSessionValidity / 60,
      ...(client.rotationGraceSeconds !== undefined && {
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: client.rotationGraceSeconds },
      }),
    },
  };
};
