import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import type * as esbuild from 'esbuild';
import type * as fflate from 'fflate';

import { reasonOf } from '../rules/system-error';

/** A handler, and how its packages are bundled. */
interface BundleProps {
  /** Path of the file that exports `handler`, from the folder of the project. */
  readonly handler: string;
  /** Whether the AWS SDK is bundled like any other package. Otherwise, the function uses the version of the runtime. */
  readonly bundleAwsSdk: boolean;
}

/** The deployment package of a function. */
interface Bundle {
  /** Absolute path of the .zip file. */
  readonly zipFile: string;
  /** SHA-256 of the .zip file in base64, as Lambda reports it. */
  readonly sourceCodeHash: string;
}

/** A handler that cannot be bundled. The message says where and why. */
export class BundleError extends Error {
  /** @param handler path of the handler, if its code or an import has a syntax error */
  constructor(
    message: string,
    readonly handler?: string,
  ) {
    super(message);
  }
}

/** Lambda's limit of a .zip file that is uploaded directly, in bytes. */
const largestZipSize = 50 * 1024 * 1024;

/** Name of every deployment package. */
const packageFile = 'function.zip';

/** Names of the package's files. Node.js reads the source map only with the option --enable-source-maps. */
const bundleFile = 'index.js';

/** Name of the bundler's entry. For `index.js`, it would name variables after the folder. */
const entryName = 'function.js';

/** Function handler of every package: the file, and what it exports. */
export const functionHandler = 'index.handler';

/** The inputs of a bundle. A change of any of them makes a new bundle. */
interface CacheEntry {
  readonly toolsHash: string;
  /** Hash of each bundled file, by its path from the folder of the project. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Hash of the file names in each folder of the project: an import can resolve to a new file. */
  readonly folders: Readonly<Record<string, string>>;
  readonly sourceCodeHash: string;
}

const cacheFolder = join('node_modules', '.cache', 'lambda');
const load = createRequire(__filename);

/**
 * Bundles a handler and all that it imports into one file, in a .zip file that has the same bytes on every machine.
 *
 * An unchanged handler is taken from the cache, without loading the bundler.
 *
 * @throws {BundleError} when the handler does not compile, does not export `handler`, or is too large, or the cache cannot
 * be written
 */
export function bundleHandler(props: BundleProps, maxZipSize = largestZipSize): Bundle {
  const entryFile = join(cacheFolder, `${sha256(JSON.stringify([props.handler, props.bundleAwsSdk]), 'hex')}.json`);
  const tools = (toolsHash ??= hashOfTools());
  const cached = readEntry(entryFile, tools);
  if (cached) {
    return { zipFile: zipFileOf(cached), sourceCodeHash: cached.sourceCodeHash };
  }
  const { files, inputs } = build(props);
  const zip = pack(files);
  if (zip.length > maxZipSize) {
    throw new BundleError(
      `the .zip file has ${Math.ceil(zip.length / 1024 / 1024)} MB, imports included; Lambda accepts at most 50 MB`,
    );
  }
  const entry: CacheEntry = {
    toolsHash: tools,
    inputs: Object.fromEntries(inputs.map((input) => [input, hashOfFile(input)])),
    folders: Object.fromEntries(ownFolders(inputs).map((folder) => [folder, hashOfNames(folder)])),
    sourceCodeHash: sha256(zip, 'base64'),
  };
  writeWhole(zipFileOf(entry), zip);
  writeWhole(entryFile, JSON.stringify(entry));
  return { zipFile: zipFileOf(entry), sourceCodeHash: entry.sourceCodeHash };
}

function zipFileOf({ sourceCodeHash }: Pick<CacheEntry, 'sourceCodeHash'>): string {
  return resolve(cacheFolder, Buffer.from(sourceCodeHash, 'base64').toString('hex').slice(0, 32), packageFile);
}

/**
 * Removes the bundles of functions that a stack no longer has. CDKTF removes only earlier bundles of the same function.
 *
 * @param assets folder with the files of the stack: in it, CDKTF has a folder for each function
 */
export function removeOldBundles(assets: string, terraformJson: string): void {
  const bundles = existsSync(assets) ? readdirSync(assets, { recursive: true, encoding: 'utf8' }) : [];
  for (const bundle of bundles.filter((file) => basename(file) === packageFile)) {
    const [folder] = bundle.split(sep);
    if (!terraformJson.includes(`"assets/${folder!}/`)) {
      rmSync(join(assets, folder!), { recursive: true });
    }
  }
}

