import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { LoopbackServer, PortError } from '../../src/http/loopback-server';

test('ports that are in use are all named, and the others are free again', async () => {
  const [one, other, free] = await Promise.all(
    [0, 0, 0].map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const [onePort, otherPort, freePort] = [one!, other!, free!].map((server) => (server.address() as AddressInfo).port);
  free!.close();
  await once(free!, 'close');

  const opening = LoopbackServer.openAll([onePort!, freePort!, otherPort!]);

  await expect(opening).rejects.toThrow(
    new PortError([
      [onePort!, 'EADDRINUSE'],
      [otherPort!, 'EADDRINUSE'],
    ]),
  );
  await expect(opening).rejects.toThrow(`Port ${onePort} is in use. Port ${otherPort} is in use`);
  const opened = await LoopbackServer.open(freePort!);
  expect(opened.port).toBe(freePort);
  for (const server of [one!, other!, opened]) {
    void server.close();
  }
});
