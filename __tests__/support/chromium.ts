import { type Browser, chromium } from 'playwright-core';

/** Where Chromium is: Debian's, or the one that CHROMIUM_PATH names. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Starts a Chromium to which the client's callback is at the port of a web client that has taken any port. */
export function launchChromium(webUrl: string, args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      `--host-resolver-rules=MAP localhost:3000 localhost:${new URL(webUrl).port}`,
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
