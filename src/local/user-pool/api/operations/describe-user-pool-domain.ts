import { type DomainDescriptionType } from '@aws-sdk/client-cognito-identity-provider';

import { type Operation } from '../operation';

/** Describes the domain of the hosted login on AWS. For an unknown domain, the description is empty. */
export const describeUserPoolDomain: Operation<'DescribeUserPoolDomain'> = ({ configuration }, request) => {
  const { id, domain } = configuration;
  if (domain?.name !== request.Domain) {
    return { DomainDescription: {} };
  }
  const description: DomainDescriptionType = {
    UserPoolId: id,
    AWSAccountId: domain.accountId,
    Domain: domain.name,
    CloudFrontDistribution: domain.cloudFrontDistribution,
    Status: 'ACTIVE',
    ManagedLoginVersion: domain.managedLoginVersion,
  };
  return { DomainDescription: description };
};
