import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { z } from 'zod';

import { lockFolder } from './folder-lock';
import { othersCanRead, writePrivateFile } from './private-file';
import {
  generatePrivateKeys,
  importSigningKeys,
  type PrivateKeys,
  privateKeysSchema,
  type SigningKeys,
} from '../user-pool/signing-keys';
import { type KeptUserPool, keptUserPoolSchema } from '../user-pool/kept-user-pool';

/** A folder or file of `npm start --data` that cannot be used. */
export class DataFolderError extends Error {}

/** What the files have first. A file of another version is rejected. */
const version = 1;

/** A file that is written here, also one whose write did not end. Hidden ones are of other programs. */
const ownFile = /^(?:\.|(?:signing-keys|[\w-]+_\w+)\.json(?:\.new)?$|process\.sock$)/;

const remedy = 'Restore the file, or move it away to begin without it.';

/** The folder, of this user alone, that has the keys and the user pools between one start and the next. */
export class DataFolder {
  /** Keys that this start has made, until they are in their file. */
  private newKeys: PrivateKeys | undefined;

  private constructor(readonly path: string) {}

  /**
   * Opens a folder for this process, and makes it if it is not there.
   *
   * @throws {DataFolderError} when it cannot be made, others can write there, it has other files, or another process
   * has it
   */
  static async open(folder: string): Promise<DataFolder> {
    const path = resolve(folder);
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      if (process.platform !== 'win32' && (statSync(path).mode & 0o022) !== 0) {
        throw new Error(`other users can write to it; run chmod go-w "${path}"`);
      }
      const other = readdirSync(path).find((name) => !ownFile.test(name));
      if (other !== undefined) {
        throw new Error(`it contains other files, such as ${other}; choose an empty folder`);
      }
      const holder = await lockFolder(path);
      if (holder !== undefined) {
        throw new Error(`another npm start uses it (process ${holder})`);
      }
    } catch (error) {
      throw new DataFolderError(`The folder ${path} cannot be used: ${(error as Error).message}.`);
    }
    return new DataFolder(path);
  }

  /**
   * Returns the keys of an earlier start, or makes them.
   *
   * @throws {DataFolderError} when their file cannot be read
   */
  async signingKeys(): Promise<SigningKeys> {
    const { path, content } = this.keyFile;
    this.newKeys = content ? undefined : await generatePrivateKeys();
    try {
      return importSigningKeys(content ?? this.newKeys!);
    } catch {
      throw new DataFolderError(`${path} contains an invalid key. ${remedy}`);
    }
  }

  /**
   * Returns when the keys are in their file. A start that fails before has written nothing.
   *
   * @throws {DataFolderError} when it cannot be written
   */
  async saveKeys(): Promise<void> {
    const { newKeys } = this;
    if (newKeys) {
      await this.keyFile.write(() => newKeys);
      this.newKeys = undefined;
    }
  }

  private get keyFile(): DataFile<PrivateKeys> {
    return new DataFile(join(this.path, 'signing-keys.json'), privateKeysSchema);
  }

  /**
   * Opens the file of a user pool. It keeps its name when the pool moves to another region, the first part of an ID.
   *
   * @throws {DataFolderError} when there is one that cannot be read
   */
  userPool(id: string): DataFile<KeptUserPool> {
    const [, idInRegion] = id.split('_');
    const kept = readdirSync(this.path).find((name) => name.endsWith(`_${idInRegion}.json`));
    return new DataFile(join(this.path, kept ?? `${id}.json`), keptUserPoolSchema);
  }
}

/** A file in the folder, and what it had when it was opened. */
export class DataFile<Content> {
  readonly content: Content | undefined;
  private written: string | undefined;
  /** The last write that has begun, and the one that comes after it. */
  private begun: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  /** @throws {DataFolderError} when it cannot be read, or has something else */
  constructor(
    readonly path: string,
    schema: z.ZodType<Content>,
  ) {
    if (existsSync(path)) {
      this.written = readPrivateFile(path);
      this.content = parse(path, this.written, schema);
    }
  }

  /**
   * Returns when the file has the content of this moment, or of a later one.
   *
   * One write is made at a time. What comes during a write shares the next one.
   *
   * @throws {DataFolderError} when it cannot be written
   */
  write(content: () => object): Promise<void> {
    this.next ??= this.begun
      .catch(() => undefined)
      // What is ready in the same turn of the event loop shares this write.
      .then(() => setImmediate())
      .then(() => {
        this.next = undefined;
        this.begun = this.writeNow(content());
        return this.begun;
      });
    return this.next;
  }

  private async writeNow(content: object): Promise<void> {
    const text = JSON.stringify({ version, ...content });
    if (text === this.written) {
      return;
    }
    try {
      await writePrivateFile(this.path, text);
    } catch (error) {
      throw new DataFolderError(`${this.path} cannot be written: ${(error as Error).message}.`);
    }
    this.written = text;
  }
}

function readPrivateFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new DataFolderError(`${path} cannot be read: ${(error as Error).message}.`);
  }
  if (othersCanRead(path)) {
    throw new DataFolderError(`Other users can read ${path}. Run chmod 600 "${path}".`);
  }
  return text;
}

/** Says where a file is wrong, but not what it has there: that can be a key. */
function parse<Content>(path: string, text: string, schema: z.ZodType<Content>): Content {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new DataFolderError(`${path} is not valid JSON. ${remedy}`);
  }
  const { version: found, ...content } = z
    .looseObject({ version: z.unknown() })
    .catch({ version: undefined })
    .parse(json);
  if (found !== version) {
    throw new DataFolderError(`${path} must have version ${version}. ${remedy}`);
  }
  const read = schema.safeParse(content);
  if (!read.success) {
    const [{ path: place, message }] = read.error.issues as [z.core.$ZodIssue];
    throw new DataFolderError(`${path} cannot be read: ${place.join('.')}: ${message}. ${remedy}`);
  }
  return read.data;
}
