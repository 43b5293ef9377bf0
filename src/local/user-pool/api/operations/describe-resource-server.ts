import { UserPoolError } from '../../user-pool-error';
import { type Operation } from '../operation';
import { resourceServerType } from '../resource-server';
import { assertUserPool } from '../user';

export const describeResourceServer: Operation<'DescribeResourceServer'> = (pool, request) => {
  assertUserPool(pool, request);
  const server = pool.configuration.resourceServers.find(({ identifier }) => identifier === request.Identifier);
  if (!server) {
    throw new UserPoolError('ResourceNotFoundException', `Resource server ${request.Identifier} does not exist.`);
  }
  return { ResourceServer: resourceServerType(pool, server) };
};