interface Built {
  /** Content of each file of the package, by name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Paths of the bundled files. */
  readonly inputs: readonly string[];
}

function build({ handler, bundleAwsSdk }: BundleProps): Built {
  const { buildSync } = load('esbuild') as typeof esbuild;
  try {
    const { outputFiles, metafile } = buildSync({
      // Imports the handler, so that the bundler reports a missing export `handler`.
      stdin: {
        contents: `export { handler } from ${JSON.stringify(`./${handler.replaceAll('\\', '/')}`)};`,
        resolveDir: process.cwd(),
        sourcefile: entryName,
      },
      absWorkingDir: process.cwd(),
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      charset: 'utf8',
      external: bundleAwsSdk ? [] : ['@aws-sdk/*', '@smithy/*'],
      outfile: bundleFile,
      sourcemap: 'linked',
      sourcesContent: false,
      write: false,
      metafile: true,
      logLevel: 'silent',
      logOverride: { 'import-is-undefined': 'error' },
    });
    const inputs = Object.keys(metafile.inputs).filter((input) => input !== entryName);
    const rootIndex = inputs.find((input) => /^index\.[^/]+$/.test(input));
    if (rootIndex !== undefined) {
      throw new BundleError(
        `cannot import ${rootIndex}, because the bundle would contain the name of the project folder; rename the file`,
      );
    }
    return {
      files: Object.fromEntries(
        outputFiles.map(({ path, contents }) => [relative(process.cwd(), path), contents] as const),
      ),
      inputs,
    };
  } catch (error) {
    const { errors } = error as { readonly errors?: readonly esbuild.Message[] };
    if (!errors) {
      throw error;
    }
    throw new BundleError(errors.map((message) => describe(message, handler)).join('; '), handler);
  }
}

/** Writes an error of the bundler as `file:line: what is wrong`. */
function describe({ text, location }: esbuild.Message, handler: string): string {
  if (!location || location.file === entryName) {
    return `${handler}:1: does not export "handler"`;
  }
  return `${location.file}:${location.line}: ${text}`;
}

/** Packs files with fixed times, rights and order, by a compression that is the same under every version of Node.js. */
function pack(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const { zipSync } = load('fflate') as typeof fflate;
  const names = Object.keys(files).sort();
  return zipSync(Object.fromEntries(names.map((name) => [name, files[name]!])), {
    level: 9,
    // The first time that a .zip file can hold. It holds local time, without a time zone.
    mtime: new Date(1980, 0, 1),
    // Unix, a file that everyone can read.
    os: 3,
    attrs: 0o100644 << 16,
  });
}

function readEntry(file: string, tools: string): CacheEntry | undefined {
  if (!existsSync(file)) {
    return undefined;
  }
  const entry = JSON.parse(readFileSync(file, 'utf8')) as CacheEntry;
  try {
    const isCurrent =
      entry.toolsHash === tools &&
      existsSync(zipFileOf(entry)) &&
      Object.entries(entry.folders).every(([folder, hash]) => hashOfNames(folder) === hash) &&
      Object.entries(entry.inputs).every(([input, hash]) => hashOfFile(input) === hash);
    return isCurrent ? entry : undefined;
  } catch {
    // A source does not exist or cannot be read: if it is still needed, the bundler reports it.
    return undefined;
  }
}

let toolsHash: string | undefined;

/** Hashes what a bundle depends on apart from its sources: this file, the packages, and the TypeScript settings. */
function hashOfTools(): string {
  const hash = createHash('sha256');
  for (const file of [__filename, 'package-lock.json', 'tsconfig.json']) {
    hash.update(existsSync(file) ? readFileSync(file) : '').update('\0');
  }
  return hash.digest('hex');
}

/** Lists the folders of the files outside of node_modules. */
function ownFolders(inputs: readonly string[]): string[] {
  return [...new Set(inputs.filter((input) => !input.split('/').includes('node_modules')).map(dirname))];
}

function hashOfFile(file: string): string {
  return sha256(readFileSync(file), 'hex');
}

function hashOfNames(folder: string): string {
  return sha256(readdirSync(folder).sort().join('\n'), 'hex');
}

function sha256(content: string | Uint8Array, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(content).digest(encoding);
}

/** Writes a file under another name first, so that no other process reads an incomplete file. */
function writeWhole(file: string, content: string | Uint8Array): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, file);
  } catch (error) {
    throw new BundleError(`the bundle cannot be written to ${cacheFolder}: ${reasonOf(error)}`);
  }
}
