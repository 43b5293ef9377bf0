import { UserPoolError } from '../../user-pool-error';
import { assertSecret, findClient } from '../client';
import { type Operation } from '../operation';
import { refreshedTokens } from '../token-result';

export const getTokensFromRefreshToken: Operation<'GetTokensFromRefreshToken'> = async (pool, request) => {
  const client = findClient(pool, request.ClientId);
  assertSecret(client, request.ClientSecret);
  if (!pool.grants.canRefresh(client)) {
    throw new UserPoolError('InvalidParameterException', 'REFRESH_TOKEN_AUTH flow not enabled for this client');
  }
  return { AuthenticationResult: await refreshedTokens(pool, client, request.RefreshToken, request.ClientMetadata) };
};
