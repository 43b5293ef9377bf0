import { type ProviderUserIdentifierType } from '@aws-sdk/client-cognito-identity-provider';

import { type Identity } from '../sign-in/federation';
import { type IdentityProvider } from '../model';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';

/** @throws {UserPoolError} when the identity provider does not exist */
export function namedProvider({ configuration }: UserPool, name: string): IdentityProvider {
  const provider = configuration.identityProviders.get(name);
  if (!provider) {
    throw new UserPoolError('ResourceNotFoundException', `Identity provider ${name} does not exist.`);
  }
  return provider;
}

/** Describes an identity provider. The secret is known on AWS only. */
export function identityProviderType(pool: UserPool, provider: IdentityProvider) {
  const details = Object.entries(provider.details) as [string, string | undefined][];
  return {
    ...providerDescription(pool, provider),
    UserPoolId: pool.configuration.id,
    ProviderDetails: Object.fromEntries(
      details.filter((detail): detail is [string, string] => detail[1] !== undefined),
    ),
    AttributeMapping: Object.fromEntries(provider.attributeMapping),
    IdpIdentifiers: [...provider.identifiers],
  };
}

/** Describes an identity provider in a list. */
export function providerDescription(pool: UserPool, { name, type }: IdentityProvider) {
  return {
    ProviderName: name,
    ProviderType: type,
    LastModifiedDate: new Date(pool.modifiedAt),
    CreationDate: new Date(pool.createdAt),
  };
}

/** The name that stands for the users of the user pool itself. */
export const localProvider = 'Cognito';

/**
 * Reads whom a request names at an identity provider.
 *
 * @throws {UserPoolError} when the provider does not exist, or the request names another attribute than the subject
 */
export function identityIn(
  pool: UserPool,
  member: string,
  { ProviderName = '', ProviderAttributeName, ProviderAttributeValue: userId }: ProviderUserIdentifierType,
): Identity {
  const { name: providerName } = namedProvider(pool, ProviderName);
  if (ProviderAttributeName !== 'Cognito_Subject' || userId === undefined || userId === '') {
    throw new UserPoolError(
      'InvalidParameterException',
      `Invalid ${member}: ProviderAttributeName must be Cognito_Subject, with the subject as ProviderAttributeValue. Other attributes are not served.`,
    );
  }
  return { providerName, userId };
}
