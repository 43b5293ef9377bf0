import { type DomainDescriptionType } from '@aws-sdk/client-cognito-identity-provider';

import { type Operation } from '../operation';

/** Describes the domain of the hosted login on AWS. For an unknown domain, the description is empty. */
export const describeUserPoolDomain: Operation<'DescribeUserPoolDomain'> = ({ configuration }, request) => {
  const { accountId, cloudFrontDistribution, managedLoginVersion, name } = configuration.domain;
  const description: DomainDescriptionType = {
    UserPoolId: configuration.id,
    AWSAccountId: accountId,
    Domain: name,
    CloudFrontDistribution: cloudFrontDistribution,
    Status: 'ACTIVE',
    ManagedLoginVersion: managedLoginVersion,
  };
  return { DomainDescription: name === request.Domain ? description : {} };
};
