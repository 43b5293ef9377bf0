import { type Operation } from '../operation';
import { pageOf } from '../page';
import { resourceServerType } from '../resource-server';
import { assertUserPool } from '../user';

export const listResourceServers: Operation<'ListResourceServers'> = (pool, request) => {
  assertUserPool(pool, request);
  const { MaxResults: limit, NextToken: token } = request;
  const servers = pool.configuration.resourceServers;
  const { items, nextToken } = pageOf(servers, { limit, token }, ({ identifier }) => identifier);
  return {
    ResourceServers: items.map((server) => resourceServerType(pool, server)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};
