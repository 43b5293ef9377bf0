import { type Operation } from '../operation';
import { pageOf } from '../page';
import { assertUserPool } from '../user';

export const listUserPoolClients: Operation<'ListUserPoolClients'> = (pool, request) => {
  assertUserPool(pool, request);
  const { MaxResults: limit, NextToken: token } = request;
  // Nothing registers clients here.
  const clients = request.ClientType === 'DCR' ? [] : pool.configuration.clients.values();
  const { items, nextToken } = pageOf(clients, { limit, token }, ({ id }) => id);
  return {
    UserPoolClients: items.map(({ id, name }) => ({
      ClientId: id,
      UserPoolId: pool.configuration.id,
      ClientName: name,
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};
