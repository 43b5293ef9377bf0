import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Has the AWS clients of a test file call this listener, on a loopback port of its own. */
export function stubAws(listener: RequestListener): void {
  const server = createServer(listener);
  const before = process.env;

  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    process.env = {
      ...before,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
  });

  afterAll(() => {
    process.env = before;
    server.closeAllConnections();
    server.close();
  });
}
