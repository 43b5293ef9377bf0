import { stopTestServer } from './test-server-process';

export default function tearDown(): Promise<void> {
  return stopTestServer();
}
