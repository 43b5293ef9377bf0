import {
  type AuthenticationResultType,
  type GetTokensFromRefreshTokenRequest,
  type GetTokensFromRefreshTokenResponse,
  type GlobalSignOutRequest,
  type GlobalSignOutResponse,
  type RevokeTokenRequest,
  type RevokeTokenResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { adminScope } from '../../grants';
import { type Grant, isRefreshToken } from '../../tokens';
import { type UserPool } from '../../user-pool';
import { type AppClient } from '../../user-pool-configuration';
import { UserPoolError } from '../../user-pool-error';
import { type User } from '../../users';
import { assertSecret, findClient, isSecret } from '../api-client';
import { type Operation } from '../operation';
import { signedInUser } from '../signed-in-user';

export const getTokensFromRefreshToken: Operation<
  GetTokensFromRefreshTokenRequest,
  GetTokensFromRefreshTokenResponse
> = async (pool, request) => {
  const client = findClient(pool, request.ClientId);
  assertSecret(client, request.ClientSecret);
  if (!pool.grants.canRefresh(client)) {
    throw new UserPoolError('InvalidParameterException', 'REFRESH_TOKEN_AUTH flow not enabled for this client');
  }
  return { AuthenticationResult: await refreshTokens(pool, client, request.RefreshToken) };
};

export const revokeToken: Operation<RevokeTokenRequest, RevokeTokenResponse> = (pool, request) => {
  const client = pool.configuration.clients.get(request.ClientId);
  // AWS documents no other error of this operation for a client.
  if (!client || !isSecret(client, request.ClientSecret)) {
    throw new UserPoolError('UnauthorizedException');
  }
  if (!client.tokenRevocation) {
    throw new UserPoolError('UnsupportedOperationException', 'Token revocation is not enabled for this client.');
  }
  if (!isRefreshToken(request.Token)) {
    throw new UserPoolError('UnsupportedTokenTypeException');
  }
  pool.grants.revoke(client, request.Token);
  return {};
};

export const globalSignOut: Operation<GlobalSignOutRequest, GlobalSignOutResponse> = async (pool, request) => {
  const { user } = await signedInUser(pool, request.AccessToken, 'NotAuthorizedException');
  pool.grants.signOutEverywhere(user);
  return {};
};

/** Issues the tokens of a sign-in through this API. They have the scope of this API and no other. */
export async function tokensOfSignIn(pool: UserPool, client: AppClient, user: User): Promise<AuthenticationResultType> {
  const grant = pool.grants.begin({
    source: 'api',
    sub: user.sub,
    clientId: client.id,
    scopes: [adminScope],
    authTime: Math.floor(pool.clock() / 1000),
  });
  return result(pool, client, grant, pool.grants.issueRefreshToken(grant));
}

export async function refreshTokens(
  pool: UserPool,
  client: AppClient,
  token: string,
): Promise<AuthenticationResultType> {
  const { grant, refreshToken } = pool.grants.refresh(client, token);
  return result(pool, client, grant, refreshToken);
}

async function result(
  pool: UserPool,
  client: AppClient,
  grant: Grant,
  refreshToken: string | undefined,
): Promise<AuthenticationResultType> {
  const { accessToken, idToken } = await pool.tokens.of(grant);
  return {
    AccessToken: accessToken,
    ExpiresIn: client.accessTokenValidity,
    ...(idToken !== undefined && { IdToken: idToken }),
    ...(refreshToken !== undefined && { RefreshToken: refreshToken }),
    TokenType: 'Bearer',
  };
}
