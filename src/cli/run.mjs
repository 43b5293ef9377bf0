// Runs a TypeScript program of this project from one file: `node src/cli/run.mjs main.ts`.
//
// esbuild bundles the program with its packages at the first run. The bundle is in node_modules/.cache, and is used as
// long as everything that it is made of has the same content. Next to it is what V8 has compiled of it. An import() whose path
// the program computes is a require(), which takes no URL.
import console from 'node:console';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import Module, { createRequire, SourceMap } from 'node:module';
import { basename, dirname, join, resolve, sep } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

const ownPath = fileURLToPath(import.meta.url);
const root = resolve(ownPath, '..', '..', '..');
const given = resolve(process.argv[2] ?? '');
/** Where a link leads to, since that can change. */
const program = fs.existsSync(given) ? fs.realpathSync(given) : given;
process.argv.splice(1, 2, program);

const cache = join(root, 'node_modules', '.cache', 'bundles');
/** Names this program's files in the cache, together with the digest of what they are made of. */
const prefix = createHash('sha256').update(program).digest('hex').slice(0, 16);
const sourceFile = /\.(?:[cm]?[jt]sx?|json)$/;

run(readBundle() ?? (await makeBundle()));

/** Returns the bundle in the cache, unless something that it is made of has changed. */
function readBundle() {
  try {
    const { inputs, digest } = JSON.parse(fs.readFileSync(join(cache, `${prefix}.json`), 'utf8'));
    const file = join(cache, `${prefix}-${digest}.cjs`);
    return digestOf(inputs.map((input) => [input, read(input)])) === digest
      ? { file, code: fs.readFileSync(file, 'utf8'), readMap: () => fs.readFileSync(`${file}.map`, 'utf8') }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a file, or the names in a folder and where its links lead, which decide to which file an import leads. What is missing
 * is empty.
 */
function read(input) {
  if (!fs.existsSync(input)) {
    return '';
  }
  return input.endsWith(sep)
    ? fs
        .readdirSync(input, { withFileTypes: true })
        .filter((entry) => entry.isSymbolicLink() || /^[^.]+$|\.[cm]?[jt]sx?$/.test(entry.name))
        .map((entry) =>
          entry.isSymbolicLink() ? `${entry.name} ${fs.readlinkSync(join(input, entry.name))}` : entry.name,
        )
        .sort()
        .join('\n')
    : fs.readFileSync(input);
}

function digestOf(contents) {
  const hash = createHash('sha256');
  for (const [input, content] of contents) {
    hash.update(`${input}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

/** Makes the bundle. Ends the process with one report when the code has a mistake. */
async function makeBundle() {
  const { build, formatMessages, stop } = await import('esbuild');
  const contents = new Map();
  const add = (input) => {
    if (!contents.has(input)) {
      contents.set(input, read(input));
    }
    return contents.get(input);
  };
  for (const name of ['tsconfig.json', join('node_modules', sep), join('node_modules', '.package-lock.json')]) {
    add(join(root, name));
  }
  add(ownPath);
  const keepContents = {
    name: 'keep-contents',
    setup({ onLoad, onResolve }) {
      // Where a link is, besides where it leads, which onLoad gets.
      onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        for (const input of decidingImports(resolve(resolveDir, path))) {
          add(input);
        }
      });
      // Compiled code of a package cannot be in the bundle.
      onResolve({ filter: /^\.{0,2}\/.*\.node$/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path),
        external: true,
      }));
      onLoad({ filter: sourceFile }, ({ path }) => {
        for (const input of decidingImports(path)) {
          add(input);
        }
        // Other code follows on the line of a hashbang, which the bundle does not need.
        const content = add(path).toString().replace(/^#!/, '//');
        return { contents: withPlace(path, content), loader: 'default' };
      });
    },
  };
  try {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [program],
      outfile: 'bundle.cjs',
      write: false,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      // ES modules, where a package has both: esbuild cannot follow the `require` of some of the others.
      mainFields: ['module', 'main'],
      // As TypeScript does it: of two files with the same name, it takes the one in TypeScript.
      resolveExtensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      define: {
        'import.meta.url': '__fileUrl',
        'import.meta.dirname': '__dirname',
        'import.meta.filename': '__filename',
      },
      // V8 cannot do it in code that it has compiled before.
      supported: { 'dynamic-import': false },
      minifyWhitespace: true,
      legalComments: 'none',
      sourcemap: 'external',
      sourcesContent: false,
      logLevel: 'silent',
      logOverride: { 'import-is-undefined': 'error' },
      plugins: [keepContents],
    });
    const [map, code] = outputFiles.map(({ text }) => text);
    // esbuild loads files in any order.
    return save(new Map([...contents].sort(([one], [other]) => (one < other ? -1 : 1))), code, map);
  } catch (error) {
    if (!Array.isArray(error.errors)) {
      throw error;
    }
    // The notes of esbuild say how to call esbuild.
    const errors = error.errors.map((each) => ({ ...each, notes: [] }));
    const report = await formatMessages(errors, { kind: 'error', color: process.stderr.isTTY });
    process.stderr.write(report.join(''));
    return process.exit(1);
  } finally {
    await stop();
  }
}

/** Lists what decides to which files imports lead: names in the folders of the project, and the files of npm. */
function* decidingImports(path) {
  const isInPackage = path.includes(`${sep}node_modules${sep}`);
  // Outside of the project: a file can take the place of another in its folder, or of an index in the folder above.
  const nearest = path.startsWith(join(root, sep)) ? [] : [dirname(path), dirname(dirname(path))];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const decides = isInPackage || nearest.includes(folder) || join(folder, sep).startsWith(join(root, sep));
    if (basename(folder) === 'node_modules' || !decides) {
      return;
    }
    yield join(folder, 'package.json');
    if (!isInPackage) {
      yield join(folder, sep);
    }
  }
}

/** Sets `__filename`, `__dirname` and `import.meta.url` of a file to its own path instead of that of the bundle. */
function withPlace(path, content) {
  const asks = /\b(?:__dirname|__filename|import\.meta)\b/.test(content);
  const declares = /\b(?:const|let|var)\s+__(?:dir|file)name\b/.test(content);
  if (path.endsWith('.json') || !asks || declares) {
    return content;
  }
  const place = { __filename: path, __dirname: dirname(path), __fileUrl: pathToFileURL(path).href };
  const declarations = Object.entries(place).map(([name, value]) => `var ${name}=${JSON.stringify(value)};`);
  return declarations.join('') + content;
}

/** Saves the bundle. Removes earlier ones of this program, and those of programs that are gone. */
function save(contents, code, map) {
  const digest = digestOf(contents);
  const file = join(cache, `${prefix}-${digest}.cjs`);
  try {
    fs.mkdirSync(cache, { recursive: true });
    write(file, code);
    write(`${file}.map`, map);
    write(join(cache, `${prefix}.json`), JSON.stringify({ program, inputs: [...contents.keys()], digest }));
    for (const name of fs.readdirSync(cache)) {
      const [, of, ofDigest] = /^(\w+)(?:-(\w+))?/.exec(name);
      const isOld = of === prefix ? ofDigest !== undefined && ofDigest !== digest : !hasProgram(of);
      if (isOld) {
        fs.rmSync(join(cache, name), { force: true });
      }
    }
  } catch {
    // The cache cannot be written: the next run makes the bundle again.
  }
  return { file, code, readMap: () => map };
}

function hasProgram(prefix) {
  try {
    return fs.existsSync(JSON.parse(fs.readFileSync(join(cache, `${prefix}.json`), 'utf8')).program);
  } catch {
    return false;
  }
}

/** Writes a file as a whole, since another process can read it at the same time. */
function write(file, content) {
  const next = `${file}.${process.pid}`;
  // What V8 has compiled must not be half written after a power failure: V8 does not check it.
  fs.writeFileSync(next, content, { flush: true });
  fs.renameSync(next, file);
}

function run({ file, code, readMap }) {
  Error.prepareStackTrace = stackTraceFormatter(file, readMap);
  const { captureStackTrace } = Error;
  Error.captureStackTrace = (target, below = Error.captureStackTrace) => {
    // CDKTF takes a stack trace for each token, which must not cost anything.
    if (target instanceof Error) {
      captureStackTrace(target, below);
    }
  };
  process.on('uncaughtException', (error) => {
    // A program can decide to go on.
    if (process.listenerCount('uncaughtException') === 1) {
      console.error(error);
      process.exit(1);
    }
  });
  const compiledFile = `${file}.${process.version}-${process.arch}`;
  const cachedData = fs.existsSync(compiledFile) ? fs.readFileSync(compiledFile) : undefined;
  const script = new Script(Module.wrap(`\n${code}`), {
    filename: file,
    lineOffset: -1,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    const keep = () => {
      process.off('exit', keep);
      try {
        write(compiledFile, script.createCachedData());
      } catch {
        // The cache cannot be written: the next run compiles again.
      }
    };
    process.once('exit', keep);
    setTimeout(keep, 2000).unref();
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(program), module, program, dirname(program));
}

/** Formats stack traces as V8 does, with the lines of the TypeScript files. */
function stackTraceFormatter(file, readMap) {
  /** Frames of what runs the program. */
  const outside = /^node:internal\/(?:modules|process)\/|\/cli\/run\.mjs$/;
  let map;
  const inSource = (frame) => {
    if (frame.getFileName() !== file) {
      return String(frame);
    }
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    try {
      map ??= new SourceMap(JSON.parse(readMap()));
    } catch {
      // A later run has removed it with the bundle.
      return String(frame);
    }
    const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
    return originalSource === undefined
      ? String(frame)
      : String(frame).replace(
          `${file}:${line}:${column}`,
          () => `${resolve(root, originalSource)}:${originalLine + 1}:${originalColumn + 1}`,
        );
  };
  return (error, frames) =>
    [
      error,
      ...frames.filter((frame) => !outside.test(frame.getFileName() ?? '')).map((frame) => `at ${inSource(frame)}`),
    ].join('\n    ');
}
