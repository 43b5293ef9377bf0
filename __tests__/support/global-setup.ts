import './temporary-folder';

import { buildWebClient } from '../../src/cli/web-client-build';
import { runMain } from './main-stacks';
import { startTestServer } from './test-server-process';

/** Makes what all tests share: the stacks with the default settings, the built web client and the test server. */
export default async function setUp(): Promise<void> {
  await Promise.all([runMain(), buildWebClient(), startTestServer()]);
}
