import { providerDescription } from '../identity-provider';
import { type Operation } from '../operation';
import { pageOf } from '../page';
import { assertUserPool } from '../user';

export const listIdentityProviders: Operation<'ListIdentityProviders'> = (pool, request) => {
  assertUserPool(pool, request);
  const { MaxResults: limit, NextToken: token } = request;
  const providers = pool.configuration.identityProviders.values();
  const { items, nextToken } = pageOf(providers, { limit, token }, ({ name }) => name);
  return {
    Providers: items.map((provider) => providerDescription(pool, provider)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};
