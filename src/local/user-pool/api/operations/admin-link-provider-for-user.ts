import { UserPoolError } from '../../user-pool-error';
import { identityIn, localProvider } from '../identity-provider';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

/** Lets someone at an identity provider sign in as a user who exists. */
export const adminLinkProviderForUser: Operation<'AdminLinkProviderForUser'> = (pool, request) => {
  assertUserPool(pool, request);
  const { DestinationUser: destination, SourceUser: source } = request;
  if (source.ProviderName === localProvider) {
    throw new UserPoolError(
      'InvalidParameterException',
      'Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser',
    );
  }
  const identity = identityIn(pool, 'SourceUser', source);
  const user =
    destination.ProviderName === localProvider
      ? pool.users.get(destination.ProviderAttributeValue ?? '')
      : // AWS ignores the name of the attribute here.
        pool.federation.find(
          identityIn(pool, 'DestinationUser', { ...destination, ProviderAttributeName: 'Cognito_Subject' }),
        );
  if (!user) {
    throw new UserPoolError('UserNotFoundException');
  }
  pool.federation.link(user, identity);
  return {};
};
