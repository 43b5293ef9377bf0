import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect, type ConnectionOptions, createServer } from 'node:tls';

import { onTestServer } from '../../support/test-server-process';

const day = 24 * 60 * 60 * 1000;
const now = Date.now();

function newFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'authority-')), 'data', 'local-authority');
}

/** Opens the authority of a folder, at a time, and has it certify a server. */
function certify(folder: string, at = now) {
  return onTestServer('certify', folder, at);
}

/** Connects to a server as a client that trusts one authority alone, and returns why it rejects. */
async function rejection(
  { certificate, key }: { readonly certificate: string; readonly key: string },
  authority: string,
  server: ConnectionOptions = { servername: 'localhost' },
): Promise<string | undefined> {
  const listening = createServer({ cert: certificate, key }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', ...server, port, ca: authority });
  const reason = await new Promise<string | undefined>((resolve) => {
    socket.once('secureConnect', () => {
      resolve(undefined);
    });
    socket.once('error', ({ message }: Error) => {
      resolve(message);
    });
  });
  socket.destroy();
  listening.close();
  return reason;
}

describe('a certificate of the local authority', () => {
  let certified: Awaited<ReturnType<typeof certify>>;

  beforeAll(async () => {
    certified = await certify(newFolder());
  });

  test.each<ConnectionOptions>([{ servername: 'localhost' }, { host: '127.0.0.1' }])(
    'is what a client trusts that trusts the authority and connects to %j',
    async (server) => {
      expect(await rejection(certified, certified.authority, server)).toBeUndefined();
    },
  );

  test('is valid for at most the 398 days that browsers accept, and also names ::1', () => {
    const { validTo, subjectAltName } = new X509Certificate(certified.certificate);
    const days = (Date.parse(validTo) - now) / day;
    expect(Math.round(days)).toBe(397);
    expect(subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  });

  test('is not trusted by a client without the authority', async () => {
    const another = await certify(newFolder());
    // Newer versions of Node.js add advice.
    expect(await rejection(certified, another.authority)).toMatch(/^unable to verify the first certificate/);
  });
});

describe('whoever has the key of the authority', () => {
  type Names = [host: string, ...others: (string | number[])[]];

  const folder = newFolder();
  let authority: string;

  beforeAll(async () => {
    ({ authority } = await certify(folder));
  });

  /** Makes a certificate for these names, and returns why a client that trusts the authority rejects it. */
  async function rejectionOf(names: Names): Promise<string | undefined> {
    const forged = await onTestServer('forge', folder, names, now);
    return rejection(forged, authority, { servername: names[0] });
  }

  test.each<{ names: Names }>([
    { names: ['localhost'] },
    { names: ['app.localhost'] },
    { names: ['localhost', [127, 0, 0, 1]] },
  ])('can certify what is on this machine: $names', async ({ names }) => {
    expect(await rejectionOf(names)).toBeUndefined();
  });

  test.each<{ names: Names }>([
    { names: ['example.com'] },
    { names: ['localhost.example.com'] },
    { names: ['notlocalhost'] },
    { names: ['localhost', 'example.com'] },
    { names: ['localhost', [127, 0, 0, 2]] },
    { names: ['localhost', [10, 0, 0, 1]] },
  ])('can forge nothing else: $names is rejected', async ({ names }) => {
    expect(await rejectionOf(names)).toBe('permitted subtree violation');
  });
});

describe('the folder of the authority', () => {
  test('is readable to the user alone', async () => {
    const folder = newFolder();
    await certify(folder);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(readdirSync(dirname(folder))).toEqual(['local-authority']);
    expect([mode(folder), mode(join(folder, 'key.pem'))]).toEqual(['700', '600']);
    expect(readFileSync(join(folder, 'certificate.pem'), 'utf8')).not.toContain('PRIVATE KEY');
  });

  test.each([
    ['at the second start', () => undefined, 0, true],
    ['as long as it outlives what it certifies', () => undefined, 5 * 365 - 398, true],
    ['and not longer', () => undefined, 5 * 365 - 396, false],
    [
      'but not when others can read its key',
      (key: string) => {
        chmodSync(key, 0o640);
      },
      0,
      false,
    ],
  ])('is used again %s', async (_, change, days, isSame) => {
    const folder = newFolder();
    const { authority } = await certify(folder);
    change(join(folder, 'key.pem'));
    const later = await certify(folder, now + days * day);
    expect(later.authority === authority).toBe(isSame);
    expect(statSync(join(folder, 'key.pem')).mode & 0o777).toBe(0o600);
  });

  test('is the same for two first starts at the same time', async () => {
    const folder = newFolder();
    const [one, another] = await Promise.all([certify(folder), certify(folder)]);
    expect(await rejection(one, another.authority)).toBeUndefined();
  });

  test('is named when there is something else in it', async () => {
    const folder = newFolder();
    await certify(folder);
    writeFileSync(join(folder, 'certificate.pem'), 'something else');
    await expect(certify(folder)).rejects.toThrow(
      /^The certificate authority in .*local-authority cannot be read or made: .*\. Delete this folder/,
    );
  });
});
