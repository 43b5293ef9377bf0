import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { webClientFolder } from '../http/web-client';
import { systemErrorOf } from '../rules/system-error';
import { runNode } from './node-process';

const sources = join('src', 'web');

/** The folders that the page is built from. */
const folders = [sources, join('src', 'flow'), join('src', 'http')];

/** File with the hash of the sources that the web client was built from. */
const stampFile = `${webClientFolder}.sha256`;

/** A web client that cannot be built. The message says why, in the words of the builder. */
export class WebClientError extends Error {}

/**
 * Builds the web client, unless the sources and packages are the same as in the last build. Returns whether it did.
 *
 * `npm start` serves this build and not Vite's development server, so that the page runs under the content security
 * policy that it has on a host.
 *
 * @throws {WebClientError} when it cannot be built; the last build stays
 */
export async function buildWebClient(): Promise<boolean> {
  try {
    return await build();
  } catch (error) {
    const problem = systemErrorOf(error);
    throw problem === undefined ? error : new WebClientError(`The web client cannot be built: ${problem}.`);
  }
}

async function build(): Promise<boolean> {
  const stamp = hashOfSources();
  if (existsSync(stampFile) && existsSync(webClientFolder) && readFileSync(stampFile, 'utf8') === stamp) {
    return false;
  }
  // Builds in another folder, so that an incomplete build is never served.
  const folder = `${webClientFolder}.${process.pid}`;
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const { succeeded, messages } = await runNode(
    [vite, 'build', sources, '--outDir', join('..', '..', folder), '--logLevel', 'warn'],
    // Without this, the caller's NODE_ENV could select React's development build, which is three times the size.
    { NODE_ENV: 'production' },
  );
  if (!succeeded) {
    throw new WebClientError(`The web client cannot be built:\n${messages}`);
  }
  rmSync(webClientFolder, { recursive: true, force: true });
  try {
    renameSync(folder, webClientFolder);
  } catch (error) {
    // Another command can have put the same build there in the meantime.
    rmSync(folder, { recursive: true });
    if (!existsSync(webClientFolder)) {
      throw error;
    }
  }
  writeFileSync(stampFile, stamp);
  return true;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const files = folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  for (const file of [...files, 'package-lock.json']) {
    hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
