import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';

import { type Browser, chromium } from 'playwright-core';

/** Where Chromium is: Debian's, or the one that CHROMIUM_PATH names. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/**
 * Starts a Chromium to which servers that have taken any port are at the ports that their clients name.
 *
 * @param servers URLs of the servers, by the port of localhost that leads to them
 */
export function launchChromium(
  servers: Readonly<Record<number, string>>,
  args: readonly string[] = [],
): Promise<Browser> {
  const rules = Object.entries(servers).map(([port, url]) => `MAP localhost:${port} localhost:${new URL(url).port}`);
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      `--host-resolver-rules=${rules.join(', ')}`,
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

/**
 * Lets Chromium trust the certificate of a server on this machine and no other, without a trust store of its user.
 *
 * @param authorityFile certificate of the authority that has certified the server
 */
export async function trusting(url: string, authorityFile: string): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), servername: 'localhost', ca: readFileSync(authorityFile) });
  await once(socket, 'secureConnect');
  const { publicKey } = new X509Certificate(socket.getPeerCertificate().raw);
  socket.destroy();
  const hash = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64');
  return `--ignore-certificate-errors-spki-list=${hash}`;
}
