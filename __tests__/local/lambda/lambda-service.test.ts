import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { FunctionError } from '../../../src/local/lambda/execution-environment';
import { LambdaService } from '../../../src/local/lambda/lambda-service';
import { packageOf } from '../../support/function-package';

test('a stop ends the calls that run, with their connections, and no call that waits begins', async () => {
  let connected = 0;
  const backend = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const { port } = backend.address() as AddressInfo;
  const service = new LambdaService(() => undefined);
  const handler = service.function({
    address: 'aws_lambda_function.f',
    functionName: 'f',
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
    region: 'us-east-1',
    timeout: 900,
    memorySize: 128,
    runtime: 'nodejs22.x',
    variables: {},
    package: packageOf({
      'index.js': `exports.handler = () => new Promise(() => require('node:net').connect(${port}, '127.0.0.1'));`,
    }),
  });
  const allRun = new Promise<void>((resolve) =>
    backend.on('connection', () => {
      connected++;
      if (connected === maxConcurrency) {
        resolve();
      }
    }),
  );
  const calls = Array.from({ length: maxConcurrency }, () => handler.invoke({ requestId: 'id', event: '{}' }));
  const ended = Promise.all(calls.map((call) => expect(call).rejects.toThrow(FunctionError)));
  let hasEnded = false;
  void handler.invoke({ requestId: 'id', event: '{}' }).catch(() => (hasEnded = true));
  await allRun;

  await service.stop();

  await ended;
  // Would end a call that had begun.
  await service.stop();
  expect(hasEnded).toBe(false);
  // Closes only when all connections have.
  backend.close();
  await once(backend, 'close');
});

/** Calls of one function that run at the same time. */
const maxConcurrency = 8;
