import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type * as fflate from 'fflate';

import { parseJson } from '../../rules/json-file';

/** The module of a handler in the .zip file of a function. */
export interface FunctionPackage {
  readonly zipFile: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string;
  /** Path of the module in the package, `dist/index.js`. */
  readonly module: string;
  /** Whether it is an ES module. */
  readonly isModule: boolean;
  /** Name of the export that is called, with dots for a member of an export. */
  readonly exportName: string;
}

/** A package that Lambda would not run, or that is not served. The message says why, without the address. */
export class PackageError extends Error {}

/** Lambda's limit of a package without compression, in bytes. */
const largestPackage = 250 * 1024 * 1024;

/**
 * Reads where a package has a handler, as Lambda's runtime looks for it.
 *
 * @param handler path of the module without its extension, and the export: `dist/index.handler`
 * @throws {PackageError} when the file cannot be read, or does not have the module
 */
export function readPackage(zipFile: string, handler: string): FunctionPackage {
  const [, path, exportName] = /^((?:[^/]*\/)*[^/.]+)\.(.+)$/.exec(handler) ?? [];
  const name = path && posix.normalize(path);
  if (name === undefined || exportName === undefined || !isInside(name)) {
    throw new PackageError(`handler: must be MODULE.EXPORT with a module of the package, got ${handler}`);
  }
  const bytes = readZip(zipFile);
  const { names, packageJson } = list(bytes);
  const module = ['', '.js', '.mjs', '.cjs'].map((extension) => `${name}${extension}`).find((file) => names.has(file));
  if (module === undefined) {
    throw new PackageError(`handler: must be in ${name}.js of the package`);
  }
  const nearest = ancestors(module).find((folder) => packageJson.has(folder));
  const { type } = Object(packageJson.get(nearest ?? '')) as { readonly type?: unknown };
  return {
    zipFile,
    digest: digestOf(bytes),
    module,
    isModule: module.endsWith('.mjs') || (module.endsWith('.js') && type === 'module'),
    exportName,
  };
}

/**
 * Writes the files of a package to a new folder, which {@link removePackage} removes. A link becomes a file.
 *
 * @returns the folder
 * @throws {PackageError} when the package has changed since it was read, or cannot be written
 */
export function extractPackage({ zipFile, digest, module }: FunctionPackage): string {
  const bytes = readZip(zipFile);
  if (digestOf(bytes) !== digest) {
    throw new PackageError(`filename: ${zipFile} has changed`);
  }
  const root = mkdtempSync(join(tmpdir(), 'local-lambda-'));
  extracted.add(root);
  try {
    // A function finds the AWS SDK of Lambda's runtime in the packages of the project.
    if (existsSync('node_modules')) {
      symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'junction');
    }
    for (const [name, content] of Object.entries(unzip(bytes, () => true))) {
      const file = join(root, 'task', name);
      mkdirSync(name.endsWith('/') ? file : dirname(file), { recursive: true });
      if (!name.endsWith('/')) {
        writeFileSync(file, name === `${module}.map` ? atProject(name, content) : content);
      }
    }
  } catch (error) {
    removePackage(join(root, 'task'));
    throw new PackageError(`filename: ${zipFile} cannot be extracted: ${(error as Error).message}`);
  }
  return join(root, 'task');
}

/** Removes the folder of a package. */
export function removePackage(folder: string): void {
  const root = dirname(folder);
  extracted.delete(root);
  rmSync(root, { recursive: true, force: true });
}

/** The folders that this process must remove. */
const extracted = new Set<string>();

process.once('exit', () => {
  for (const root of extracted) {
    removePackage(join(root, 'task'));
  }
});

/** Makes the paths of a source map start at the folder of the project, which the package was made of. */
function atProject(name: string, content: Uint8Array): Uint8Array {
  const map = parseJson(Buffer.from(content).toString()) as { readonly sourceRoot?: unknown } | undefined;
  return typeof map === 'object' && (map.sourceRoot ?? '') === ''
    ? Buffer.from(JSON.stringify({ ...map, sourceRoot: `${pathToFileURL(resolve(dirname(name))).href}/` }))
    : content;
}

function readZip(zipFile: string): Uint8Array {
  try {
    const { size } = statSync(zipFile);
    if (size > largestPackage) {
      throw new Error(`it has ${size} bytes, more than Lambda accepts`);
    }
    return readFileSync(zipFile);
  } catch (error) {
    throw new PackageError(`filename: cannot be read: ${(error as Error).message}`);
  }
}

/** Lists the files of a package, and reads those that say how its modules are loaded, by their folder. */
function list(bytes: Uint8Array): { readonly names: ReadonlySet<string>; readonly packageJson: Map<string, unknown> } {
  const names = new Set<string>();
  let size = 0;
  const read = unzip(bytes, ({ name, originalSize }) => {
    if (!isInside(name)) {
      throw new PackageError(`filename: the package has a path that leads out of it: ${JSON.stringify(name)}`);
    }
    size += originalSize;
    names.add(name);
    return posix.basename(name) === 'package.json' && !name.includes('node_modules/');
  });
  if (size > largestPackage) {
    throw new PackageError(`filename: the package has ${size} bytes, more than Lambda accepts`);
  }
  const packageJson = Object.entries(read).map(
    ([name, content]) => [posix.dirname(name), parseJson(Buffer.from(content).toString())] as const,
  );
  return { names, packageJson: new Map(packageJson) };
}

function unzip(bytes: Uint8Array, filter: (file: fflate.UnzipFileInfo) => boolean): fflate.Unzipped {
  // Loaded by the first function, because it takes 20 ms. A bundle contains it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { unzipSync } = require('fflate') as typeof fflate;
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    throw error instanceof PackageError
      ? error
      : new PackageError(`filename: cannot be read: ${(error as Error).message}`);
  }
}

/** Returns whether a path of a package stays in its folder on every operating system. */
function isInside(path: string): boolean {
  return !/^[/\\]|\\|^[a-z]:|\0/i.test(path) && !path.split('/').includes('..');
}

/** Lists the folders that a file is in, the nearest first; the package itself is a dot. */
function ancestors(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? ['.'] : [folder, ...ancestors(folder)];
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
