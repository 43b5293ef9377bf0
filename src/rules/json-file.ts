import { readFileSync } from 'node:fs';

import { findNodeAtLocation, type Node, parseTree, printParseErrorCode, stripComments, visit } from 'jsonc-parser';

/** A file that cannot be read, or is not JSON. The message names the file and the place in it. */
export class JsonFileError extends Error {}

/** Deeper than any file of the project. The functions that read the value are recursive. */
const maxDepth = 100;

/** The value in a JSON file, and where its parts are. */
export class JsonFile {
  /** The syntax tree, parsed when a report needs a place. */
  private root: Node | undefined;

  private constructor(
    private readonly text: string,
    readonly value: unknown,
  ) {}

  /**
   * Reads a file.
   *
   * In contrast to JSON.parse, it reports the line and the column of each error, and rejects an object that contains a
   * name twice.
   *
   * @param options.comments whether the file can have comments
   * @throws {JsonFileError} when it cannot be read, or is not JSON
   */
  static read(file: string, { comments = false } = {}): JsonFile {
    const text = readText(file).replace(/^\uFEFF/, '');
    assertJson(file, text, comments);
    return new JsonFile(text, JSON.parse(stripComments(text)));
  }

  /** Returns the place of a value: `line 2, column 5`. That of a missing value is where its object is. */
  placeOf(path: readonly PropertyKey[]): string {
    return this.locate(path).place;
  }

  /** Returns the place of a value, and its offset in the text. */
  locate(path: readonly PropertyKey[]): { readonly place: string; readonly offset: number } {
    const node = this.nodeAt(path.slice(0, this.depthOf(path)))!;
    const { offset } = node.parent?.type === 'property' ? node.parent : node;
    const lines = this.text.slice(0, offset).split(/\r\n|\r|\n/);
    return { place: place(lines.length - 1, lines.at(-1)!.length), offset };
  }

  /** Returns how many keys of a path exist, from the outermost one. */
  depthOf(path: readonly PropertyKey[]): number {
    return path.findLastIndex((_key, index) => this.nodeAt(path.slice(0, index + 1)) !== undefined) + 1;
  }

  private nodeAt(path: readonly PropertyKey[]): Node | undefined {
    this.root ??= parseTree(this.text)!;
    return findNodeAtLocation(this.root, path as (string | number)[]);
  }
}

/** Returns undefined for invalid JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new JsonFileError(
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? `${file} does not exist in ${process.cwd()}.`
        : `${file} cannot be read: ${(error as Error).message}`,
    );
  }
}

function assertJson(file: string, text: string, comments: boolean): void {
  const duplicates: string[] = [];
  /** Names in each of the objects and lists that are open. */
  const open: Set<string>[] = [];
  const begin = (_offset: number, _length: number, line: number, column: number) => {
    if (open.length === maxDepth) {
      throw new JsonFileError(
        `${file} is nested too deeply at ${place(line, column)}: at most ${maxDepth} levels are allowed.`,
      );
    }
    open.push(new Set());
  };
  const end = () => {
    open.pop();
  };
  visit(
    text,
    {
      onObjectBegin: begin,
      onObjectEnd: end,
      onArrayBegin: begin,
      onArrayEnd: end,
      onObjectProperty: (name, _offset, _length, line, column) => {
        const names = open.at(-1)!;
        if (names.has(name)) {
          duplicates.push(`${place(line, column)}: ${JSON.stringify(name)}`);
        }
        names.add(name);
      },
      onError: (code, _offset, _length, line, column) => {
        // `CommaExpected`, in words.
        const problem = printParseErrorCode(code).replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
        throw new JsonFileError(`${file} is not valid JSON: ${place(line, column)}: ${problem}.`);
      },
    },
    { disallowComments: !comments },
  );
  if (duplicates.length > 0) {
    throw new JsonFileError(
      `${file} contains duplicate names:\n${duplicates.map((duplicate) => `  ${duplicate}`).join('\n')}`,
    );
  }
}

function place(line: number, column: number): string {
  return `line ${line + 1}, column ${column + 1}`;
}
