// A process of its own, since jest cannot import jose: serves the REST APIs of the stacks that its parent sends.
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { createRestApi } from '../../src/local/rest-api/rest-api';
import { TerraformState } from '../../src/terraform/terraform-state';
import { type ServerRequest } from './rest-api-process';

process.on('message', ({ stacks, keys, now }: ServerRequest) => {
  if (stacks === undefined) {
    time = now;
    process.send!('set');
    return;
  }
  const state = new TerraformState(stacks);
  const userPools = state.resources('aws_cognito_user_pool').map(({ attributes }) => attributes);
  const restApi = createRestApi(state, {
    userPools: (arn) => {
      const endpoint = userPools.find((userPool) => userPool.arn === arn)?.endpoint as string;
      return { issuer: `https://${endpoint}`, keys: { keys: keys[`https://${endpoint}`]! } };
    },
    now: () => time ?? Date.now(),
  });
  const server = createServer(restApi).listen(0, '127.0.0.1', () => {
    process.send!((server.address() as AddressInfo).port);
  });
});

let time: number | undefined;
