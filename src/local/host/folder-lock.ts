import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * Claims a folder for this process, until it ends in whatever way: the process listens at an address of the folder, and
 * tells its ID there. The system takes the address away with the process, so that none is left behind.
 *
 * @returns the ID of the process that has the folder, if that is another one
 */
export async function lockFolder(folder: string): Promise<string | undefined> {
  const address = addressOf(folder);
  if (await listen(address)) {
    return undefined;
  }
  const owner = await ownerAt(address);
  if (owner === undefined) {
    // The socket of a process that was killed.
    rmSync(address);
    await listen(address);
  }
  return owner;
}

/** Linux and Windows have addresses that are not in a folder, and end with the process. */
function addressOf(folder: string): string {
  const name = `cdktf-cognito-${createHash('sha256').update(realpathSync(folder)).digest('hex')}`;
  switch (process.platform) {
    case 'linux':
      return `\0${name}`;
    case 'win32':
      return `\\\\.\\pipe\\${name}`;
    default:
      return join(folder, 'process.sock');
  }
}

/** Returns whether this process could take the address. */
async function listen(address: string): Promise<boolean> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
  server.unref().listen(address);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      return false;
    }
    throw error;
  }
}

/** Returns the ID of the process that listens at an address, if one does. */
async function ownerAt(address: string): Promise<string | undefined> {
  try {
    return await text(connect(address));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') {
      return undefined;
    }
    throw error;
  }
}
