import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { z } from 'zod';

import { parseJson } from '../../rules/json-file';
import { lockFolder } from './folder-lock';
import { appendToFile, othersCanRead, writePrivateFile } from './private-file';
import {
  generatePrivateKeys,
  importSigningKeys,
  type PrivateKeys,
  privateKeysSchema,
  type SigningKeys,
} from '../user-pool/tokens/signing-keys';
import { afterChanges, keptChangeSchema } from '../user-pool/kept-user-pool';
import { type UserPoolFile } from '../user-pool/user-pool';

/** A folder or file of `npm start --data` that cannot be used. */
export class DataFolderError extends Error {}

/** The version in the first line of a file. Files of other versions are rejected. */
const version = 1;

/** The names of own files, with incomplete ones. Other programs write hidden files. */
const ownFile = /^(?:\.|(?:signing-keys|[\w-]+_\w+)\.jsonl(?:\.new)?$|process\.sock$)/;

/** In bytes. A file grows by this much, or to twice its size, before it is compacted. */
const smallGrowth = 1024 * 1024;

const remedy = 'Restore the file, or move it away to begin without it.';

/** The folder that keeps the keys and the user pools for the next start. Only this user can read it. */
export class DataFolder {
  /** Keys of this start that are not saved yet. */
  private newKeys: PrivateKeys | undefined;

  private constructor(readonly path: string) {}

  /**
   * Opens a folder for this process, and creates it if it does not exist.
   *
   * @throws {DataFolderError} when it cannot be created, other users can write to it, it contains other files, or
   * another process uses it
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
   * Returns the keys of an earlier start, or generates them.
   *
   * @throws {DataFolderError} when their file cannot be read
   */
  async signingKeys(): Promise<SigningKeys> {
    const { path, changes } = this.keyFile;
    const kept = changes?.at(-1);
    this.newKeys = kept ? undefined : await generatePrivateKeys();
    try {
      return importSigningKeys(kept ?? this.newKeys!);
    } catch {
      throw new DataFolderError(`${path} contains an invalid key. ${remedy}`);
    }
  }

  /**
   * Saves new keys. A start that fails earlier writes nothing.
   *
   * @throws {DataFolderError} when it cannot be written
   */
  async saveKeys(): Promise<void> {
    const { newKeys } = this;
    if (newKeys) {
      await this.keyFile.write(
        () => newKeys,
        () => [newKeys],
      );
      this.newKeys = undefined;
    }
  }

  private get keyFile(): DataFile<PrivateKeys> {
    return new DataFile(join(this.path, 'signing-keys.jsonl'), privateKeysSchema);
  }

  /**
   * Opens the file of a user pool. The file keeps its name when the pool gets another region, the first part of its ID.
   *
   * @throws {DataFolderError} when it cannot be read
   */
  userPool(id: string): UserPoolFile {
    const [, idInRegion] = id.split('_');
    const kept = readdirSync(this.path).find((name) => name.endsWith(`_${idInRegion}.jsonl`));
    const file = new DataFile(join(this.path, kept ?? `${id}.jsonl`), keptChangeSchema);
    return {
      content: file.changes && afterChanges(file.changes),
      write: (takeChange, all) => file.write(takeChange, all),
    };
  }
}

/**
 * A file of JSON lines: the version, then one change in each line. A write appends a change, which takes the same time
 * for a file of any size. After some growth, a write compacts the file.
 */
export class DataFile<Change extends object> {
  /** The changes in the file when it was opened, oldest first. */
  readonly changes: readonly Change[] | undefined;
  /** In bytes. */
  private size = 0;
  /** Size from which a write compacts the file: 0 at first, and after a write that failed. */
  private largestSize = 0;
  /** The current or last write, and the next one. */
  private begun: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  /** @throws {DataFolderError} when it cannot be read, or has other content */
  constructor(
    readonly path: string,
    schema: z.ZodType<Change>,
  ) {
    if (existsSync(path)) {
      this.changes = parse(path, readPrivateFile(path), schema);
    }
  }

  /**
   * Returns when the file has all changes up to now.
   *
   * Writes one at a time. Changes during a write share the next one.
   *
   * @param takeChange returns the changes since its last call
   * @param all lists the changes that a compacted file contains
   * @throws {DataFolderError} when it cannot be written
   */
  write(takeChange: () => Change, all: () => Iterable<Change>): Promise<void> {
    this.next ??= this.begun
      .catch(() => undefined)
      // Changes in the same turn of the event loop share this write.
      .then(() => setImmediate())
      .then(() => {
        this.next = undefined;
        this.begun = this.writeNow(takeChange(), all);
        return this.begun;
      });
    return this.next;
  }

  private async writeNow(change: Change, all: () => Iterable<Change>): Promise<void> {
    try {
      if (this.size < this.largestSize) {
        const line = Buffer.from(toLine(change));
        await appendToFile(this.path, line);
        this.size += line.length;
      } else {
        const text = Buffer.from([{ version }, ...all()].map(toLine).join(''));
        await writePrivateFile(this.path, text);
        this.size = text.length;
        this.largestSize = Math.max(2 * this.size, this.size + smallGrowth);
      }
    } catch (error) {
      this.largestSize = 0;
      throw new DataFolderError(`${this.path} cannot be written: ${(error as Error).message}.`);
    }
  }
}

function toLine(value: object): string {
  const json = JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Set) {
      return [...(part as Set<unknown>)];
    }
    return part instanceof Map ? Object.fromEntries(part as Map<string, unknown>) : part;
  });
  return `${json}\n`;
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

/** Its errors name the place but not the value, which can be a key. */
function parse<Change>(path: string, text: string, schema: z.ZodType<Change>): Change[] {
  const [first = '', ...lines] = text.split('\n');
  if (!isVersion(first)) {
    throw new DataFolderError(`${path} must have version ${version}. ${remedy}`);
  }
  // The rest after the last line is empty, or an incomplete change, for which no client got a response.
  return lines.slice(0, -1).map((line, index) => {
    const json = parseJson(line);
    const read = schema.safeParse(json);
    if (!read.success) {
      const [{ path: member, message }] = read.error.issues as [z.core.$ZodIssue];
      const problem = json === undefined ? 'is not valid JSON' : `${member.join('.')}: ${message}`;
      throw new DataFolderError(`${path} cannot be read: line ${index + 2}: ${problem}. ${remedy}`);
    }
    return read.data;
  });
}

function isVersion(line: string): boolean {
  return z.strictObject({ version: z.literal(version) }).safeParse(parseJson(line)).success;
}
