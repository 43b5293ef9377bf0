import { isRefreshToken } from '../../tokens/grants';
import { matchesSecret } from '../../secrets';
import { UserPoolError } from '../../user-pool-error';
import { type Operation } from '../operation';

/** Ends a refresh token, and the access tokens of the same sign-in. */
export const revokeToken: Operation<'RevokeToken'> = ({ configuration, grants }, request) => {
  const client = configuration.clients.get(request.ClientId);
  // AWS documents no other error of this operation for a client.
  if (!client || !matchesSecret(client.secret, request.ClientSecret)) {
    throw new UserPoolError('UnauthorizedException');
  }
  if (!client.tokenRevocation) {
    throw new UserPoolError('UnsupportedOperationException', 'Token revocation is not enabled for this client.');
  }
  if (!isRefreshToken(request.Token)) {
    throw new UserPoolError('UnsupportedTokenTypeException');
  }
  grants.revoke(client, request.Token);
  return {};
};
