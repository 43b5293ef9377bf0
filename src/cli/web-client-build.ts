import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { webClientFolder } from '../local/web-client';
import { runNode } from './node-process';

const sources = join('src', 'web');

/** The folders that the page is built from. */
const folders = [sources, join('src', 'flow')];

/** Names what the web client was built from. */
const stampFile = `${webClientFolder}.sha256`;

/**
 * Builds the web client, unless the last build was of the same sources and packages.
 *
 * The built page is served, and not vite's development server: it is there at once, it is what a host gets, and it
 * runs under the same content security policy.
 */
export async function buildWebClient(): Promise<void> {
  const stamp = hashOfSources();
  if (existsSync(stampFile) && existsSync(webClientFolder) && readFileSync(stampFile, 'utf8') === stamp) {
    return;
  }
  // Aside, so that nobody is served half a build.
  const folder = `${webClientFolder}.${process.pid}`;
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  await runNode([vite, 'build', sources, '--outDir', join('..', '..', folder), '--logLevel', 'warn'], {
    // React's development build is thrice the size; a NODE_ENV of the caller's would choose it.
    NODE_ENV: 'production',
  });
  rmSync(webClientFolder, { recursive: true, force: true });
  try {
    renameSync(folder, webClientFolder);
  } catch (error) {
    // Another command may have put the same build there just now.
    rmSync(folder, { recursive: true });
    if (!existsSync(webClientFolder)) {
      throw error;
    }
  }
  writeFileSync(stampFile, stamp);
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
