import { UserPoolError } from '../../user-pool-error';
import { identityProviderType } from '../identity-provider';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

export const getIdentityProviderByIdentifier: Operation<'GetIdentityProviderByIdentifier'> = (pool, request) => {
  assertUserPool(pool, request);
  const provider = [...pool.configuration.identityProviders.values()].find(({ identifiers }) =>
    identifiers.includes(request.IdpIdentifier),
  );
  if (!provider) {
    throw new UserPoolError(
      'ResourceNotFoundException',
      `Identity provider with the identifier ${request.IdpIdentifier} does not exist.`,
    );
  }
  return { IdentityProvider: identityProviderType(pool, provider) };
};
