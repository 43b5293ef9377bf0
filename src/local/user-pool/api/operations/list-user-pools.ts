import { type Operation } from '../operation';
import { pageOf } from '../page';
import { lambdaConfigType } from './describe-user-pool';

export const listUserPools: Operation<'ListUserPools'> = (_, { MaxResults: limit, NextToken: token }, all) => {
  const { items, nextToken } = pageOf(all, { limit, token }, ({ configuration }) => configuration.id);
  return {
    UserPools: items.map(({ configuration, createdAt, modifiedAt }) => ({
      Id: configuration.id,
      Name: configuration.name,
      LambdaConfig: lambdaConfigType(configuration),
      CreationDate: new Date(createdAt),
      LastModifiedDate: new Date(modifiedAt),
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};
