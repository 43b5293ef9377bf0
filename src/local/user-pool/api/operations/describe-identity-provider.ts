import { identityProviderType, namedProvider } from '../identity-provider';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

export const describeIdentityProvider: Operation<'DescribeIdentityProvider'> = (pool, request) => {
  assertUserPool(pool, request);
  return { IdentityProvider: identityProviderType(pool, namedProvider(pool, request.ProviderName)) };
};
