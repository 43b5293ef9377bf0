import { type Operation } from '../operation';
import { pageOf } from '../page';

export const listUserPools: Operation<'ListUserPools'> = (pool, { MaxResults: limit, NextToken: token }) => {
  const { items } = pageOf([pool], { limit, token }, ({ configuration }) => configuration.id);
  return {
    UserPools: items.map(({ configuration, createdAt, modifiedAt }) => ({
      Id: configuration.id,
      Name: configuration.name,
      LambdaConfig: {},
      CreationDate: new Date(createdAt),
      LastModifiedDate: new Date(modifiedAt),
    })),
  };
};
