import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * Locks a folder until this process ends: the process listens at an address of the folder, and responds with its ID.
 * The system frees the address when the process ends or is killed.
 *
 * @returns the ID of another process that has the lock
 */
export async function lockFolder(folder: string): Promise<string | undefined> {
  const address = addressOf(folder);
  if (await listen(address)) {
    return undefined;
  }
  const owner = await ownerAt(address);
  if (owner === undefined) {
    // A process that was killed has left the socket.
    rmSync(address);
    await listen(address);
  }
  return owner;
}

/** Linux and Windows have addresses outside of the file system, which end with the process. */
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

/** Listens at an address. Returns false if it is in use. */
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
